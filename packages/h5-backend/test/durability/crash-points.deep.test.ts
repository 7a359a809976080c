import { describe, expect, it } from "vitest";
import { h5py, itWith } from "../../../../test/support/judges.js";
import { enumerateCrashPoints } from "./crash-points.js";
import { Samples } from "./samples.js";
import { SCENARIOS } from "./scenarios.js";

const samples = new Samples();
let points = 0;
const outcomes = { clean: 0, applied: 0, discarded: 0, stale: 0, unmarked: 0 };

describe("a process that dies in any call of the file system", () => {
  it.each(SCENARIOS)("leaves the last commit or the one being made: $name", async (scenario) => {
    const counts = await enumerateCrashPoints(scenario, { sampleEvery: 4, onSample: samples.add });
    points += counts.points;
    for (const outcome of ["clean", "applied", "discarded"] as const)
      outcomes[outcome] += counts.outcomes[outcome];
    expect(counts.points).toBeGreaterThan(20);
  });

  it("was tried at well over a thousand points, with commits finished and commits discarded", () => {
    process.stdout.write(`${points} crash points: ${JSON.stringify(outcomes)}\n`);
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(20);
    expect(points).toBeGreaterThan(1500);
    expect(outcomes.applied).toBeGreaterThan(300);
    expect(outcomes.discarded).toBeGreaterThan(300);
  });

  it("also when recovery dies too, at any of its calls", async () => {
    let recoveries = 0;
    for (const name of ["appending along the last axis", "appending along the middle axis"]) {
      const scenario = SCENARIOS.find((one) => one.name === name);
      if (scenario === undefined) throw new RangeError(name);
      const counts = await enumerateCrashPoints(scenario, {
        crashRecovery: true,
        sampleEvery: 10,
        onSample: samples.add,
      });
      recoveries += counts.points;
    }
    process.stdout.write(`${recoveries} crash points of recovery\n`);
    expect(recoveries).toBeGreaterThan(500);
  });

  itWith(h5py)("leaves files that h5py opens as they are, with the same in them", () => {
    const { checked, wrong } = samples.check();
    process.stdout.write(`${checked} files after crashes opened by h5py\n`);
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(100);
  });
});
