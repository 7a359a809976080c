import { describe, expect, it } from "vitest";
import { editedSource } from "./bundle-edited.js";
import { projectVariants } from "./project-variants.js";
import { remoteVariants } from "./remote-variants.js";
import { secondProjectSet, secondSet } from "./second-set.js";
import { UNSHRUNK } from "./variant-pool.js";
import { variants } from "./variants.js";

// Whether the kit catches them is tested by mutation.deep.test.ts.

describe.each([
  { set: "variants", all: variants, least: 200 },
  { set: "secondSet", all: secondSet, least: 55 },
  { set: "projectVariants", all: projectVariants, least: 45 },
  { set: "secondProjectSet", all: secondProjectSet, least: 20 },
  { set: "remoteVariants", all: remoteVariants, least: 25 },
])("$set", ({ all, least }) => {
  it.each(all)("where $file $wrong, one piece of text is another", async (variant) => {
    expect(await editedSource(variant)).toBeDefined();
  });

  it("has variants that all differ", () => {
    expect(new Set(all.map(({ wrong }) => wrong)).size).toBe(all.length);
    expect(new Set(all.map(({ file, from, to }) => `${file}\n${from}\n${to}`)).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(least);
  });
});

it("the edit that all variants are run with can be made", async () => {
  expect(await editedSource(UNSHRUNK)).toBeDefined();
});
