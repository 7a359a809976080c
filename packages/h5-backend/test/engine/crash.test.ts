import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FileStorageException } from "@tvb-storage/errors";
import { memoryFileSystem } from "@tvb-storage/files";
import { beforeEach, describe, expect, it } from "vitest";
import { ReadPort } from "../../../files/src/port/read-port.js";
import { type Engine, getEngine } from "../../src/engine/engine.js";
import { HDF5StorageManager } from "../../src/index.js";
import { H5Handle } from "../../src/session/h5-handle.js";
import { checkHealth, put } from "../fuzz/use-file.js";

const damaged = (name: string) =>
  new Uint8Array(
    readFileSync(fileURLToPath(new URL(`../../../../fixtures/damaged/${name}.h5`, import.meta.url))),
  );

/** HDF5 overwrites its memory, and then reads at an address that does not exist. */
function crash(engine: Engine): void {
  const { thrown } = engine.attempt((wasm) => {
    wasm.HEAPU8.fill(0xff);
    throw new RangeError("memory access out of bounds");
  });
  expect(String(thrown)).toContain("HDF5 crashed: RangeError: memory access out of bounds");
}

/** The position of C's stack: the address of a text on it. */
function stackPointer({ wasm }: Engine): unknown {
  Object.assign(wasm, { _probe: (address: number) => address });
  return wasm.ccall("probe", null, ["string"], ["x"]);
}

let engine: Engine;
beforeEach(async () => {
  engine = await getEngine();
});

describe("a crash of HDF5", () => {
  it("leaves an HDF5 that works", async () => {
    for (let round = 0; round < 50; round++) {
      crash(engine);
      await checkHealth();
    }
  });

  it("does not disturb reads of files that were open", async () => {
    const fs = memoryFileSystem();
    const manager = new HDF5StorageManager("/open.h5", { fs });
    const numbers = Float64Array.from({ length: 1000 }, (_, i) => i);
    await manager.storeData(numbers, "a", { chunks: [100], compression: "gzip" });
    expect((await manager.getData("a", { closeFile: false })).data).toEqual(numbers);
    crash(engine);
    expect((await manager.getData("a", { closeFile: false })).data).toEqual(numbers);
    const blocks: number[] = [];
    for await (const { block } of manager.streamData("a", { blockBytes: 2000 })) {
      if (blocks.length === 1) crash(engine);
      blocks.push(block.data.length);
    }
    expect(blocks.reduce((sum, count) => sum + count)).toBe(1000);
  });

  it("fails the change that is running in another file, which keeps its last commit", async () => {
    const fs = memoryFileSystem();
    const manager = new HDF5StorageManager("/changed.h5", { fs, engine: "h5wasm" });
    await manager.appendData([1, 2, 3], "rows", { chunks: [2] });
    async function* blocks(): AsyncGenerator<Float64Array> {
      yield Float64Array.of(1, 2);
      crash(engine);
      yield Float64Array.of(3, 4);
    }
    const storing = manager.storeData({ dtype: "float64", shape: [4], blocks: blocks() }, "stored", {
      chunks: [2],
      compression: "gzip",
    });
    await expect(storing).rejects.toThrow(FileStorageException);
    await expect(storing).rejects.toThrow("HDF5 was reset");
    expect((await manager.listNodes()).map(({ path }) => path)).toEqual(["/rows"]);
    await manager.appendData([4], "rows");
    expect((await manager.getData("rows")).data).toEqual(Float64Array.of(1, 2, 3, 4));
  });

  it("never takes a file that was open for another that was opened since", async () => {
    const fs = memoryFileSystem();
    for (const name of ["a", "b"])
      await new HDF5StorageManager(`/${name}.h5`, { fs }).storeData([name], "name", { chunks: [1] });
    const [first, second] = ["a", "b"].map((name) => new HDF5StorageManager(`/${name}.h5`, { fs }));
    expect((await first?.getData("name", { closeFile: false }))?.data).toEqual(["a"]);
    crash(engine);
    expect((await second?.getData("name", { closeFile: false }))?.data).toEqual(["b"]);
    expect((await first?.getData("name", { closeFile: false }))?.data).toEqual(["a"]);
    expect((await second?.getData("name"))?.data).toEqual(["b"]);
    expect((await first?.getData("name"))?.data).toEqual(["a"]);
  });

  it("is an exception, for files that make HDF5 crash", async () => {
    const fs = memoryFileSystem();
    put(fs, "/reading.h5", damaged("crash-on-reading"));
    put(fs, "/creation.h5", damaged("crash-on-creation"));
    const before = engine.starts;
    const reading = new HDF5StorageManager("/reading.h5", { fs });
    // Data are read without HDF5, which finds the damage.
    await expect(reading.getData("gzip")).rejects.toThrow(FileStorageException);
    expect((await reading.getData("single")).data).toHaveLength(10);
    const creation = new HDF5StorageManager("/creation.h5", { fs, engine: "h5wasm" });
    await expect(creation.storeData([1, 2, 3], "dense/new")).rejects.toThrow(FileStorageException);
    expect(engine.starts).toBeGreaterThan(before);
    await checkHealth();
  });
});

describe("a failure of HDF5", () => {
  it("has it reset when no file is open, and not before", async () => {
    const fs = memoryFileSystem();
    await new HDF5StorageManager("/a.h5", { fs }).storeData([1, 2], "a");
    const [failing, other] = [0, 1].map(
      () => new H5Handle(ReadPort.open(fs, "/a.h5"), "/a.h5", { mode: "read" }),
    );
    const read = (handle: H5Handle | undefined, path: string) =>
      handle?.file.read(path, undefined, { byteLength: 16, hasVlen: false }, (bytes) => [...bytes]);
    const stored = read(other, "/a");
    const before = engine.starts;
    for (let round = 0; round < 3; round++) expect(() => read(failing, "/b")).toThrow(FileStorageException);
    failing?.abandon();
    expect(read(other, "/a")).toEqual(stored);
    expect(read(failing, "/a")).toEqual(stored);
    expect(engine.starts).toBe(before);
    for (const handle of [failing, other]) handle?.abandon();
    expect(read(other, "/a")).toEqual(stored);
    expect(engine.starts).toBe(before + 1);
    other?.abandon();
  });
});

describe("an exception that h5wasm throws through C", () => {
  it("does not use up the stack", async () => {
    const fs = memoryFileSystem();
    const manager = new HDF5StorageManager("/f.h5", { fs });
    await manager.storeData([1], "a");
    const before = stackPointer(engine);
    for (let round = 0; round < 5000; round++) {
      const { thrown } = engine.attempt((wasm) =>
        wasm.get_dataset_data(1n, "/no/such", null, null, null, 0n),
      );
      if (thrown === undefined) throw new Error("it did not throw");
    }
    expect(stackPointer(engine)).toBe(before);
    await checkHealth();
  });
});
