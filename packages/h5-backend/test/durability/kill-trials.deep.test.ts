import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeWith, h5py, posix } from "../../../../test/support/judges.js";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { bundle } from "./bundle.js";
import { type KillTrials, runKillTrials } from "./kill-trials.js";

const folder = temporaryFolder("kill");

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** node test/durability/kill-trials.mjs runs 300 of them and prints the figures. */
const trials = Number(process.env["KILL_TRIALS"] ?? 60);

function report(who: string, { good, unreadable, lost, incomplete, ...rest }: KillTrials): void {
  const counts = { good, unreadable: unreadable.length, lost: lost.length, incomplete: incomplete.length };
  process.stdout.write(`${who}: ${JSON.stringify({ ...rest, ...counts })}\n`);
}

describeWith(h5py, posix)("a writer that is killed at any moment", () => {
  const checker = pathOf("killed-files.py");

  it("leaves a file in which h5py finds every acknowledged operation after recovery", async () => {
    const program = folder("program.mjs");
    bundle("program.ts", program);
    const result = await runKillTrials({
      trials,
      writer: (path) => [process.execPath, program, "operate", path],
      recovers: true,
      python: h5py.command,
      checker,
    });
    report("this package", result);
    expect(result).toMatchObject({ good: trials, unreadable: [], lost: [], incomplete: [] });
    // Else the trials would show nothing.
    expect(result.interrupted).toBeGreaterThan(trials / 10);
  });

  it("leaves other files with h5py, which has no commit: what the trials can tell apart", async () => {
    const result = await runKillTrials({
      trials,
      writer: (path) => [h5py.command, pathOf("original-writer.py"), path],
      recovers: false,
      python: h5py.command,
      checker,
    });
    report("h5py as the original uses it", result);
    expect(result.good).toBeLessThan(trials);
  });
});
