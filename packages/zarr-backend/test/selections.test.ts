import { type NDArray, resolveSelection, selectElements, slice } from "@tvb-storage/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { MemoryStore, ZarrStorageManager } from "../src/index.ts";

// Selections of chunks, of parts of chunks without codecs, and of chunks in shards are those of an array in memory.

const shape = [7, 5, 6] as const;
const data = Int32Array.from({ length: 7 * 5 * 6 }, (_, i) => i);
const array: NDArray = { dtype: "int32", shape, data };

it("every selection gives the elements that it gives of an array in memory", async () => {
  const m = new ZarrStorageManager("a", {
    store: new MemoryStore(),
    layout: ({ path }) => (path === "/sharded" ? { shards: [6, 4, 8] } : undefined),
  });
  await m.storeData(array, "plain", { chunks: [3, 2, 4] });
  await m.storeData(array, "whole", { chunks: [7, 5, 6] });
  await m.storeData(array, "packed", { chunks: [3, 2, 4], compression: { gzip: 1, shuffle: true } });
  await m.storeData(array, "sharded", { chunks: [3, 2, 4], compression: "gzip" });
  const axis = (length: number) =>
    fc.oneof(
      fc.integer({ min: -length, max: length - 1 }),
      fc.constant(null),
      fc
        .tuple(
          fc.integer({ min: -9, max: 9 }),
          fc.integer({ min: -9, max: 9 }),
          fc.integer({ min: 1, max: 4 }),
        )
        .map(([start, stop, step]) => slice(start, stop, step)),
    );
  await fc.assert(
    fc.asyncProperty(fc.tuple(axis(7), axis(5), axis(6)), async (selection) => {
      const right = selectElements(array, resolveSelection(selection, shape));
      for (const name of ["plain", "whole", "packed", "sharded"])
        expect({ name, ...(await m.getData(name, { selection })) }).toEqual({ name, ...right });
    }),
    { numRuns: 200 },
  );
});
