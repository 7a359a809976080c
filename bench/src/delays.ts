import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { Measures } from "./bench-case.js";

export const LOOP_UNITS = { ms: "ms", p50: "ms", p99: "ms", max: "ms" } as const;

/**
 * How late the event loop was while `work` ran, in ms. A timer of 1 ms is watched, so an idle loop shows about 1.
 */
export async function delays(work: () => unknown): Promise<Measures> {
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
