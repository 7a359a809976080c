import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";
import { expect, it } from "vitest";
import { canAsk, chromium, describeWith, h5py, numpy } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { colourAt, pictureOf, useViewer } from "./support/viewer.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/h5py/${name}`, import.meta.url));

describeWith(chromium)("what is shown goes out", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("viewer-export");

  /** What a click downloads: its name and where it is. */
  async function downloaded(page: Page, click: () => Promise<void>) {
    const [download] = await Promise.all([page.waitForEvent("download"), click()]);
    const path = folder(download.suggestedFilename());
    await download.saveAs(path);
    return { name: download.suggestedFilename(), path };
  }

  async function opened(file: string, node: string) {
    const { page, openFiles } = await viewer.open(`#${new URLSearchParams({ file, node, view: "plots" })}`);
    await openFiles(fixture(file));
    await page.getByText("Export and code").click();
    const button = (name: string) =>
      page.getByRole("group", { name: "Export what is selected" }).getByRole("button", { name });
    return { page, button };
  }

  it("as CSV, as npy and as a picture of the slice that h5web shows, and as the lines that read it", async () => {
    const { page, button } = await opened("numbers.h5", "/array_u1");
    await page.locator(".general-plots canvas").waitFor();
    await page.getByText("/array_u1[0]", { exact: true }).waitFor();

    const csv = await downloaded(page, () => button("CSV").click());
    expect(csv.name).toBe("numbers_array_u1.csv");
    expect(readFileSync(csv.path, "utf8")).toBe("0,1,2\r\n3,4,5\r\n");

    const npy = await downloaded(page, () => button("npy").click());
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117);
    expect(readFileSync(npy.path)).toEqual(
      Buffer.concat([
        Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, "latin1"),
        Buffer.from([0, 1, 2, 3, 4, 5]),
      ]),
    );
    if (canAsk(numpy))
      expect(
        execFileSync(
          numpy.command,
          ["-c", "import numpy, sys; print(numpy.load(sys.argv[1]).tolist())", npy.path],
          {
            encoding: "utf8",
          },
        ),
      ).toBe("[[0, 1, 2], [3, 4, 5]]\n");

    expect(await page.getByRole("dialog", { name: "Edit domain" }).isVisible()).toBe(false);
    const png = await downloaded(page, () => button("PNG").click());
    const picture = PNG.sync.read(readFileSync(png.path));
    expect(picture.width).toBeGreaterThan(1000);
    // The colour bar is right of the plot, and its labels are dark on white.
    expect(colourAt(picture, 0.3, 0.7)).toEqual([68, 1, 84]);
    expect(darkPixels(picture)).toBeGreaterThan(200);

    // A dark page shows the colours of the values, too, and the picture is the same.
    await page.emulateMedia({ colorScheme: "dark" });
    const plot = page.locator(".general-plots canvas");
    await expect.poll(async () => colourAt(await pictureOf(plot), 0.25, 0.75)).toEqual([68, 1, 84]);
    expect(colourAt(await pictureOf(page.locator(".general-plots")), 0.5, 0.99)).toEqual([0, 0, 0]);
    const second = await downloaded(page, () => button("PNG").click());
    expect(PNG.sync.read(readFileSync(second.path)).data.equals(picture.data)).toBe(true);

    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the lines of Python" }).click();
    await page.getByText("Copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      'import h5py\n\nwith h5py.File("numbers.h5", "r") as file:\n    data = file["/array_u1"][0]\n',
    );
  });

  it("by h5web's own menu, too", async () => {
    const { page } = await opened("strings.h5", "/vlen_2d");
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const csv = await downloaded(page, () => page.getByText(/CSV/).last().click());
    expect(readFileSync(csv.path, "utf8")).toBe('a,b\r\nc,""\r\n');
  });

  it("as a field of a compound", async () => {
    const { page, button } = await opened("compounds.h5", "/deep");
    await page.getByLabel("Field").selectOption("mid.c");
    const csv = await downloaded(page, () => button("CSV").click());
    expect(readFileSync(csv.path, "utf8")).toBe("3,4\r\n0,7\r\n");
    expect(await page.getByRole("region", { name: "Python" }).locator("pre").textContent()).toContain(
      'file["/deep"].fields("mid")[()]["c"]',
    );
  });
});

describeWith(chromium, h5py)("what is too large for the page", () => {
  const viewer = useViewer();
  const folder = temporaryFolder("viewer-export-large");

  it("is refused with the command that makes the file, and an export can be cancelled", async () => {
    const path = folder("large.h5");
    execFileSync(h5py.command, [
      "-c",
      "import h5py, sys\nwith h5py.File(sys.argv[1], 'w') as f:\n f.create_dataset('much', (20000, 20000), 'f4')\n f.create_dataset('some', (8000, 8000), 'f8')",
      path,
    ]);
    const { page, openFiles, expectErrors } = await viewer.open("#file=large.h5&node=/much&view=plots");
    expectErrors(/need 1526 MiB/);
    await openFiles(path);
    await page.getByText("Export and code").click();
    await page.getByRole("button", { name: "npy" }).click();
    await page.getByText("use the command line: tvb-storage show large.h5 /much --npy -o data.npy").waitFor();

    const other = await viewer.open("#file=large.h5&node=/some&view=plots");
    other.expectErrors(/need 489 MiB/);
    await other.openFiles(path);
    await other.page.getByText("Export and code").click();
    await other.page.getByRole("button", { name: "CSV" }).click();
    const progress = other.page.getByLabel("Progress of the export");
    await expect.poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value)).toBeGreaterThan(0);
    await other.page.getByRole("button", { name: "Cancel" }).click();
    await progress.waitFor({ state: "detached" });
    expect(await other.page.locator(".export").getByRole("alert").count()).toBe(0);
  });
});

function darkPixels({ data }: PNG): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 4)
    if ((data[at] ?? 255) < 64 && (data[at + 1] ?? 255) < 64 && (data[at + 2] ?? 255) < 64) count++;
  return count;
}
