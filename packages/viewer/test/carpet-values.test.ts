import { describe, expect, it } from "vitest";
import type { Bin, Frame } from "../src/data/series-envelope.js";
import { carpetColours, colourPixels } from "../src/views/carpet/carpet-colours.js";
import { carpetDomain, carpetValues } from "../src/views/carpet/carpet-values.js";

/** A frame of one channel, by the values of each bin. */
function frameOf(...bins: (readonly number[] | "skipped" | "missing")[]): Frame {
  const plan = { window: { start: 0, count: bins.length }, binRows: 1, every: 1, blocks: [], bytes: 0 };
  const summed = bins.map((values): Bin => {
    if (typeof values === "string") return values;
    const finite = values.filter(Number.isFinite);
    const sum = finite.reduce((total, value) => total + value, 0);
    return Float64Array.of(Math.min(...values), Math.max(...values), sum, finite.length);
  });
  return { plan, channels: [0], firstBin: 0, bins: summed, isPartial: false };
}

describe("the values of a carpet plot", () => {
  it("are the means of columns; between the blocks of an overview those of the block before", () => {
    const { values, rows, columns } = carpetValues(
      frameOf("skipped", [1, 2], "skipped", [-4], [], "missing", "skipped", [6]),
      false,
    );
    expect([rows, columns]).toEqual([1, 8]);
    expect([...values]).toEqual([NaN, 1.5, 1.5, -4, NaN, NaN, NaN, 6]);
  });

  it("are standard deviations from the mean of the row as z-scores", () => {
    // numpy: (x - x.mean()) / x.std() of 2, 4, 4, 4, 5, 5, 7, 9: mean 5, deviation 2
    const { values } = carpetValues(frameOf([2], [4], [4], [4], [5], [5], [7], [9], []), true);
    expect([...values]).toEqual([-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2, NaN]);
    expect([...carpetValues(frameOf([3], [3]), true).values]).toEqual([0, 0]);
  });

  it("have a domain of all, or of percentiles 1 to 99 as numpy has them", () => {
    const hundred = carpetValues(
      frameOf(...Array.from({ length: 101 }, (_, at) => [at === 100 ? 1e6 : at])),
      false,
    );
    expect(carpetDomain(hundred, false)).toEqual([0, 1e6]);
    // np.percentile([0, ..., 99, 1e6], [1, 99])
    expect(carpetDomain(hundred, true)).toEqual([1, 99]);
    expect(carpetDomain(carpetValues(frameOf([3], [3]), false), true)).toEqual([3, 4]);
    expect(carpetDomain(carpetValues(frameOf([]), false), true)).toEqual([0, 1]);
  });
});

describe("the colours of a carpet plot", () => {
  const pixels = (name: "viridis" | "cividis" | "rdbu", ...values: number[]) => {
    const found = colourPixels(Float64Array.from(values), [-1, 1], carpetColours(name));
    return values.map((_, at) => [...found.subarray(4 * at, 4 * at + 4)]);
  };

  it("are matplotlib's viridis and cividis from the least to the largest value, none for NaN", () => {
    // matplotlib.colormaps["viridis"](0, bytes=True) and (255, bytes=True)
    expect(pixels("viridis", -1, 1, -9, 9, Number.NaN)).toEqual([
      [68, 1, 84, 255],
      [253, 231, 37, 255],
      [68, 1, 84, 255],
      [253, 231, 37, 255],
      [0, 0, 0, 0],
    ]);
    const [dark, light] = pixels("cividis", -1, 1);
    // d3 approximates cividis by a polynomial: #002051 to #fdea45
    expect([dark, light]).toEqual([
      [0, 32, 81, 255],
      [253, 234, 69, 255],
    ]);
  });

  it("are blue below and red above zero", () => {
    const [low, high] = pixels("rdbu", -1, 1);
    // ColorBrewer's RdBu of 11 classes: #053061 and #67001f
    expect([low, high]).toEqual([
      [5, 48, 97, 255],
      [103, 0, 31, 255],
    ]);
  });
});
