import nodeFs from "node:fs";
import { fileURLToPath } from "node:url";
import { FileStorageException } from "@tvb-storage/errors";
import { memoryFileSystem } from "@tvb-storage/files";
import { describe, expect, it } from "vitest";
import { ReadPort } from "../../../files/src/port/read-port.js";
import { getEngine } from "../../src/engine/engine.js";
import { HDF5StorageManager } from "../../src/index.js";
import { H5Handle } from "../../src/session/h5-handle.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../../../fixtures/${name}.h5`, import.meta.url));

describe("texts in a global heap", () => {
  it("are not given to HDF5 where an object of size 0 would make it search for ever", async () => {
    const path = fixture("damaged/global-heap-without-end");
    await getEngine();
    const handle = new H5Handle(ReadPort.open(nodeFs, path), path, { mode: "read" });
    const reading = () => handle.file.read("/record", undefined, { byteLength: 64, hasVlen: true }, () => 0);
    expect(reading).toThrow(FileStorageException);
    let cause: unknown;
    try {
      reading();
    } catch (error) {
      cause = error instanceof Error ? error.cause : undefined;
    }
    expect(String(cause)).toContain("global heap");
    handle.abandon();
  });

  it("are read by us up to there", async () => {
    const manager = new HDF5StorageManager(fixture("damaged/global-heap-without-end"));
    expect((await manager.getData("record", { field: "t" })).data).toEqual(["ab"]);
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
