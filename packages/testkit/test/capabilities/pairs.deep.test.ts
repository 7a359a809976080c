import { describe, expect, it } from "vitest";
import { byName, groupsFor, PAIRS } from "./changes.js";
import { runLimited } from "./limited-backend.js";

describe("the reference backend with two capabilities changed passes the rules", () => {
  it.each(byName(PAIRS))("%s", async (_, change) => {
    expect((await runLimited(change.supports, groupsFor(change))).broken).toEqual([]);
  });
});
