import { afterAll, expect, it } from "vitest";
import { makeWorkplace } from "./child.js";
import { clockTrial, lostFileTrial, runTrials } from "./interference-trials.js";

/** The suite of interference-trials.ts, with as many trials of each kind. */
export function describeInterference(trials: number): void {
  const workplace = makeWorkplace();
  afterAll(() => workplace.remove());

  it("a clock that jumps does not take the lock from its holder: each row is there once", async () => {
    const result = await runTrials(trials, (index) => clockTrial(workplace, index));
    process.stdout.write(`clocks: ${JSON.stringify(result)}\n`);
    expect(result.bad).toEqual([]);
  });

  it("a close resolves only where its rows are in the file under the name, and nothing of others is lost", async () => {
    const result = await runTrials(trials, (index) => lostFileTrial(workplace, index));
    process.stdout.write(`lost files: ${JSON.stringify(result)}\n`);
    expect(result.bad).toEqual([]);
  });
}
