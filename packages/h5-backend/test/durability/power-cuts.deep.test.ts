import type { Survival } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { h5py, itWith } from "../../../../test/support/judges.js";
import { enumerateCrashPoints } from "./crash-points.js";
import { Samples } from "./samples.js";
import { SCENARIOS } from "./scenarios.js";

const samples = new Samples();
let points = 0;

/** What was not synced is lost, kept, or kept in part and in another order. */
function survivals(scenario: number): Survival[] {
  return ["synced", "all", { seed: scenario }];
}

describe('a power cut in any call, with durability "power"', () => {
  it.each(SCENARIOS.map((scenario, index) => ({ ...scenario, index })))(
    "leaves the last commit or the one being made: $name",
    async (scenario) => {
      const counts = await enumerateCrashPoints(scenario, {
        durability: "power",
        powerLoss: survivals(scenario.index),
        sampleEvery: 20,
        onSample: samples.add,
      });
      points += counts.points;
      expect(counts.points).toBeGreaterThan(80);
    },
  );

  it("was tried at more than ten thousand points", () => {
    process.stdout.write(`${points} power cuts\n`);
    expect(points).toBeGreaterThan(10_000);
  });

  itWith(h5py)("leaves files that h5py opens as they are, with the same in them", () => {
    const { checked, wrong } = samples.check();
    process.stdout.write(`${checked} files after power cuts opened by h5py\n`);
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(100);
  });
});
