import { describe, expect, it } from "vitest";
import { concatenate, takeSteps } from "../src/concatenate.js";
import { ndarray, toNested } from "../src/ndarray.js";
import type { NDArray } from "../src/ndarray-type.js";

const a = ndarray([
  [1, 2],
  [3, 4],
]);
const b = ndarray([[5, 6]]);
const c = ndarray([[7], [8]]);

describe("concatenate", () => {
  it("joins along each axis", () => {
    expect(toNested(concatenate([a, b], 0))).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(toNested(concatenate([a, c, a], 1))).toEqual([
      [1, 2, 7, 1, 2],
      [3, 4, 8, 3, 4],
    ]);
  });

  it("joins along a middle axis", () => {
    const left = ndarray([[[1, 2]], [[3, 4]]]);
    const right = ndarray([
      [
        [5, 6],
        [7, 8],
      ],
      [
        [9, 10],
        [11, 12],
      ],
    ]);
    expect(toNested(concatenate([left, right], 1))).toEqual([
      [
        [1, 2],
        [5, 6],
        [7, 8],
      ],
      [
        [3, 4],
        [9, 10],
        [11, 12],
      ],
    ]);
  });

  it("joins texts and complex numbers", () => {
    expect(toNested(concatenate([ndarray(["a"]), ndarray(["b", "c"])], 0))).toEqual(["a", "b", "c"]);
    const complex = ndarray([[1, 2]], { dtype: "complex128" });
    expect(toNested(concatenate([complex, complex], 0))).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it("copies, also where there is one array only", () => {
    const copy = concatenate([a], 0);
    expect(copy).toEqual(a);
    expect(copy.data).not.toBe(a.data);
  });

  it("joins arrays without elements", () => {
    const empty: NDArray = { dtype: "float64", shape: [0, 2], data: new Float64Array() };
    expect(toNested(concatenate([empty, b, empty], 0))).toEqual([[5, 6]]);
    const flat: NDArray = { dtype: "float64", shape: [3, 0], data: new Float64Array() };
    expect(concatenate([flat, flat], 0).shape).toEqual([6, 0]);
  });

  it("refuses an empty list", () => {
    expect(() => concatenate([], 0)).toThrow(RangeError);
  });
});

describe("takeSteps", () => {
  it("copies steps along each axis", () => {
    const array = ndarray([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(toNested(takeSteps(array, 0, 1, 1))).toEqual([[4, 5, 6]]);
    expect(toNested(takeSteps(array, 1, 1, 2))).toEqual([
      [2, 3],
      [5, 6],
    ]);
    expect(takeSteps(array, 1, 3, 0).shape).toEqual([2, 0]);
    expect(takeSteps(array, 0, 0, 2).data).not.toBe(array.data);
  });

  it("undoes concatenate", () => {
    const joined = concatenate([a, c], 1);
    expect(takeSteps(joined, 1, 0, 2)).toEqual(a);
    expect(takeSteps(joined, 1, 2, 1)).toEqual(c);
  });
});
