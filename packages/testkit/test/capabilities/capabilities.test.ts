import { describe, expect, it } from "vitest";
import { storageManagerRules } from "../../src/index.js";
import { CHANGES } from "./changes.js";
import { runLimited } from "./limited-backend.js";

// A backend may lack any capability: it is asked for what it has, and passes. Pairs are in pairs.deep.test.ts.

/** Groups that take long, and the capabilities that decide what they ask. */
const LONG: Readonly<Record<string, readonly string[]>> = {
  "large data": [],
  model: [],
  "faults: a close happens wholly or not at all": ["growableAxes", "removal", "atomicCommit"],
};

describe("the reference backend with one capability changed passes the rules", () => {
  it.each(CHANGES)("$what", async ({ of, supports }) => {
    const groups = storageManagerRules.filter(({ name }) => LONG[name]?.includes(of) ?? true);
    const { broken, asked } = await runLimited(supports, groups);
    expect(broken).toEqual([]);
    // With other values, where those of a rule are not offered, rather than not at all.
    expect(asked).toBeGreaterThan(0.7);
  });
});
