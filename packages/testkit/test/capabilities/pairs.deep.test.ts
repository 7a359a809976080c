import { describe, expect, it } from "vitest";
import { byName, groupsFor, PAIRS } from "./changes.js";
import { runLimited } from "./limited-backend.js";

/** Every third pair; `PAIRS_EVERY=1` tries all. */
const every = Number(process.env["PAIRS_EVERY"] ?? 3);
const tried = byName(PAIRS).filter((_, index) => index % every === 0);

describe("the reference backend with two capabilities changed passes the rules", () => {
  it.each(tried)("%s", async (_, change) => {
    expect((await runLimited(change.supports, groupsFor(change))).broken).toEqual([]);
  });
});
