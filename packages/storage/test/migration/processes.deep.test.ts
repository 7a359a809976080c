import { expect } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py, itWith, posix } from "../../../../test/support/judges.js";
import { bundleProgram, runKillTrials } from "./kill-trials.js";

const folder = temporaryFolder("migrate-kills");

describeWith(h5py, posix)("migrateFile that is killed a hundred times", () => {
  itWith(h5py)("leaves the old file or the new one each time", { timeout: 600_000 }, async () => {
    const counts = await runKillTrials(folder(), bundleProgram(folder("kill.mjs")), 100);
    process.stdout.write(`killed migrations: ${JSON.stringify(counts)}\n`);
    expect(counts.old).toBeGreaterThan(10);
    expect(counts.interrupted).toBeGreaterThan(10);
  });
});
