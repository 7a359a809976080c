import { expect, it } from "vitest";
import { storageManagerRules } from "../../src/index.js";
import { PAIRS } from "./changes.js";
import { runLimited } from "./limited-backend.js";

it.each(PAIRS)(
  "the reference backend with two capabilities changed passes the rules: $what",
  async ({ supports }) => {
    const groups = storageManagerRules.filter(({ name }) => name !== "large data" && name !== "model");
    expect((await runLimited(supports, groups)).broken).toEqual([]);
  },
);
