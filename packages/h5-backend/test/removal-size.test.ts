import { copyFileSync, statSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../test/support/judges.js";
import { compact, HDF5StorageManager } from "../src/index.js";
import { H5pyServer } from "./removal/h5py-server.js";

const file = temporaryFolder();
const size = (path: string): number => statSync(path).size;
const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i);

describeWith(h5py)("200 of 300 datasets removed", () => {
  const server = new H5pyServer();
  afterAll(() => server.close());

  /** Which ones go, in which order. */
  const ORDERS: Readonly<Record<string, (index: number) => number>> = {
    "the first": (index) => index,
    "the last, backwards": (index) => 299 - index,
    scattered: (index) => (index * 7) % 300,
  };

  it.each(["earliest", "latest"].flatMap((low) => Object.keys(ORDERS).map((order) => [low, order] as const)))(
    "leave a file at most 1.2 times as large as h5py does: %s, %s",
    async (low, order) => {
      const [ours, theirs] = ["ours", "theirs"].map((who) => file(`${who}-${low}-${order}.h5`));
      if (ours === undefined || theirs === undefined) throw new Error("two names");
      await server.call("many", ours, low, low === "latest" ? "latest" : "v108", 300);
      copyFileSync(ours, theirs);
      const names = Array.from({ length: 200 }, (_, index) => `g/d${ORDERS[order]?.(index)}`);
      const manager = new HDF5StorageManager(ours);
      for (const name of names) await manager.removeData(name);
      for (const name of names) await server.call("delete", theirs, [name]);
      expect(size(ours)).toBeLessThan(1.2 * size(theirs));
      const together = file(`together-${low}-${order}.h5`);
      await server.call("many", together, low, low === "latest" ? "latest" : "v108", 300);
      await server.call("delete", together, names);
      expect(size(ours)).toBeLessThan(1.2 * size(together));
    },
  );
});

/** What HDF5 takes at a time for its structures, and releases only in part when it closes; h5py's files grow by it too. */
const STRUCTURE_BLOCK_BYTES = 2048;

describe("storing and removing 100 times", () => {
  it("costs no more than HDF5's structures, where each time what was stored last goes", async () => {
    const path = file("last.h5");
    const manager = new HDF5StorageManager(path);
    await manager.storeData(numbers(100), "kept");
    await manager.storeData(numbers(100_000), "a");
    await manager.removeData("a");
    const once = size(path);
    for (let round = 0; round < 100; round++) {
      await manager.storeData(numbers(100_000), "a");
      await manager.removeData("a");
    }
    expect(size(path)).toBeLessThanOrEqual(once + 100 * STRUCTURE_BLOCK_BYTES);
  });

  it("leaves holes where what was stored before goes, until the file is compacted", async () => {
    const path = file("before.h5");
    const manager = new HDF5StorageManager(path);
    await manager.storeData(numbers(1000), "a0");
    const once = size(path);
    for (let round = 0; round < 100; round++) {
      await manager.storeData(numbers(1000), `a${round + 1}`);
      await manager.removeData(`a${round}`);
    }
    await compact(path);
    expect(size(path)).toBeLessThanOrEqual(1.2 * once);
    expect((await manager.getData("a100")).data).toEqual(numbers(1000));
  });
});
