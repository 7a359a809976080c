import { describe, expect, it } from "vitest";
import { storageManagerRules } from "../../src/index.js";
import { byName, CHANGES } from "./changes.js";
import { runLimited } from "./limited-backend.js";

// Where nothing is on a file system, the model needs a store of the author's.
const onFileSystem = CHANGES.filter(({ supports }) => supports.storedAs !== "remote");

describe("the reference backend with one capability changed does what the model does", () => {
  it.each(byName(onFileSystem))("%s", async (_, { supports }) => {
    const groups = storageManagerRules.filter(({ name }) => name === "model");
    expect((await runLimited(supports, groups)).broken).toEqual([]);
  });
});
