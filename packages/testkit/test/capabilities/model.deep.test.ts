import { describe, expect, it } from "vitest";
import { storageManagerRules } from "../../src/index.js";
import { byName, CHANGES } from "./changes.js";
import { runLimited } from "./limited-backend.js";

describe("the reference backend with one capability changed does what the model does", () => {
  it.each(byName(CHANGES))("%s", async (_, { supports }) => {
    const groups = storageManagerRules.filter(({ name }) => name === "model");
    expect((await runLimited(supports, groups)).broken).toEqual([]);
  });
});
