import { ndarray } from "@tvb-storage/core";
import { describe, expect, test } from "vitest";
import { compareElements, noDifferences } from "../src/diff/compare-elements.js";
import { compoundFields } from "../src/diff/compound-fields.js";

const EXACT = { rtol: 0, atol: 0, equalNan: true };

function compared(a: Parameters<typeof ndarray>[0], b: Parameters<typeof ndarray>[0], tolerance = EXACT) {
  const found = noDifferences();
  compareElements(ndarray(a), ndarray(b), tolerance, found, { listed: 10 });
  return found;
}

describe("two arrays", () => {
  test("are the same where all elements are; -0 is 0, NaN is NaN", () => {
    expect(compared([1, -0, Number.NaN, Infinity], [1, 0, Number.NaN, Infinity])).toEqual(noDifferences());
  });

  test("differ where NaN is not to be equal, even with the same bytes", () => {
    expect(compared([Number.NaN], [Number.NaN], { ...EXACT, equalNan: false }).count).toBe(1);
  });

  test("differ where one has NaN or another infinity, by no number", () => {
    const found = compared([1, Number.NaN, Infinity], [Number.NaN, 1, -Infinity]);
    expect(found).toMatchObject({ count: 3, maxAbsolute: undefined, maxRelative: undefined });
  });

  test("are listed with positions and the largest differences", () => {
    expect(
      compared(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [1, 2.5],
          [3, 2],
        ],
      ),
    ).toEqual({
      count: 2,
      maxAbsolute: 2,
      maxRelative: 1,
      first: [
        { at: [0, 1], a: ndarray(2), b: ndarray(2.5) },
        { at: [1, 1], a: ndarray(4), b: ndarray(2) },
      ],
    });
  });

  test("of int64 are compared exactly, where float64 would see no difference", () => {
    const found = compared(BigInt64Array.of(2n ** 62n), BigInt64Array.of(2n ** 62n + 1n));
    expect(found).toMatchObject({ count: 1, maxAbsolute: 1 });
  });

  test("of int64 and float64 are compared by their exact values", () => {
    expect(compared(BigInt64Array.of(2n ** 53n, 5n), Float64Array.of(2 ** 53, 5)).count).toBe(0);
    expect(compared(BigInt64Array.of(2n ** 53n + 1n), Float64Array.of(2 ** 53))).toMatchObject({
      count: 1,
      maxAbsolute: 1,
    });
  });

  test("of texts are compared by their characters", () => {
    expect(compared(["a", "b"], ["a", "c"])).toEqual({
      ...noDifferences(),
      count: 1,
      first: [{ at: [1], a: ndarray("b"), b: ndarray("c") }],
    });
  });

  test("of booleans are listed as booleans", () => {
    expect(compared([true, false], [true, true]).first).toEqual([
      { at: [1], a: ndarray(false), b: ndarray(true) },
    ]);
  });
});

describe("a tolerance is that of numpy.allclose", () => {
  // numpy.isclose(a, b, rtol, atol): |a - b| <= atol + rtol * |b|
  test.each([
    [1, 1.1, 0, 0.2, true],
    [1, 1.1, 0, 0.05, false],
    [100, 101, 0.01, 0, true], // 1 <= 1.01
    [101, 100, 0.01, 0, true], // 1 <= 1
    [102, 100, 0.01, 0, false],
    [0.001, 0, 0.5, 0, false], // relative to b, which is 0
    [0, 0.001, 1, 0, true],
    [Infinity, 1, 1e9, 1e9, false],
    [1, Infinity, 1, 0, false],
    [-Infinity, -Infinity, 0, 0, true],
  ])("%d and %d with rtol %d and atol %d: %s", (a, b, rtol, atol, same) => {
    expect(compared([a], [b], { rtol, atol, equalNan: true }).count === 0).toBe(same);
  });

  test("complex numbers are as far apart as their points in the plane", () => {
    const complex = (re: number, im: number) =>
      ({ dtype: "complex128", shape: [1], data: Float64Array.of(re, im) }) as const;
    expect(compared(complex(0, 0), complex(3, 4))).toMatchObject({
      count: 1,
      maxAbsolute: 5,
      maxRelative: 1,
    });
    expect(compared(complex(0, 0), complex(3, 4), { rtol: 0, atol: 5, equalNan: true }).count).toBe(0);
    expect(compared(complex(Number.NaN, 1), complex(Number.NaN, 1)).count).toBe(0);
    expect(compared(complex(Number.NaN, 1), complex(Number.NaN, 2)).count).toBe(1);
  });
});

describe("the fields of a compound type", () => {
  test.each([
    ["float64", []],
    ["compound {a: int32, b: float64}", ["a", "b"]],
    ["compound {a: int32, b: compound {c: string, d: array[3, 4] of int8}}", ["a", "b.c", "b.d"]],
  ])("of %s are %j", (dtype, fields) => {
    expect(compoundFields(dtype)).toEqual(fields);
  });
});
