import { readFileSync } from "node:fs";
import type { Scenario, Work } from "./scenario.js";

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, import.meta.url)));
}

function ramp(length: number, scale = 1): Float64Array {
  return Float64Array.from({ length }, (_, index) => index * scale);
}

/** Rows of a time series: one chunk holds four of them, where chunks are given so. */
function rows(count: number, first: number): number[][] {
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: 30 }, (_, at) => first + row + at / 100),
  );
}

/** Steps along the middle one of three axes. */
function middleSteps(count: number): number[][][] {
  return [0, 1].map((outer) => Array.from({ length: count }, (_, step) => [outer, step]));
}

const SMALL_CHUNKS = { growDimension: 0, chunks: [4, 30] };

const twoDatasets: Work = async ({ m }) => {
  await m.storeData(ramp(600), "x");
  await m.storeData([[1, 2, 3]], "group/y");
};

/** Blocks that come as from a source that has to be waited for. */
async function* blocks(count: number): AsyncGenerator<Float64Array> {
  for (let index = 0; index < count; index++) {
    await Promise.resolve();
    yield ramp(400, index + 1);
  }
}

/** All that a file can go through, at least once. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "new datasets in a new file",
    steps: [
      ({ m }) => m.storeData(ramp(300), "x"),
      ({ m }) =>
        m.storeData(
          [
            [1, 2],
            [3, 4],
          ],
          "y",
          { where: "/group/inner" },
        ),
      ({ m }) => m.storeData(7, "scalar"),
    ],
  },
  {
    name: "overwriting small and large datasets",
    before: async ({ m }) => {
      await m.storeData(ramp(4), "small");
      await m.storeData(ramp(9000), "large");
    },
    steps: [
      ({ m }) => m.storeData(ramp(4, 2), "small"),
      ({ m }) => m.storeData(ramp(9000, -1), "large"),
      ({ m }) => m.storeData(ramp(9000, 3), "large"),
    ],
  },
  {
    name: "appending along the first axis",
    steps: [
      ({ m }) => m.appendData(rows(3, 0), "rows", SMALL_CHUNKS),
      ({ m }) => m.appendData(rows(2, 3), "rows", { growDimension: 0 }),
      ({ m }) => m.appendData(rows(4, 5), "rows", { growDimension: 0 }),
    ],
  },
  {
    name: "appending along the middle axis",
    before: ({ m }) => m.appendData([[[1, 2]], [[3, 4]]], "block", { growDimension: 1, chunks: [2, 2, 2] }),
    steps: [
      ({ m }) => m.appendData([[[5, 6]], [[7, 8]]], "block", { growDimension: 1 }),
      ({ m }) =>
        m.appendData(
          [
            [
              [9, 10],
              [11, 12],
            ],
            [
              [13, 14],
              [15, 16],
            ],
          ],
          "block",
          { growDimension: 1 },
        ),
    ],
  },
  {
    name: "appending along the last axis",
    before: ({ m }) => m.appendData([[1], [2]], "columns", { chunks: [1, 3] }),
    steps: [
      ({ m }) =>
        m.appendData(
          [
            [3, 4, 5],
            [6, 7, 8],
          ],
          "columns",
        ),
      ({ m }) => m.appendData([[9], [10]], "columns"),
    ],
  },
  {
    name: "appends kept open, then closed",
    before: ({ m }) => m.appendData(rows(1, 0), "rows", SMALL_CHUNKS),
    steps: [
      {
        work: ({ m }) => m.appendData(rows(3, 1), "rows", { growDimension: 0, closeFile: false }),
        kept: true,
      },
      {
        work: ({ m }) => m.appendData(rows(2, 4), "rows", { growDimension: 0, closeFile: false }),
        kept: true,
      },
      ({ m }) => m.closeFile(),
      {
        work: ({ m }) => m.appendData(rows(1, 6), "rows", { growDimension: 0, closeFile: false }),
        kept: true,
      },
      ({ m }) => m.appendData(rows(1, 7), "rows", { growDimension: 0 }),
    ],
  },
  {
    name: "appends kept open, and a change that commits them first",
    before: ({ m }) => m.appendData(rows(1, 0), "rows", SMALL_CHUNKS),
    steps: [
      {
        work: ({ m }) => m.appendData(rows(2, 1), "rows", { growDimension: 0, closeFile: false }),
        kept: true,
      },
      { work: ({ m }) => m.setMetadata({ state: "running" }), halfway: ({ m }) => m.closeFile() },
    ],
  },
  {
    name: "removing datasets and groups",
    before: async (context) => {
      await twoDatasets(context);
      await context.m.storeData(ramp(40), "group/inner/z");
    },
    steps: [
      ({ m }) => m.removeData("x"),
      ({ m }) => m.removeData("inner", { where: "/group" }),
      ({ m }) => m.removeData("group"),
    ],
  },
  {
    name: "the file gets shorter: what is at its end is removed",
    before: async ({ m }) => {
      await m.storeData([1], "first");
      await m.storeData(ramp(5000), "last");
    },
    steps: [
      ({ m }) => m.removeData("last"),
      ({ m }) => m.storeData(ramp(700, 5), "last"),
      ({ m }) => m.removeData("last"),
    ],
  },
  {
    name: "setting, replacing and removing metadata",
    before: twoDatasets,
    steps: [
      ({ m }) => m.setMetadata({ a: 1, b: "text", when: new Date(2024, 1, 27, 15, 11, 16) }),
      ({ m }) => m.setMetadata({ a: 2, b: "another, longer text", flag: true }, "x"),
      ({ m }) => m.setMetadata({ a: 3.5, b: "another, longer text", flag: false }, "x"),
      ({ m }) => m.removeMetadata("b", "x"),
    ],
  },
  {
    name: "metadata of a node that is not there yet",
    steps: [
      ({ m }) => m.setMetadata({ kind: "made for its metadata" }, "node", { where: "/group" }),
      ({ m }) => m.setMetadata({ list: [1, 2, 3], texts: ["a", "b"] }, "node", { where: "/group" }),
    ],
  },
  {
    name: "so many attributes that HDF5 stores them in a heap",
    before: ({ m }) => m.setMetadata(Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`key${n}`, n]))),
    steps: [
      ({ m }) => m.setMetadata({ key7: 7, key8: 8, key9: "nine" }),
      ({ m }) => m.setMetadata({ key3: "three" }),
      ({ m }) => m.removeMetadata("key5"),
    ],
  },
  {
    name: "booleans, which are edited into the structures after HDF5 closed",
    steps: [
      ({ m }) => m.storeData([true, false, true], "flags"),
      ({ m }) => m.setMetadata({ mask: [true, false] }, "flags"),
      ({ m }) => m.appendData([true, true], "growing", { chunks: [3] }),
      ({ m }) => m.appendData([false], "growing"),
    ],
  },
  {
    name: "many small sessions",
    steps: Array.from({ length: 14 }, (_, n): Work => {
      if (n % 3 === 0) return ({ m }) => m.appendData([n, n + 0.5], "values", { chunks: [5] });
      return ({ m }) => m.setMetadata({ step: n });
    }),
  },
  {
    name: "growth past several chunks",
    before: ({ m }) => m.appendData(rows(3, 0), "rows", SMALL_CHUNKS),
    steps: [
      ({ m }) => m.appendData(rows(19, 3), "rows", { growDimension: 0 }),
      ({ m }) => m.appendData(rows(24, 22), "rows", { growDimension: 0 }),
    ],
  },
  {
    name: "chunks that are outgrown and made longer, one by one and in a session kept open",
    before: async ({ m }) => {
      await m.appendData([0], "numbers");
      await m.appendData([[[1, 2]], [[3, 4]]], "block", { growDimension: 1 });
    },
    steps: [
      ({ m }) => m.appendData(ramp(513), "numbers"),
      ({ m }) => m.appendData(ramp(2), "numbers"),
      {
        work: ({ m }) => m.appendData(middleSteps(150), "block", { growDimension: 1, closeFile: false }),
        kept: true,
      },
      ({ m }) => m.appendData(middleSteps(2), "block", { growDimension: 1 }),
      ({ m }) => m.setMetadata({ unit: "mV" }, "numbers"),
    ],
  },
  {
    name: "a chunk that is outgrown in the commit of other changes",
    before: ({ m }) => m.appendData(["a"], "names"),
    steps: [
      {
        work: async ({ m }) => {
          await m.appendData([1], "new", { closeFile: false });
          await m.appendData(
            Array.from({ length: 300 }, (_, n) => `name ${n}`),
            "names",
            { closeFile: false },
          );
          await m.appendData(ramp(600), "new", { closeFile: false });
        },
        kept: true,
      },
      ({ m }) => m.closeFile(),
      ({ m }) => m.removeData("names"),
    ],
  },
  {
    name: "two datasets, interleaved in one session",
    before: ({ m }) => m.appendData([0], "a", { chunks: [3] }),
    steps: [
      {
        work: async ({ m }) => {
          for (let n = 1; n < 5; n++) {
            await m.appendData([n, n], "a", { closeFile: false });
            await m.appendData(rows(2, n), "b", { ...SMALL_CHUNKS, closeFile: false });
          }
        },
        kept: true,
      },
      ({ m }) => m.closeFile(),
      ({ m }) => m.appendData([99], "a"),
      ({ m }) => m.appendData(rows(1, 99), "b", { growDimension: 0 }),
    ],
  },
  {
    name: "compressed chunks, appended to and overwritten",
    steps: [
      ({ m }) => m.appendData(rows(3, 0), "rows", { ...SMALL_CHUNKS, compression: "gzip" }),
      ({ m }) => m.appendData(rows(3, 3), "rows", { growDimension: 0 }),
      ({ m }) => m.storeData(rows(6, 50), "rows"),
    ],
  },
  {
    name: "texts of any and of fixed length",
    steps: [
      ({ m }) => m.storeData(["alpha", "βήτα", ""], "names"),
      ({ m }) => m.storeData(["gamma, which is longer", "δ", "e"], "names"),
      ({ m }) => m.appendData(["x", "y"], "codes", { stringLength: 4, chunks: [3] }),
      ({ m }) => m.appendData(["z", "w"], "codes"),
    ],
  },
  {
    name: "blocks from a source",
    before: twoDatasets,
    steps: [
      ({ m }) => m.storeData({ dtype: "float64", shape: [1600], blocks: blocks(4) }, "blocks"),
      ({ m }) => m.storeData({ dtype: "float64", shape: [800], blocks: blocks(2) }, "more/blocks"),
    ],
  },
  {
    name: "a file whose writer died elsewhere, marked as open for writing",
    before: fixture("../fixtures/open-for-writing.h5"),
    steps: [
      ({ m }) => m.setMetadata({ seen: true }),
      ({ m }) => m.appendData([4, 5], "y", { chunks: [3] }),
      ({ m }) => m.removeData("x"),
    ],
  },
  {
    name: "a file of h5py in the old style",
    before: fixture("fixtures/symbol-table.h5"),
    steps: [
      ({ m }) => m.appendData([4, 5, 6], "rows"),
      ({ m }) => m.setMetadata({ title: "replaced by a longer one", more: [true] }),
      ({ m }) => m.removeData("group/inner"),
      ({ m }) =>
        m.storeData(
          [
            [9, 8, 7],
            [6, 5, 4],
          ],
          "fixed",
        ),
      ({ m }) => m.storeData([false, true], "flags"),
    ],
  },
  {
    name: "a file of h5py in the latest format",
    before: fixture("fixtures/latest.h5"),
    steps: [
      // Into the extensible array, its data blocks behind the index block too.
      ({ m }) =>
        m.appendData(
          [
            [7, 8],
            [9, 10],
            [11, 12],
            [13, 14],
          ],
          "rows",
          { growDimension: 0 },
        ),
      ({ m }) => m.storeData(ramp(30, 2), "packed"),
      ({ m }) => m.storeData([1, 2, 3], "late"),
      ({ m }) => m.storeData(ramp(20), "g9", { where: "/group" }),
      // Of more than 4 KB: outside the blocks of the heap.
      ({ m }) => m.setMetadata({ a3: "a text", long: ramp(600), new: 9 }, "group"),
      ({ m }) => m.setMetadata({ long: ramp(700) }, "group"),
      ({ m }) => m.removeData("g1", { where: "/group" }),
    ],
  },
  {
    name: "a file of the original",
    before: fixture("fixtures/original.h5"),
    steps: [
      ({ m }) => m.appendData([4, 5, 6], "rows"),
      ({ m }) => m.setMetadata({ unit: "V" }, "rows"),
      ({ m }) => m.removeData("flags", { where: "/group" }),
    ],
  },
  {
    name: "two managers on one file",
    steps: [
      ({ m }) => m.appendData([1, 2], "x", { chunks: [3] }),
      { work: ({ m }) => m.appendData([3], "x", { closeFile: false }), kept: true },
      ({ another }) => another().appendData([4], "x"),
      ({ another }) => another().setMetadata({ by: "the other" }, "x"),
      ({ m }) => m.storeData([5], "y"),
    ],
  },
  {
    name: "replaced by a removal and a store",
    before: twoDatasets,
    steps: [
      ({ m }) => m.removeData("y", { where: "/group" }),
      ({ m }) => m.storeData(["now", "texts"], "y", { where: "/group" }),
      ({ m }) => m.removeMetadata("Data_version"),
    ],
  },
];
