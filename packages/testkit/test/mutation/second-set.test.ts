import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { packages } from "../../../../test/support/sources.mjs";
import { secondProjectSet, secondSet } from "./second-set.js";

it.each([...secondSet, ...secondProjectSet])(
  "knows where $file is wrong that $wrong",
  ({ file, from, to }) => {
    const pieces = readFileSync(`${packages}${file}`, "utf8").split(from);
    expect(pieces).toHaveLength(2);
    expect(to).not.toBe(from);
  },
);

it("has no two variants of one description", () => {
  const all = [...secondSet, ...secondProjectSet].map(({ wrong }) => wrong);
  expect(new Set(all).size).toBe(all.length);
});
