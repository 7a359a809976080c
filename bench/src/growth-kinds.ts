import { ndarray } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";

export const GROWN = ["datasets in a group", "attributes on a node", "chunks in a dataset"] as const;
export type Grown = (typeof GROWN)[number];

/** Times in ms, and the peak memory of the process in MiB. */
export interface GrowthTimes {
  readonly create: number;
  readonly add: number;
  readonly one: number;
  readonly all: number;
  readonly peak: number;
}

/** What is done to `count` things in a new file; each step is timed. */
export interface GrowthSteps {
  create(): Promise<unknown>;
  /** Adds one more, in a file that was closed. */
  add(): Promise<unknown>;
  one(): Promise<unknown>;
  /** Reads all; gives their number, with the one that was added. */
  all(): Promise<number>;
}

const VALUE = Float64Array.of(1);
const CHUNK = 128;

export function stepsOf(kind: Grown, count: number, folder: string): GrowthSteps {
  const file = new HDF5StorageManager(`${folder}/growth.h5`);
  switch (kind) {
    case "datasets in a group":
      return {
        create: async () => {
          for (let i = 0; i < count; i++) await file.storeData(VALUE, `dataset_${i}`);
        },
        add: () => file.storeData(VALUE, "one_more"),
        one: () => file.getData(`dataset_${count - 1}`),
        all: async () => (await file.listNodes()).filter((node) => node.kind === "dataset").length,
      };
    case "attributes on a node":
      return {
        create: async () => {
          for (let i = 0; i < count; i++) await file.setMetadata({ [`key_${i}`]: i });
        },
        add: () => file.setMetadata({ one_more: 1 }),
        one: () => file.getFileDataVersion(),
        // The root has the version of the data besides.
        all: async () => Object.keys(await file.getMetadata()).length - 1,
      };
    case "chunks in a dataset": {
      const layout = { growDimension: 0, chunks: [CHUNK] };
      return {
        create: () => file.appendData(ndarray(new Float64Array(count * CHUNK)), "data", layout),
        add: () => file.appendData(ndarray(new Float64Array(CHUNK)), "data", { growDimension: 0 }),
        one: () => file.getData("data", { selection: [-1] }),
        all: async () => (await file.getData("data")).data.length / CHUNK,
      };
    }
  }
}
