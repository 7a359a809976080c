import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { itWith, linux } from "../../../../test/support/judges.js";
import { otherTrials, swapTrials, twoTrials } from "./race-trials.js";
import { buildUnpackProgram } from "./unpack-program.js";

/** node packages/zip/test/races/race-trials.mjs runs them and prints the figures. */
const TRIALS = Number(process.env["RACE_TRIALS"] ?? 100);
const TIME = 60_000 + 3_000 * TRIALS;

let root: string;
let program: string;

beforeAll(async () => {
  root = nodeFs.realpathSync(nodeFs.mkdtempSync(`${tmpdir()}/tvb-zip-races-`));
  program = `${root}/unpack.mjs`;
  await buildUnpackProgram(program);
});
afterAll(() => nodeFs.rmSync(root, { recursive: true, force: true }));

function say(figures: object): void {
  if (process.env["RACE_TRIALS"] !== undefined) process.stdout.write(`${JSON.stringify(figures)}\n`);
}

itWith(linux)(
  "nothing is written outside of the folder, whichever folders are exchanged for links",
  async () => {
    const figures = await swapTrials(root, TRIALS);
    say(figures);
    expect(figures.outside).toBe(0);
  },
  TIME,
);

it(
  "no file that another program made meanwhile is removed or replaced",
  async () => {
    const figures = await otherTrials(root, TRIALS);
    say(figures);
    expect(figures.lost).toBe(0);
    expect(figures.theirs).toBeGreaterThan(TRIALS / 10);
  },
  TIME,
);

it(
  "of two processes that unpack into one folder at most one succeeds, and the folder is as it says",
  async () => {
    const figures = await twoTrials(root, program, TRIALS);
    say(figures);
    expect(figures.both).toBe(0);
    expect(figures.mixed).toBe(0);
    expect(figures.one).toBeGreaterThan(TRIALS / 2);
  },
  TIME,
);
