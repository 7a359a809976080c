import type { NDArray } from "@tvb-storage/core";
import { describe, expect, test } from "vitest";
import { cellMeans, rangeOf } from "../src/plotting/cell-means.js";
import { colourScale } from "../src/plotting/colour-maps.js";
import { envelopes } from "../src/plotting/envelope.js";
import { planeOf } from "../src/plotting/plane.js";
import { ticks, tickText } from "../src/plotting/ticks.js";
import { linePlot } from "../src/show/plot/line-plot.js";
import { viewOf } from "./support/view-of.js";

const float64 = (shape: number[], ...data: number[]): NDArray => ({
  dtype: "float64",
  shape,
  data: Float64Array.from(data),
});
const plane = (array: NDArray) => planeOf(viewOf(array), "x");
const { NaN: none } = Number;

describe("ticks", () => {
  test.each<[min: number, max: number, count: number, found: number[]]>([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-0.31, 0.32, 3, [-0.2, 0, 0.2]],
    [0.1, 0.7, 6, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]],
    [998, 1010, 3, [1000, 1005, 1010]],
    [1e-9, 9e-9, 4, [2e-9, 4e-9, 6e-9, 8e-9]],
    [3, 3, 4, [3]],
    [none, none, 4, []],
  ])("from %d to %d, about %i", (min, max, count, found) => {
    expect(ticks(min, max, count)).toEqual(found);
  });

  test("have short texts", () => {
    expect([0, 0.1 + 0.2, -2500, 123456, 0.00012, 1e300].map(tickText)).toEqual([
      "0",
      "0.3",
      "-2500",
      "1.2346e5",
      "1.2e-4",
      "1e300",
    ]);
  });
});

describe("envelopes", () => {
  test("keep all points where they have room, and gaps where there is no number", async () => {
    expect(await envelopes(plane(float64([4], 1, none, 3, Number.POSITIVE_INFINITY)), 0, 10)).toEqual([
      [
        [0, 1],
        [1, none],
        [2, 3],
        [3, none],
      ],
    ]);
  });

  test("keep the least and the greatest of each column, at their places", async () => {
    const numbers = float64([8], 0, 9, -9, 0, 5, 4, none, 6);
    expect(await envelopes(plane(numbers), 0, 2)).toEqual([
      [
        [1, 9],
        [2, -9],
        [5, 4],
        [7, 6],
      ],
    ]);
  });

  test("are drawn along either axis", async () => {
    const matrix = float64([2, 3], 1, 2, 3, 4, 5, 6);
    expect(await envelopes(plane(matrix), 0, 9)).toEqual([
      [
        [0, 1],
        [1, 4],
      ],
      [
        [0, 2],
        [1, 5],
      ],
      [
        [0, 3],
        [1, 6],
      ],
    ]);
    expect(await envelopes(plane(matrix), 1, 9)).toEqual([
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
      [
        [0, 4],
        [1, 5],
        [2, 6],
      ],
    ]);
  });
});

describe("cellMeans", () => {
  test("are the elements where they have room, also turned", async () => {
    const matrix = float64([2, 3], 1, 2, 3, 4, 5, none);
    const room = { maxRows: 9, maxColumns: 9 };
    expect(await cellMeans(plane(matrix), { ...room, turned: false })).toEqual({
      rows: 2,
      columns: 3,
      values: Float64Array.of(1, 2, 3, 4, 5, none),
    });
    expect(await cellMeans(plane(matrix), { ...room, turned: true })).toEqual({
      rows: 3,
      columns: 2,
      values: Float64Array.of(1, 4, 2, 5, 3, none),
    });
  });

  test("are means of blocks, without what is no number", async () => {
    const matrix = float64([2, 4], 1, 2, none, 4, 3, 6, none, 8);
    expect(await cellMeans(plane(matrix), { maxRows: 1, maxColumns: 2, turned: false })).toEqual({
      rows: 1,
      columns: 2,
      values: Float64Array.of(3, 6),
    });
  });

  test("have a range, but where there is no number", () => {
    expect(rangeOf([none, 3, -1])).toEqual({ min: -1, max: 3 });
    expect(rangeOf([none])).toBeUndefined();
  });
});

describe("colourScale", () => {
  test("has two sides around zero, and one where all values are on one side", () => {
    const both = colourScale({ min: -1, max: 4 });
    expect([both.name, both.min, both.max, both.colour(0)]).toEqual(["rdbu", -4, 4, [247, 247, 247]]);
    const one = colourScale({ min: 1, max: 4 });
    expect([one.name, one.colour(1), one.colour(4)]).toEqual(["viridis", [68, 1, 84], [253, 231, 37]]);
    expect(colourScale({ min: 2, max: 2 }, "grey").colour(2)).toEqual([128, 128, 128]);
  });
});

test("linePlot draws one value, equal values and gaps", () => {
  const draw = (...points: [number, number][]) =>
    linePlot({ lines: [points], value: (index) => index, title: "t", width: 30, height: 5, coloured: false });
  expect(draw([0, none])).toBeUndefined();
  for (const text of [draw([0, 2]), draw([0, 2], [1, 2]), draw([0, 1], [1, none], [2, 3])])
    expect(text).toMatch(/[┤│][^\n]*[━┓┛┏┗┃]/);
});
