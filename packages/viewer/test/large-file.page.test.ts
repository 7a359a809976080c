import { statSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../test/support/h5py.js";
import { chromium, describeWith, h5py, linux } from "../../../test/support/judges.js";
import { rendererBytes } from "./support/renderer-memory.js";
import { useViewer } from "./support/viewer.js";

const MIB = 2 ** 20;

describeWith(
  chromium,
  h5py,
  linux,
)("a file of more than 2 GiB", () => {
  const folder = temporaryFolder("large");
  const viewer = useViewer();

  beforeAll(() => {
    // The space is allocated and nothing is written to it, so that the disk has holes there.
    runPython(
      `
with h5py.File(sys.argv[1], "w") as f:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    space = h5py.h5s.create_simple((7_400_000, 1, 76, 1))
    h5py.h5d.create(f.id, b"data", h5py.h5t.IEEE_F32LE, space, plist)
    for i in range(200):
        f["behind/%03d" % i] = np.arange(100.0)
    f.attrs["TVB_title"] = "large"
`,
      folder("large.h5"),
    );
  });

  it("is opened by reading less than 2 MiB, in less than 300 MiB of memory", async () => {
    const path = folder("large.h5");
    expect(statSync(path).size).toBeGreaterThan(2 ** 31);
    expect(statSync(path).blocks * 512).toBeLessThan(4 * MIB);
    const { page, openFiles } = await viewer.open("#file=large.h5&view=contents");
    await openFiles(path);
    await page.getByRole("row", { name: /\/behind\/199 float64 100/ }).waitFor();
    await page.getByRole("row", { name: /\/data float32 7400000 × 1 × 76 × 1/ }).waitFor();
    const status = page.locator("[data-bytes-read]");
    await expect.poll(() => status.textContent()).toMatch(/^Read [\d.]+ KiB of 2\.1 GiB$/);
    const read = Number(await status.getAttribute("data-bytes-read"));
    const memory = rendererBytes();
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(2 * MIB);
    expect(memory).toBeLessThan(300 * MIB);
  });
});
