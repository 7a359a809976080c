import { describe, expect, it } from "vitest";
import { expectAsSmallAsFresh } from "./compact-cycles.js";
import { compactWithFaults } from "./compact-faults.js";

describe("a compacted file", () => {
  it("is as small as a fresh one with the same content, after 1,000 datasets came and went", async () => {
    const { before, after } = await expectAsSmallAsFresh(1000);
    expect(before).toBeGreaterThan(5 * after);
  });
});

describe("compacting with a fault in any call", () => {
  it.each(["stop", "fail"] as const)("leaves the old file or the new one (%s)", async (action) => {
    const outcomes = await compactWithFaults({
      action,
      effects: ["none", "half", "whole"],
      powerLoss: ["all"],
    });
    expect(outcomes.old).toBeGreaterThan(20);
    expect(outcomes.compacted).toBeGreaterThan(0);
  });

  it("leaves the old file or the new one when the power is cut as well", async () => {
    const outcomes = await compactWithFaults({
      action: "stop",
      effects: ["none", "whole"],
      powerLoss: ["synced", { seed: 7 }],
    });
    expect(outcomes.old).toBeGreaterThan(20);
    expect(outcomes.compacted).toBeGreaterThan(0);
  });
});
