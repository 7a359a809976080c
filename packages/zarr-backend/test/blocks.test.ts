import { describe, expect, it } from "vitest";
import { MemoryStore, ZarrStorageManager } from "../src/index.ts";

const open = (store: MemoryStore) => new ZarrStorageManager("a", { store });

describe("a block source", () => {
  it("may be read from the dataset that it overwrites; others read the last commit meanwhile, and change it afterwards", async () => {
    const store = new MemoryStore();
    const m = open(store);
    const before = Float64Array.from({ length: 10 }, (_, i) => i);
    await m.storeData(before, "x", { chunks: [2] });
    const seen: number[][] = [];
    let changed: Promise<void> | undefined;
    async function* doubled() {
      for await (const { block } of m.streamData("x", { blockBytes: 24 })) {
        yield Float64Array.from(block.data as Float64Array, (each) => 2 * each);
        seen.push([...((await open(store).getData("x")).data as Float64Array)]);
        changed ??= m.setMetadata({ unit: "mV" }, "x");
      }
    }
    await m.storeData({ dtype: "float64", shape: [10], blocks: doubled() }, "x");
    expect(seen).toEqual([1, 2, 3, 4, 5].map(() => [...before]));
    expect([...(await m.getData("x")).data]).toEqual([...before].map((each) => 2 * each));
    await changed;
    expect(await m.getMetadata("x")).toEqual({ unit: "mV" });
    expect([...store.entries().keys()].filter((key) => key.includes(".tvb"))).toEqual([]);
  });

  it("that fails in the middle leaves the dataset, and no objects", async () => {
    const store = new MemoryStore();
    const m = open(store);
    await m.storeData([1, 2, 3, 4], "x", { chunks: [1] });
    const before = [...store.entries().keys()].sort();
    function* failing() {
      yield [9, 9];
      throw new Error("the simulation diverged");
    }
    for (const name of ["x", "y"])
      await expect(
        m.storeData({ dtype: "float64", shape: [4], blocks: failing() }, name, { chunks: [1] }),
      ).rejects.toThrow("the simulation diverged");
    expect([...(await m.getData("x")).data]).toEqual([1, 2, 3, 4]);
    expect([...store.entries().keys()].sort()).toEqual(before);
  });
});
