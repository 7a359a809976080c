import { describe, it } from "vitest";
import { STEPS } from "./migration/doubling.js";
import { expectCopyOrNothing, expectOldOrNew, LONG_PLANS } from "./support/one-commit.js";

describe.each(LONG_PLANS)("a fault at each call of the file system: %o", (plan) => {
  it("leaves a file that is migrated old or new", () => expectOldOrNew(STEPS, plan));

  it("leaves a copy complete or not there", () => expectCopyOrNothing(plan));
});
