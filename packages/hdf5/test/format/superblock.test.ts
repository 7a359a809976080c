import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileStructureException } from "@tvb-storage/errors";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import { adoptUnclosed, readSuperblock, writingMark } from "../../src/superblock/superblock.js";
import { runPython, temporaryFolder, writtenByH5py } from "./h5py.js";
import { MemoryPort } from "./memory-port.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const write = (...options: string[]) =>
  writtenByH5py(
    `with h5py.File(sys.argv[1], "w", libver=(sys.argv[2], sys.argv[3]), userblock_size=int(sys.argv[4])) as f:
    f["data"] = np.arange(10)`,
    ...options,
  );

describeWith(h5py)("the superblock", () => {
  it.each([
    ["earliest", "v108", "0", 0, 0],
    ["earliest", "v108", "512", 0, 512],
    ["v108", "v110", "0", 2, 0],
    ["v108", "v110", "2048", 2, 2048],
    ["latest", "latest", "0", 3, 0],
  ])(
    "of libver (%s, %s) with a user block of %s is version %i at %i",
    (low, high, block, version, position) => {
      const port = write(low, high, block);
      const superblock = readSuperblock(port);
      expect(superblock).toMatchObject({
        version,
        position,
        baseAddress: position,
        offsetSize: 8,
        lengthSize: 8,
        consistencyFlags: 0,
      });
      expect(superblock.endOfFile).toBe(port.size);
    },
  );

  it("of version 1, or its extension, says how wide B-trees are", () => {
    // h5py does not offer this property: its HDF5 library is called directly.
    const script = `import ctypes
library = next(line.split()[-1] for line in open("/proc/self/maps") if "libhdf5" in line and "hl" not in line)
p = h5py.h5p.create(h5py.h5p.FILE_CREATE)
ctypes.CDLL(library).H5Pset_istore_k(ctypes.c_int64(p.id), 7)
a = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
a.set_libver_bounds(int(sys.argv[2]), int(sys.argv[3]))
f = h5py.File(h5py.h5f.create(sys.argv[1].encode(), h5py.h5f.ACC_TRUNC, p, a))
f.create_dataset("data", data=np.arange(1000), chunks=(5,))
f.close()`;
    const old = writtenByH5py(script, "0", "1");
    expect(readSuperblock(old)).toMatchObject({
      version: 1,
      chunkInternalK: 7,
      groupLeafK: 4,
      groupInternalK: 16,
    });
    const extended = writtenByH5py(script, "1", "1");
    expect(readSuperblock(extended).version).toBe(2);
    for (const port of [old, extended]) {
      const structure = new Hdf5Structure(port);
      expect(structure.file.btreeK.chunkInternalK).toBe(7);
      const dataset = structure.object(structure.resolve("data")?.address ?? -1);
      expect(dataset.kind === "dataset" && structure.storedBytes(dataset)).toBe(8000);
    }
  });

  it("is distinguished from a file that is not HDF5, or is cut short", () => {
    const port = write("v108", "v110", "0");
    expect(() => readSuperblock(new MemoryPort(new Uint8Array(5000)), "x.h5")).toThrow(
      FileStructureException,
    );
    expect(() => readSuperblock(new MemoryPort(new Uint8Array(0)), "x.h5")).toThrow(
      /^x\.h5: not an HDF5 file/,
    );
    port.truncate(port.size - 1);
    expect(() => readSuperblock(port, "x.h5")).toThrow(/^x\.h5: the file is cut short/);
  });

  it("is refused when its checksum is wrong", () => {
    const port = write("v108", "v110", "0");
    port.write(new Uint8Array([1]), 37);
    expect(() => readSuperblock(port)).toThrow(FileStructureException);
    expect(() => readSuperblock(port)).toThrow(/superblock at address 0x0 is damaged: its checksum/);
  });

  it("loses the mark that a killed writer left, and the file opens again", () => {
    const path = join(folder.path, "killed.h5");
    runPython(
      `import os
f = h5py.File(sys.argv[1], "w", libver="latest")
f["data"] = np.arange(10)
f.flush()
os._exit(0)`,
      path,
    );
    const read = () => runPython('print(h5py.File(sys.argv[1], "r")["data"][...].tolist())', path);
    expect(read).toThrow();
    const port = new MemoryPort(new Uint8Array(readFileSync(path)));
    expect(readSuperblock(port).consistencyFlags & 1).toBe(1);
    adoptUnclosed(port, readSuperblock(port));
    expect(writingMark(readSuperblock(port))).toBeUndefined();
    writeFileSync(path, port.bytes);
    expect(read().trim()).toBe("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
  });
});
