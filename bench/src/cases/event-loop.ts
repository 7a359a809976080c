import { rmSync } from "node:fs";
import type { StoreOptions } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import type { CallCase, Context } from "../bench-case.js";
import { delays, LOOP_UNITS } from "../delays.js";
import { data, gzip, setupData } from "./dataset.js";

const shared = {
  units: LOOP_UNITS,
  full: { rows: 65_536 },
  quick: { rows: 4096 },
  rounds: 7,
  python: [],
  limits: [{ measure: "max", atMost: { warm: 20, fresh: 50 } }],
} as const;

function stored(title: string, name: string, layoutOf: (context: Context) => StoreOptions): CallCase {
  return {
    ...shared,
    name,
    title,
    ours: (context) => {
      const array = data(context);
      const path = `${context.folder}/stored.h5`;
      return {
        prepare: () => rmSync(path, { force: true }),
        run: () =>
          delays(() =>
            new HDF5StorageManager(path, context.options).storeData(array, "data", layoutOf(context)),
          ),
      };
    },
  };
}

function read(title: string, name: string, layoutOf: (context: Context) => StoreOptions): CallCase {
  return {
    ...shared,
    name,
    title,
    setup: (context) => setupData(context, layoutOf(context)),
    ours: (context) => ({
      run: () =>
        delays(() => new HDF5StorageManager(`${context.shared}/data.h5`, context.options).getData("data")),
    }),
  };
}

const contiguous = (): StoreOptions => ({});

export const cases: readonly CallCase[] = [
  stored("event-loop delay while storing 512 MiB", "loop-store", contiguous),
  read("event-loop delay while reading 512 MiB", "loop-read", contiguous),
  { ...stored("event-loop delay while storing 512 MiB, gzip level 4", "loop-gzip-store", gzip), rounds: 3 },
  { ...read("event-loop delay while reading 512 MiB, gzip level 4", "loop-gzip-read", gzip), rounds: 3 },
];
