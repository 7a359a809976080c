import { createMemoryFs } from "@tvb-storage/testkit";
import { expect } from "vitest";
import { type CompactedSize, compact, HDF5StorageManager, verify } from "../../src/index.js";
import { stateOf } from "../durability/file-state.js";

/** A little of each kind of content. */
export async function storeSamples(m: HDF5StorageManager): Promise<void> {
  await m.storeData([true, false], "flags");
  await m.storeData(["a", "ü"], "group/texts");
  await m.storeData(["a", "ü"], "group/fixed", { stringLength: 8 });
  await m.storeData(Float64Array.from({ length: 3000 }, Math.sqrt), "zipped", { compression: "gzip" });
  await m.appendData([[1, 2]], "group/rows", { growDimension: 0, chunks: [10, 2] });
  await m.setMetadata({ text: "x", flags: [true, false], count: 1n, ratio: 2.5 }, "flags");
}

/** Stores and removes datasets of changing sizes, compacts, and compares with a file that was written once. */
export async function expectAsSmallAsFresh(cycles: number): Promise<CompactedSize & { fresh: number }> {
  const fs = createMemoryFs();
  const valuesOf = (i: number) => new Float64Array(100 + ((i * 37) % 300)).fill(i);
  const m = new HDF5StorageManager("/a.h5", { fs });
  await storeSamples(m);
  for (let i = 0; i < cycles; i++) {
    await m.storeData(valuesOf(i), `x${i % 7}`);
    if (i >= 3) await m.removeData(`x${(i - 3) % 7}`);
  }
  const state = await stateOf(fs, "/a.h5");
  const fresh = new HDF5StorageManager("/fresh.h5", { fs });
  await storeSamples(fresh);
  for (let i = cycles - 3; i < cycles; i++) await fresh.storeData(valuesOf(i), `x${i % 7}`);
  const size = await compact("/a.h5", { fs });
  expect(size.after).toBeLessThan(size.before);
  expect(size.after).toBe(fs.statSync("/a.h5").size);
  const freshSize = Number(fs.statSync("/fresh.h5").size);
  expect(size.after).toBeLessThan(1.1 * freshSize);
  expect(await stateOf(fs, "/a.h5")).toBe(state);
  expect(state).toBe(await stateOf(fs, "/fresh.h5"));
  expect(await verify("/a.h5", { fs })).toEqual([]);
  expect(fs.readdirSync("/")).toEqual(["a.h5", "fresh.h5"]);
  return { ...size, fresh: freshSize };
}
