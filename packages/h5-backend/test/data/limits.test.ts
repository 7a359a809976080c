import { execFileSync } from "node:child_process";
import nodeFs from "node:fs";
import { fileURLToPath } from "node:url";
import { slice } from "@tvb-storage/core";
import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";

const script = fileURLToPath(new URL("limits.py", import.meta.url));
const folder = temporaryFolder();

describeWith(h5py)("what a file only says of itself", () => {
  beforeAll(() => {
    execFileSync(h5py.command, [script, folder()]);
  });

  it("costs verify nothing: a sparse dataset of 1 TiB", async () => {
    expect(await verify(folder("sparse.h5"))).toEqual([]);
    expect(await verify(folder("sparse-latest.h5"))).toEqual([]);
  });

  it("costs a read of a part nothing", async () => {
    for (const [file, name] of [
      ["sparse.h5", "gzip"],
      ["sparse-latest.h5", "grows"],
    ] as const) {
      const m = new HDF5StorageManager(folder(file));
      const { data } = await m.getData(name, { selection: [2 ** 19, slice(0, 5)] });
      expect(data).toEqual(Float64Array.of(7, 7, 7, 0, 0));
    }
    const { data } = await new HDF5StorageManager(folder("sparse.h5")).getData("chunked", {
      selection: [slice(2 ** 36, null, 2 ** 34)],
    });
    expect(data).toEqual(new Float64Array(4).fill(1.5));
  });

  it("does not keep verify busy: a false shape", async () => {
    const path = folder("false-shape.h5");
    expect(nodeFs.statSync(path).size).toBeGreaterThan(60_000);
    expect(await verify(path)).toEqual([]);
    const { data } = await new HDF5StorageManager(path).getData("x", { selection: [slice(699, 702)] });
    expect(data.slice(10)).toEqual(new Float64Array(20));
  });

  it("verify is cancelled, and says how far it is", async () => {
    const path = folder("false-shape.h5");
    const done: number[] = [];
    await verify(path, { onProgress: (bytes) => done.push(bytes) });
    expect(done.at(-1)).toBe(nodeFs.statSync(path).size);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    await expect(verify(path, { signal: AbortSignal.abort() })).rejects.toThrow("cancelled");
    const controller = new AbortController();
    const verifying = verify(path, { signal: controller.signal });
    controller.abort();
    await expect(verifying).rejects.toThrow("cancelled");
  });
});

describeWith(h5py)("a filter that is not known", () => {
  beforeAll(() => {
    execFileSync(h5py.command, [script, folder()]);
  });

  it("is named by getData, appendData and verify, for which it is no damage", async () => {
    const path = folder("filters.h5");
    const m = new HDF5StorageManager(path);
    expect((await m.getData("lzf", { selection: [slice(998, 1002)] })).data).toEqual(
      Float64Array.of(0, 0, 1, 1),
    );
    await expect(m.getData("zstd")).rejects.toThrow("/zstd is stored with the filter zstd");
    const before = nodeFs.readFileSync(path);
    await expect(m.appendData([2, 3], "lzf")).rejects.toThrow("/lzf is stored with the filter lzf");
    expect(nodeFs.readFileSync(path).equals(before)).toBe(true);
    expect(await verify(path)).toEqual([
      {
        path: "/zstd",
        kind: "unjudged",
        problem: expect.stringMatching(/\/zstd is stored with the filter zstd, which/),
      },
    ]);
  });
});
