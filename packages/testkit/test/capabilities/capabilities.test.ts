import { describe, expect, it } from "vitest";
import { byName, CHANGES, groupsFor } from "./changes.js";
import { runLimited } from "./limited-backend.js";

// A backend may lack any capability: it is asked for what it has, and passes. Pairs are in pairs.deep.test.ts.

describe("the reference backend with one capability changed passes the rules", () => {
  it.each(byName(CHANGES))("%s", async (_, change) => {
    const { broken, asked } = await runLimited(change.supports, groupsFor(change));
    expect(broken).toEqual([]);
    // With other values, where those of a rule are not offered, rather than not at all.
    expect(asked).toBeGreaterThan(0.7);
  });
});
