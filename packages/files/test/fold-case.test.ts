import { expect, it } from "vitest";
import { foldCase } from "../src/fold-case.js";

it.each([
  ["Data.H5", "data.h5"],
  ["É", "é"],
  ["\u00e9", "e\u0301"],
  ["ΣΑΣ", "σασ"],
  ["МОЗГ", "мозг"],
  ["\u212a", "k"],
  ["𐐀", "𐐨"],
])("takes %j and %j for one name, as disks without case do", (one, other) => {
  expect(foldCase(one)).toBe(foldCase(other));
});

it.each([
  ["i", "ı"],
  ["I", "ı"],
  ["i", "İ"],
  ["ss", "ß"],
  ["σ", "ς"],
  ["s", "ſ"],
  ["µ", "μ"],
  ["ﬁ", "fi"],
  ["a", "á"],
])("takes %j and %j for two names, as those disks do", (one, other) => {
  expect(foldCase(one)).not.toBe(foldCase(other));
});
