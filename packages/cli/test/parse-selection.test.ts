import { slice } from "@tvb-storage/core";
import { expect, test } from "vitest";
import { parseSelection } from "../src/elements/parse-selection.js";
import { UsageError } from "../src/usage-error.js";

test.each<[text: string, axes: number, selection: unknown[]]>([
  ["", 2, []],
  ["3", 2, [3]],
  ["-1, +2", 2, [-1, 2]],
  ["0:10, :, 3", 3, [slice(0, 10), slice(null), 3]],
  ["0:10, :, 3", 5, [slice(0, 10), slice(null), 3]],
  [" ::2 , -5 : ", 2, [slice(null, null, 2), slice(-5, null)]],
  ["::", 1, [slice(null)]],
  ["...", 2, [null, null]],
  ["..., 0", 3, [null, null, 0]],
  ["1, ..., 0", 4, [1, null, null, 0]],
  ["1, ..., 0", 2, [1, 0]],
  ["0,", 2, [0]],
])("%j of %i axes is numpy's selection", (text, axes, selection) => {
  expect(parseSelection(text, axes)).toEqual(selection);
});

test.each<[text: string, what: string]>([
  ["a", '"a" is at character 1'],
  ["0, 1.5", '"1.5" is at character 4'],
  ["0,,1", "nothing is at character 3"],
  [",", "nothing is at character 1"],
  ["0:1:2:3", '"0:1:2:3", which has more than two colons, is at character 1'],
  ["0, ::-1", "the step -1, which must be at least 1 (reverse the result instead), is at character 4"],
  ["::0", "the step 0, which must be at least 1"],
  ["..., 0, ...", 'a second "..." is at character 9'],
  ["[0]", '"[0]" is at character 1'],
  ["99999999999999999999", '"99999999999999999999" is at character 1'],
])("%j is refused, with where and what is allowed", (text, what) => {
  expect(() => parseSelection(text, 2)).toThrow(UsageError);
  expect(() => parseSelection(text, 2)).toThrow(`--select ${JSON.stringify(text)}: ${what}`);
  expect(() => parseSelection(text, 2)).toThrow("allowed are an index (3, -1), a range (2:10, ::2)");
});
