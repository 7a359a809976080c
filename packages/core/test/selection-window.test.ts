import { expect, test } from "vitest";
import { resolveSelection, slice } from "../src/selection.js";
import { selectionWindow } from "../src/selection-window.js";

test("a window of a stepped selection is a selection of its own", () => {
  const selection = [slice(1, null, 2), slice(2, null)];
  const resolved = resolveSelection(selection, [6, 4]); // rows 1, 3, 5 of columns 2, 3
  const window = selectionWindow(selection, resolved, { offset: [1, 0], shape: [2, 2] });
  expect(window.shape).toEqual([2, 2]);
  expect(window.ranges).toEqual([
    { start: 3, step: 2, count: 2 },
    { start: 2, step: 1, count: 2 },
  ]);
});

test("an axis that an integer dropped is not in the window", () => {
  const selection = [4, null];
  const resolved = resolveSelection(selection, [6, 4]);
  const window = selectionWindow(selection, resolved, { offset: [2], shape: [2] });
  expect(window.ranges).toEqual([
    { start: 4, step: 1, count: 1 },
    { start: 2, step: 1, count: 2 },
  ]);
});

test("a scalar's window is the scalar", () => {
  const resolved = resolveSelection([], []);
  expect(selectionWindow([], resolved, { offset: [], shape: [] })).toEqual({
    ranges: [],
    shape: [],
    whole: false,
  });
});
