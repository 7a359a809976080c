import { describe, expect, it } from "vitest";
import { byName, CHANGES, groupsFor } from "./changes.js";
import { runLimited } from "./limited-backend.js";

// A backend may lack any capability: it is asked for what it has, and passes. Pairs are in pairs.deep.test.ts,
// and with them each single type.

/** Types that are tried alone: of each kind one. */
const ALONE = ["int8", "float64", "complex64", "bool", "string"];
const tried = CHANGES.filter(
  ({ supports: { dtypes = [] } }) => dtypes.length !== 1 || dtypes.every((dtype) => ALONE.includes(dtype)),
);

describe("the reference backend with one capability changed passes the rules", () => {
  it.each(byName(tried))("%s", async (_, change) => {
    const { broken, asked } = await runLimited(change.supports, groupsFor(change));
    expect(broken).toEqual([]);
    // With other values, where those of a rule are not offered, rather than not at all.
    expect(asked).toBeGreaterThan(0.7);
  });
});
