import { describe, it } from "vitest";
import { eachFault, failEachRequest } from "./each-fault.ts";
import { memoryPlace } from "./memory-place.ts";
import { CHANGES, READS } from "./scenarios.ts";

// All kinds of calls and faults are in the deep tests.

describe("where a request fails", () => {
  const some = ["a new dataset in a new group", "appended rows", "an overwritten dataset"];
  it.each(CHANGES.filter(({ name }) => some.includes(name)))(
    "$name is stored as a whole or not at all",
    async (scenario) => {
      await failEachRequest(
        { format: 3, makePlace: memoryPlace, faultsOf: () => [{ fate: "lost", mode: "once" }] },
        scenario,
      );
    },
  );

  it.each(READS)("$name is given as it is, or not at all", async (scenario) => {
    await failEachRequest(
      { format: 2, makePlace: memoryPlace, faultsOf: () => eachFault(["failed"]) },
      scenario,
    );
  });
});
