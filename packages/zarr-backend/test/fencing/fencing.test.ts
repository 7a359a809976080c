import { describe, expect, it } from "vitest";
import { CALLS, pauseAtEachRequest } from "./two-writers.ts";

// All pairs of calls are in the deep tests.

const call = (name: string) => {
  const found = CALLS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

describe("a writer that is paused until another one has taken its lease over", () => {
  it.each([
    ["appended rows", "appended rows"],
    ["an overwritten dataset", "appended rows"],
    ["a removed dataset", "an overwritten dataset"],
    ["the first dataset of a hierarchy", "the first dataset of a hierarchy"],
  ])("%s and %s: loses nothing and spoils nothing", async (first, second) => {
    const trials = { format: 3, isNoticed: false, isWarm: false } as const;
    expect(await pauseAtEachRequest(trials, call(first), call(second).call)).toBeGreaterThan(3);
  });
});
