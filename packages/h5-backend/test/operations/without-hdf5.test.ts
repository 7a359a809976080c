import { execFileSync } from "node:child_process";
import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import type { SyncFileSystem } from "@tvb-storage/core";
import { afterAll, describe, expect, it } from "vitest";
import { HDF5StorageManager, verify } from "../../src/index.js";

const folder = nodeFs.mkdtempSync(`${tmpdir()}/h5-direct-`);
afterAll(() => nodeFs.rmSync(folder, { recursive: true }));
const python = "/usr/bin/python3";
const hasH5py = (() => {
  try {
    execFileSync(python, ["-c", "import h5py"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** The disk, with the bytes that are written counted. */
function counting(): { fs: SyncFileSystem; written: () => number } {
  let written = 0;
  const fs: SyncFileSystem = {
    ...nodeFs,
    writeSync: (fd, buffer, offset, length, position) => {
      const count = nodeFs.writeSync(fd, buffer, offset, length, position);
      written += count;
      return count;
    },
  };
  return { fs, written: () => written };
}

const row = (start: number) => ({
  dtype: "float64" as const,
  shape: [1, 4],
  data: Float64Array.from({ length: 4 }, (_, i) => start + i),
});

describe("rows that fall into the last chunk", () => {
  it("cost their own bytes, not the chunk's, and h5py sees them", async () => {
    const path = `${folder}/rows.h5`;
    const { fs, written } = counting();
    const m = new HDF5StorageManager(path, { fs });
    await m.appendData(row(0), "x", { growDimension: 0 });
    const before = written();
    for (let i = 1; i < 20; i++) await m.appendData(row(4 * i), "x", { growDimension: 0 });
    expect((written() - before) / 19).toBeLessThan(16_384);
    expect((await m.getData("x")).data).toEqual(Float64Array.from({ length: 80 }, (_, i) => i));
    expect(await verify(path)).toEqual([]);
    if (!hasH5py) return;
    const script =
      "import h5py,sys; f=h5py.File(sys.argv[1]); print(f['x'].shape, f['x'].maxshape, f['x'][:].sum())";
    expect(execFileSync(python, ["-c", script, path], { encoding: "utf8" })).toBe(
      "(20, 4) (None, 4) 3160.0\n",
    );
  });

  it("go on into the next chunk, on files of ours and of h5py in either style", async () => {
    const files = [`${folder}/ours.h5`];
    await new HDF5StorageManager(files[0] as string).appendData(row(0), "x", {
      growDimension: 0,
      chunks: [3, 4],
    });
    for (const libver of hasH5py ? ["earliest", "latest"] : []) {
      const path = `${folder}/${libver}.h5`;
      const script =
        "import h5py,sys,numpy as n; f=h5py.File(sys.argv[1],'w',libver=sys.argv[2]); f.create_dataset('x',data=n.arange(4.).reshape(1,4),maxshape=(None,4),chunks=(3,4))";
      execFileSync(python, ["-c", script, path, libver]);
      files.push(path);
    }
    for (const path of files) {
      const m = new HDF5StorageManager(path);
      for (let i = 1; i < 11; i++) await m.appendData(row(4 * i), "x", { growDimension: 0 });
      expect((await m.getData("x")).data).toEqual(Float64Array.from({ length: 44 }, (_, i) => i));
      expect(await verify(path)).toEqual([]);
    }
  });
});

describe("a number that replaces a number of its type", () => {
  it("takes its place, and neither siblings nor the file's length change", async () => {
    const path = `${folder}/attribute.h5`;
    const m = new HDF5StorageManager(path);
    await m.setMetadata({ a: 1, b: "text", c: 2.5, d: [true, false] });
    const { size } = nodeFs.statSync(path);
    await m.setMetadata({ a: -7, c: 1e300, d: [false, true] });
    expect(nodeFs.statSync(path).size).toBe(size);
    expect(await m.getMetadata()).toMatchObject({ Data_version: 5, a: -7, b: "text", c: 1e300 });
    expect((await m.getMetadata())["d"]).toMatchObject({ dtype: "bool", data: Uint8Array.of(0, 1) });
    expect(await verify(path)).toEqual([]);
  });

  it("is a new attribute where type or shape differ", async () => {
    const m = new HDF5StorageManager(`${folder}/types.h5`);
    await m.setMetadata({ a: 1, b: [1, 2], c: true });
    await m.setMetadata({ a: 1.5, b: [1, 2, 3], c: 0 });
    expect(await m.getMetadata()).toMatchObject({ a: 1.5, c: 0 });
    expect((await m.getMetadata())["b"]).toMatchObject({ shape: [3] });
  });
});

describe("what is removed from the end of the file", () => {
  it("makes the file shorter again", async () => {
    const path = `${folder}/tail.h5`;
    const m = new HDF5StorageManager(path);
    await m.storeData([1], "keep");
    const { size } = nodeFs.statSync(path);
    await m.storeData(new Float64Array(100_000), "large");
    await m.removeData("large");
    expect(nodeFs.statSync(path).size).toBeLessThan(size + 4096);
    expect((await m.getData("keep")).data).toEqual(Float64Array.of(1));
    expect(await verify(path)).toEqual([]);
  });
});
