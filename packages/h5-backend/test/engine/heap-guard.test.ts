import { fileURLToPath } from "node:url";
import { memoryFileSystem } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { describe, expect, it } from "vitest";
import { HDF5StorageManager } from "../../src/index.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../../../fixtures/${name}.h5`, import.meta.url));

describe("texts in a global heap", () => {
  it("are refused where an object without a size would have HDF5 search for ever", async () => {
    const manager = new HDF5StorageManager(fixture("damaged/global-heap-without-end"));
    for (const field of ["t", "x"]) {
      const reading = manager.getData("record", { field });
      await expect(reading).rejects.toThrow(FileStorageException);
      await expect(reading).rejects.toMatchObject({
        cause: { message: expect.stringContaining("global heap") },
      });
    }
    expect((await manager.getData("a")).data).toEqual(BigInt64Array.of(0n, 1n, 2n));
  });

  it("are read where the heap is sound", async () => {
    for (const style of ["earliest", "v110", "latest"]) {
      const manager = new HDF5StorageManager(fixture(`h5py/small-${style}`));
      expect((await manager.getData("record", { field: "t" })).data).toEqual(["ab"]);
      expect((await manager.getData("text")).data).toEqual(["ä", "b"]);
    }
  });

  it("do not keep data from being read that happen to look like a heap", async () => {
    const manager = new HDF5StorageManager("/f.h5", { fs: memoryFileSystem() });
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => "GCOL\u0001\0\0\0".charCodeAt(i % 8));
    await manager.storeData(bytes, "plain");
    await manager.storeData(bytes, "chunked", { chunks: [1000] });
    expect((await manager.getData("plain")).data).toEqual(bytes);
    expect((await manager.getData("chunked")).data).toEqual(bytes);
  });
});
