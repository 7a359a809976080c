import type { NDArray } from "@tvb-storage/core";
import type { ZarrStorageManager } from "../../src/index.ts";

/** One kind of call, and what is there before it. */
export interface Scenario {
  readonly name: string;
  prepare(m: ZarrStorageManager): Promise<unknown>;
  call(m: ZarrStorageManager): Promise<unknown>;
  /** Rows are stored one by one: a call that fails may have stored some. */
  readonly byRows?: boolean;
}

const rows = (count: number, first: number): NDArray => ({
  dtype: "int32",
  shape: [count, 2],
  data: Int32Array.from({ length: 2 * count }, (_, i) => first + i),
});
const chunks = [2, 2];

/** Two datasets, one of which has a last chunk that is not full, and metadata. */
async function prepare(m: ZarrStorageManager): Promise<void> {
  await m.appendData(rows(5, 1), "x", { where: "/group", growDimension: 0, chunks });
  await m.setMetadata({ unit: "mV", rate: 2 }, "x", { where: "/group" });
  await m.storeData([1, 2, 3], "y");
}

async function prepareRegions(m: ZarrStorageManager): Promise<void> {
  await prepare(m);
  await m.createArray("r", { dtype: "int32", shape: [5, 2], chunks });
  await m.writeRegion(rows(4, 0), "r", { offset: [0, 0] });
}

/** All kinds of calls that change a hierarchy, each wholly or not at all. */
export const CHANGES: readonly Scenario[] = [
  {
    name: "the first dataset of a hierarchy",
    prepare: async () => undefined,
    call: (m) => m.storeData(rows(3, 1), "x", { chunks }),
  },
  {
    name: "a new dataset in a new group",
    prepare,
    call: (m) => m.storeData(rows(3, 1), "new/x", { chunks }),
  },
  { name: "appended rows", prepare, call: (m) => m.appendData(rows(4, 11), "group/x", { growDimension: 0 }) },
  { name: "an overwritten dataset", prepare, call: (m) => m.storeData(rows(5, 100), "group/x") },
  {
    name: "a new dataset from blocks",
    prepare,
    call: (m) =>
      m.storeData({ dtype: "int32", shape: [5, 2], blocks: [rows(3, 0), rows(2, 6)] }, "new", { chunks }),
  },
  {
    name: "a dataset overwritten from blocks",
    prepare,
    call: (m) =>
      m.storeData({ dtype: "int32", shape: [5, 2], blocks: [rows(3, 50), rows(2, 56)] }, "group/x"),
  },
  { name: "a removed dataset", prepare, call: (m) => m.removeData("group/x") },
  { name: "a removed group", prepare, call: (m) => m.removeData("group") },
  { name: "a new group", prepare, call: (m) => m.createGroup("other/inner") },
  {
    name: "metadata of a dataset",
    prepare,
    call: (m) => m.setMetadata({ unit: "uV", more: [1, 2] }, "group/x"),
  },
  { name: "metadata of the root", prepare, call: (m) => m.setMetadata({ title: "rest" }) },
  { name: "removed metadata", prepare, call: (m) => m.removeMetadata("unit", "group/x") },
  {
    name: "a new array without elements",
    prepare,
    call: (m) => m.createArray("r", { dtype: "int32", shape: [5, 2], chunks }),
  },
  {
    name: "an array that becomes complete",
    prepare: async (m) => {
      await prepareRegions(m);
      await m.writeRegion(rows(1, 8), "r", { offset: [4, 0] });
    },
    call: (m) => m.completeArray("r"),
  },
];

/** A region, whose chunks are stored one by one. */
export const REGION: Scenario = {
  name: "a region",
  byRows: true,
  prepare: prepareRegions,
  call: (m) => m.writeRegion(rows(3, 100), "r", { offset: [2, 0] }),
};

/** Calls that change nothing. */
export const READS: readonly Scenario[] = [
  {
    name: "a selection",
    prepare,
    call: (m) => m.getData("group/x", { selection: [{ start: 1, stop: 4, step: 1 }] }),
  },
  { name: "a list of nodes", prepare, call: (m) => m.listNodes() },
  { name: "missing regions", prepare: prepareRegions, call: (m) => m.missingRegions("r") },
];
