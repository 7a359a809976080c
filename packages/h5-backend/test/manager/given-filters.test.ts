import { readFileSync } from "node:fs";
import { createMemoryFs } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { HDF5StorageManager, verify } from "../../src/index.js";

// Its dataset "zstd" of ten int32 is one chunk of 15 bytes with the filter 32015, which is not known without a decoder.
const file = readFileSync(new URL("../../../../fixtures/h5py/refused.h5", import.meta.url));
const numbers = Int32Array.from({ length: 10 }, (_, at) => at * at - 5);
const filters = { 32015: () => new Uint8Array(numbers.slice().buffer) };

function stored() {
  const fs = createMemoryFs();
  fs.mkdirSync("/data", { recursive: true });
  fs.writeFileSync("/data/a.h5", file);
  return fs;
}

describe("the option filters", () => {
  it.each([
    ["a file", () => ({ fs: stored() })],
    ["a port", () => ({ port: new Uint8Array(file) })],
  ])("reads data of %s that are not read without", async (_, options) => {
    const given = options();
    const manager = new HDF5StorageManager("/data/a.h5", { ...given, filters });
    expect((await manager.getData("zstd")).data).toEqual(numbers);
    expect((await manager.getData("zstd", { selection: [-1] })).data).toEqual(numbers.slice(-1));
    const blocks = [];
    for await (const { block } of manager.streamData("zstd", { blockBytes: 16 })) blocks.push(...block.data);
    expect(blocks).toEqual([...numbers]);
    await manager.closeFile();
    // Managers on one file share a session, but not this.
    const other = new HDF5StorageManager("/data/a.h5", given);
    await manager.getData("zstd", { closeFile: false });
    await expect(other.getData("zstd", { closeFile: false })).rejects.toThrow(
      "the filter zstd, which this package cannot undo; give a decoder (filters: { 32015: ... })",
    );
    expect((await manager.getData("zstd")).data).toEqual(numbers);
    await manager.closeFile();
  });

  it("is not asked for chunks that are written anew, which is without the filter", async () => {
    const fs = stored();
    const manager = new HDF5StorageManager("/data/a.h5", { fs, filters });
    const other = numbers.map((value) => 3 * value);
    await manager.storeData(other, "zstd");
    expect((await manager.getData("zstd")).data).toEqual(other);
    expect((await new HDF5StorageManager("/data/a.h5", { fs }).getData("zstd")).data).toEqual(other);
  });

  it("is what verify judges by", async () => {
    const fs = stored();
    const about = async (given: object) =>
      (await verify("/data/a.h5", { fs, ...given })).filter(({ path }) => path === "/zstd");
    expect(await about({ filters })).toEqual([]);
    expect(await about({})).toEqual([expect.objectContaining({ kind: "unjudged" })]);
  });

  it("is refused where it is not functions by number", () => {
    expect(() => new HDF5StorageManager("/a.h5", { port: file, filters: { zstd: 1 } as never })).toThrow(
      "decoders by filter number",
    );
  });
});
