import { PNG } from "pngjs";
import { expect, test } from "vitest";
import { heatMap } from "../src/heat-map.js";

function pixel(png: PNG, column: number, row: number): number[] {
  return Array.from(png.data.subarray((row * png.width + column) * 4, (row * png.width + column) * 4 + 3));
}

test("draws -1 blue, 0 white, 1 red and a missing value grey, row 0 at the top", () => {
  const png = PNG.sync.read(Buffer.from(heatMap(Float64Array.of(-1, 0, 1, Number.NaN), 2)));
  expect([png.width, png.height]).toEqual([608, 608]);
  expect(pixel(png, 0, 0)).toEqual([33, 102, 172]);
  expect(pixel(png, 303, 303)).toEqual([33, 102, 172]);
  expect(pixel(png, 304, 0)).toEqual([247, 247, 247]);
  expect(pixel(png, 0, 304)).toEqual([178, 24, 43]);
  expect(pixel(png, 607, 607)).toEqual([150, 150, 150]);
});

test("gives a large matrix one pixel a value", () => {
  const png = PNG.sync.read(Buffer.from(heatMap(new Float64Array(700 * 700), 700)));
  expect([png.width, png.height]).toEqual([700, 700]);
});
