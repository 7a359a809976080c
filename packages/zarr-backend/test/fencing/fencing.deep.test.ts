import { describe, it } from "vitest";
import { CALLS, pauseAtEachRequest } from "./two-writers.ts";

describe.each([
  { format: 3, isNoticed: false, isWarm: false },
  { format: 3, isNoticed: false, isWarm: true },
  { format: 2, isNoticed: true, isWarm: true },
] as const)("a writer that is paused until another one has taken its lease over (%o)", (trials) => {
  it.each(CALLS)("$name: loses nothing and spoils nothing, whatever the other one does", async (first) => {
    for (const second of CALLS) await pauseAtEachRequest(trials, first, second.call);
  });
});
