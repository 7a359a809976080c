import { rmSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { StoreOptions } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import type { CallCase, Context, Measures } from "../bench-case.js";
import { data, gzip, setupData } from "./dataset.js";

/**
 * How late the event loop was while `work` ran, in ms. A timer of 1 ms is watched, so an idle loop shows about 1.
 */
async function delays(work: () => unknown): Promise<Measures> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await pause(20);
  histogram.reset();
  await pause(3); // the first tick after a reset only sets the clock: without this a stall at the start is not measured
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  await pause(5); // and after it, for a stall at its end
  histogram.disable();
  const inMs = (ns: number) => ns / 1e6;
  return {
    ms,
    p50: inMs(histogram.percentile(50)),
    p99: inMs(histogram.percentile(99)),
    max: inMs(histogram.max),
  };
}

const shared = {
  units: { ms: "ms", p50: "ms", p99: "ms", max: "ms" },
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
