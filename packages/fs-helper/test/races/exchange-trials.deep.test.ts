import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect } from "vitest";
import { itWith, linux } from "../../../../test/support/judges.js";
import { FilesHelper } from "../../src/index.js";
import { exchangeTrials } from "./exchange-trials.js";

/** node packages/fs-helper/test/races/exchange-trials.mjs runs them and prints the figures. */
const TRIALS = Number(process.env["RACE_TRIALS"] ?? 100);

let folder: string;
beforeAll(() => {
  folder = nodeFs.realpathSync(nodeFs.mkdtempSync(`${tmpdir()}/fs-helper-races-`));
});
afterAll(() => nodeFs.rmSync(folder, { recursive: true, force: true }));

itWith(linux)(
  "nothing outside of the storage root is removed, whichever folders are exchanged for links meanwhile",
  async () => {
    const figures = await exchangeTrials(folder, TRIALS, FilesHelper);
    if (process.env["RACE_TRIALS"] !== undefined) process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(figures.outside).toBe(0);
  },
  2000 * TRIALS,
);
