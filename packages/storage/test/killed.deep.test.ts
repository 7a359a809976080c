import { expect } from "vitest";
import { itWith, linux } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { killTrials } from "./support/kill-trials.js";

const at = temporaryFolder("killed-deep");
const trials = Number(process.env["KILL_TRIALS"] ?? 80);

itWith(linux)(
  `${trials} processes that are killed while they import or export leave all or nothing`,
  async () => {
    const { killed, whole, swept } = await killTrials(at(), trials);
    expect(killed).toBeGreaterThan(0.3 * trials);
    expect(whole).toBeGreaterThan(0);
    expect(swept).toBeGreaterThan(0);
  },
  600_000,
);
