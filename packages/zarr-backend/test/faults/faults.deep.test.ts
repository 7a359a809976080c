import { describe, it } from "vitest";
import { failEachRequest, type Place } from "./each-fault.ts";
import { type MemoryFate, memoryPlace } from "./memory-place.ts";
import { CHANGES, READS, REGION } from "./scenarios.ts";
import { expectForeignView } from "./snapshot.ts";

// "denied" and "failed" differ for stores alone, so that one version is enough.
describe.each([2, 3] as const)("where any request fails in any way, in version %i", (format) => {
  const trials = {
    format,
    makePlace: memoryPlace,
    fates: format === 3 ? ["denied", "failed", "lost"] : ["lost"],
    afterwards: ({ objects }: Place<MemoryFate>) => expectForeignView(objects),
  } as const;

  it.each(CHANGES)("$name is stored as a whole or not at all", async (scenario) => {
    await failEachRequest(trials, scenario);
  });

  it.each(READS)("$name is given as it is, or not at all", async (scenario) => {
    await failEachRequest(trials, scenario);
  });

  it("of a region whole chunks are stored", async () => {
    await failEachRequest(trials, REGION);
  });
});
