import { describe, expect, test } from "vitest";
import { geometricMean, median, quantile, ratio } from "../src/statistics.js";

describe("a quantile", () => {
  // Expected values from numpy.quantile.
  test.each([
    [[15, 20, 35, 40, 50], 0, 15],
    [[15, 20, 35, 40, 50], 0.4, 29],
    [[15, 20, 35, 40, 50], 1, 50],
    [[1, 2, 3, 4], 0.25, 1.75],
    [[4, 1, 3, 2], 0.75, 3.25],
    [[7], 0.25, 7],
  ])("of %j at %d is %d", (values, q, expected) => {
    expect(quantile(values, q)).toBeCloseTo(expected, 12);
  });

  test("sorts by value, not by text, and leaves its input as it was", () => {
    const values = [100, 9, 20];
    expect(median(values)).toBe(20);
    expect(values).toEqual([100, 9, 20]);
  });

  test("of nothing is an error", () => {
    expect(() => median([])).toThrow("no values to take a quantile of");
  });
});

describe("the ratio of two series", () => {
  test("is that of their medians, with the quartiles of the single rounds' ratios", () => {
    // Rounds: 0.5, 2, 0.75.
    expect(ratio([10, 20, 30], [20, 10, 40])).toEqual({ ofMedians: 1, lower: 0.625, upper: 1.375 });
  });

  test("shows that a slow machine met both, where the ratio of each round is the same", () => {
    expect(ratio([1, 5, 2], [2, 10, 4])).toEqual({ ofMedians: 0.5, lower: 0.5, upper: 0.5 });
  });
});

test("a geometric mean counts half as fast and twice as fast as no change", () => {
  expect(geometricMean([0.5, 2])).toBeCloseTo(1, 12);
  expect(geometricMean([1, 10, 100])).toBeCloseTo(10, 12);
  expect(() => geometricMean([])).toThrow("no values to take a mean of");
});
