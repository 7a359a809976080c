import { expect } from "vitest";
import { itWith, linux } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { killTrials } from "./support/kill-trials.js";

const at = temporaryFolder("killed");

itWith(linux)(
  "processes that are killed while they import or export leave all or nothing, and what they leave is cleared away",
  async () => {
    const { killed } = await killTrials(at(), 4);
    expect(killed).toBeGreaterThan(0);
  },
  60_000,
);
