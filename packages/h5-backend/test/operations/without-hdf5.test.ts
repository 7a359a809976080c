import { execFileSync } from "node:child_process";
import nodeFs from "node:fs";
import { type NDArray, ndarray } from "@tvb-storage/core";
import type { SyncFileSystem } from "@tvb-storage/files";
import { describe, expect, it, vi } from "vitest";
import { canAsk, h5py, itWith } from "../../../../test/support/judges.js";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { H5File } from "../../src/engine/h5-file.js";
import { HDF5StorageManager, verify } from "../../src/index.js";

const folder = temporaryFolder("h5-direct");

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
    const path = folder("rows.h5");
    const { fs, written } = counting();
    const m = new HDF5StorageManager(path, { fs });
    await m.appendData(row(0), "x", { growDimension: 0 });
    const before = written();
    for (let i = 1; i < 20; i++) await m.appendData(row(4 * i), "x", { growDimension: 0 });
    expect((written() - before) / 19).toBeLessThan(16_384);
    expect((await m.getData("x")).data).toEqual(Float64Array.from({ length: 80 }, (_, i) => i));
    expect(await verify(path)).toEqual([]);
    if (!canAsk(h5py)) return;
    const script =
      "import h5py,sys; f=h5py.File(sys.argv[1]); print(f['x'].shape, f['x'].maxshape, f['x'][:].sum())";
    expect(execFileSync(h5py.command, ["-c", script, path], { encoding: "utf8" })).toBe(
      "(20, 4) (None, 4) 3160.0\n",
    );
  });

  it("go on into the next chunk, on files of ours and of h5py in either style", async () => {
    const files = [folder("ours.h5")];
    await new HDF5StorageManager(files[0] as string).appendData(row(0), "x", {
      growDimension: 0,
      chunks: [3, 4],
    });
    for (const libver of canAsk(h5py) ? ["earliest", "latest"] : []) {
      const path = `${folder()}/${libver}.h5`;
      const script =
        "import h5py,sys,numpy as n; f=h5py.File(sys.argv[1],'w',libver=sys.argv[2]); f.create_dataset('x',data=n.arange(4.).reshape(1,4),maxshape=(None,4),chunks=(3,4))";
      execFileSync(h5py.command, ["-c", script, path, libver]);
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
    const path = folder("attribute.h5");
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
    const m = new HDF5StorageManager(folder("types.h5"));
    await m.setMetadata({ a: 1, b: [1, 2], c: true });
    await m.setMetadata({ a: 1.5, b: [1, 2, 3], c: 0 });
    expect(await m.getMetadata()).toMatchObject({ a: 1.5, c: 0 });
    expect((await m.getMetadata())["b"]).toMatchObject({ shape: [3] });
  });
});

describe("what is removed from the end of the file", () => {
  it("makes the file shorter again", async () => {
    const path = folder("tail.h5");
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

describe("numbers of a contiguous dataset", () => {
  const count = 3 * 262_144; // 6 MiB: two blocks
  const numbers = Float64Array.from({ length: count }, (_, i) => i / 7);

  /** What h5py finds: element 5, the last one, and how many differ from `i / divisor`. */
  function inH5py(path: string, divisor: number): string {
    const script =
      "import h5py,sys,numpy as n; x=h5py.File(sys.argv[1])['x'][...].ravel(); " +
      "print(x.dtype.str, (x != (n.arange(x.size) / float(sys.argv[2])).astype(x.dtype)).sum())";
    return execFileSync(h5py.command, ["-c", script, path, String(divisor)], { encoding: "utf8" }).trim();
  }

  it("go from the caller's array to the file", async () => {
    const path = folder("contiguous.h5");
    const throughHdf5 = vi.spyOn(H5File.prototype, "write");
    const m = new HDF5StorageManager(path);
    await m.storeData({ dtype: "float64", shape: [3, count / 3], data: numbers }, "x");
    if (canAsk(h5py)) expect(inH5py(path, 7)).toBe("<f8 0");
    // Over what is there, in another type than the caller's.
    const whole = Int32Array.from({ length: count }, (_, i) => i);
    await m.storeData({ dtype: "int32", shape: [3, count / 3], data: whole }, "x");
    expect(throughHdf5).not.toHaveBeenCalled();
    if (canAsk(h5py)) expect(inH5py(path, 1)).toBe("<f8 0");
    async function* rows(): AsyncGenerator<NDArray> {
      for (let row = 0; row < 3; row++) {
        const data = numbers.subarray((row * count) / 3, ((row + 1) * count) / 3);
        yield ndarray(data, { shape: [1, count / 3] });
      }
    }
    await m.storeData({ dtype: "float64", shape: [3, count / 3], blocks: rows() }, "x");
    expect(throughHdf5).not.toHaveBeenCalled();
    throughHdf5.mockRestore();
    if (canAsk(h5py)) expect(inH5py(path, 7)).toBe("<f8 0");
    expect((await m.getData("x")).data).toEqual(numbers);
    expect(await verify(path)).toEqual([]);
  });

  itWith(h5py)("are swapped where the file has the other byte order", async () => {
    const path = folder("big-endian.h5");
    const script =
      "import h5py,sys,numpy as n; h5py.File(sys.argv[1],'w').create_dataset('x',data=n.zeros((3,int(sys.argv[2])//3),'>f8'))";
    execFileSync(h5py.command, ["-c", script, path, String(count)]);
    await new HDF5StorageManager(path).storeData(
      { dtype: "float64", shape: [3, count / 3], data: numbers },
      "x",
    );
    expect(inH5py(path, 7)).toBe(">f8 0");
  });

  itWith(h5py)("are refused where a damaged header puts them beyond the end of the file", async () => {
    const path = folder("beyond.h5");
    const script = `import h5py,sys,struct
with h5py.File(sys.argv[1], "w") as f:
    at = f.create_dataset("x", data=[7] * 100, dtype="u1").id.get_offset()
b = bytearray(open(sys.argv[1], "rb").read())
i = b.find(struct.pack("<QQ", at, 100))
b[i:i + 8] = struct.pack("<Q", len(b) - 20)
open(sys.argv[1], "wb").write(b)`;
    execFileSync(h5py.command, ["-c", script, path]);
    const before = nodeFs.readFileSync(path);
    await expect(new HDF5StorageManager(path).storeData(new Uint8Array(100), "x")).rejects.toThrow("/x");
    expect(nodeFs.readFileSync(path).equals(before)).toBe(true);
  });

  it("that are of other kinds than the file's numbers of the same size are not taken for them", async () => {
    const path = folder("kinds.h5");
    const m = new HDF5StorageManager(path);
    const shape = [2, 1_048_576];
    await m.storeData({ dtype: "bool", shape, data: new Uint8Array(2_097_152).fill(1) }, "flags");
    await m.storeData(
      { dtype: "complex64", shape: [600_000], data: new Float32Array(1_200_000).fill(2) },
      "z",
    );
    await m.storeData({ dtype: "bool", shape, data: new Uint8Array(2_097_152) }, "flags");
    expect((await m.getData("flags")).data.every((flag) => flag === 0)).toBe(true);
    const { data } = await m.getData("z");
    expect(data).toHaveLength(1_200_000);
    expect(data.every((part) => part === 2)).toBe(true);
    if (!canAsk(h5py)) return;
    const types =
      "import h5py,sys; f=h5py.File(sys.argv[1]); print(f['flags'].dtype, f['z'].dtype, f['z'][-1])";
    expect(execFileSync(h5py.command, ["-c", types, path], { encoding: "utf8" })).toBe(
      "bool complex64 (2+2j)\n",
    );
  });
});

describe("datasets that h5py made without data", () => {
  const script = `import h5py,sys
with h5py.File(sys.argv[1], "w", libver=sys.argv[2]) as f:
    f.create_dataset("x", (3, 4), "f4")
    f.create_dataset("texts", (2,), h5py.string_dtype())
    f.create_dataset("one", (), "i8")`;
  const found =
    "import h5py,sys; f=h5py.File(sys.argv[1]); print(f['x'][()].tolist(), list(f['texts'].asstr()), f['one'][()], [f[k].id.get_offset() is None for k in f])";

  itWith(h5py).each(["earliest", "latest"])("get their space here (%s)", async (libver) => {
    const path = folder(`late-${libver}.h5`);
    execFileSync(h5py.command, ["-c", script, path, libver]);
    const throughHdf5 = vi.spyOn(H5File.prototype, "write");
    const m = new HDF5StorageManager(path);
    async function* rows(): AsyncGenerator<NDArray> {
      for (let row = 0; row < 3; row++) yield ndarray(Float32Array.of(row, 1, 2, 3), { shape: [1, 4] });
    }
    await m.storeData({ dtype: "float32", shape: [3, 4], blocks: rows() }, "x");
    await m.storeData(["a", "bc"], "texts");
    await m.storeData(7n, "one");
    await m.storeData(["", "d"], "texts");
    expect(throughHdf5).not.toHaveBeenCalled();
    throughHdf5.mockRestore();
    expect(execFileSync(h5py.command, ["-c", found, path], { encoding: "utf8" })).toBe(
      "[[0.0, 1.0, 2.0, 3.0], [1.0, 1.0, 2.0, 3.0], [2.0, 1.0, 2.0, 3.0]] ['', 'd'] 7 [False, False, False]\n",
    );
    expect(await verify(path)).toEqual([]);
  });
});
