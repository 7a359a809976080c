import { describe, it } from "vitest";
import { eachFault, failEachRequest } from "./each-fault.ts";
import { type MemoryFate, memoryPlace } from "./memory-place.ts";
import { CHANGES, READS, REGION } from "./scenarios.ts";

// "denied" and "failed" differ for stores alone, so that one version is enough.
describe.each([2, 3] as const)("where any request fails in any way, in version %i", (format) => {
  const trials = {
    format,
    makePlace: memoryPlace,
    faultsOf: () => eachFault<MemoryFate>(format === 3 ? ["denied", "failed", "lost"] : ["lost"]),
  };

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
