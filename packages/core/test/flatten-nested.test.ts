import { describe, expect, it } from "vitest";
import { flattenNested } from "../src/flatten-nested.js";
import { structureError } from "./thrown.js";

describe("flattenNested", () => {
  it.each<
    [what: string, input: unknown, dtype: string, shape: number[], data: ArrayLike<unknown>, plain: boolean]
  >([
    ["a number", 1.5, "float64", [], Float64Array.of(1.5), true],
    ["numbers", [1, 2, 3], "float64", [3], Float64Array.of(1, 2, 3), true],
    [
      "rows of numbers",
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      "float64",
      [2, 3],
      Float64Array.of(1, 2, 3, 4, 5, 6),
      true,
    ],
    [
      "three axes",
      [
        [[1], [2]],
        [[3], [4]],
      ],
      "float64",
      [2, 2, 1],
      Float64Array.of(1, 2, 3, 4),
      true,
    ],
    ["bigints", [1n, -2n], "int64", [2], BigInt64Array.of(1n, -2n), true],
    [
      "bigints that need uint64",
      [0n, 2n ** 64n - 1n],
      "uint64",
      [2],
      BigUint64Array.of(0n, 2n ** 64n - 1n),
      true,
    ],
    ["a boolean", true, "bool", [], Uint8Array.of(1), false],
    ["booleans", [[true], [false]], "bool", [2, 1], Uint8Array.of(1, 0), false],
    ["a text", "a", "string", [], ["a"], false],
    ["texts", ["a", "", "☃"], "string", [3], ["a", "", "☃"], false],
    ["nothing", [], "float64", [0], new Float64Array(), true],
    ["rows of nothing", [[], []], "float64", [2, 0], new Float64Array(), true],
  ])("flattens %s", (_what, input, dtype, shape, data, plain) => {
    expect(flattenNested(input)).toEqual({ array: { dtype, shape, data }, plain });
  });

  it.each<[what: string, input: unknown, message: string]>([
    ["null", null, "the data is null"],
    ["undefined", undefined, "the data is undefined"],
    [
      "null in an array",
      [
        [1, 2],
        [3, null],
      ],
      "element [1][1] is null",
    ],
    ["undefined in an array", [1, undefined], "element [1] is undefined"],
    ["an object", { a: 1 }, "the data is an object"],
    ["a Number object", [new Number(1)], "element [0] is a Number"],
    ["a function", [() => 1], "element [0] is a function"],
    [
      "a hole at the end",
      Object.assign(new Array(3), { 0: 1, 2: 3 }),
      "element [1] is missing: the array is sparse",
    ],
    [
      "a hole at the start",
      Object.assign(new Array(2), { 1: [1] }),
      "element [0] is missing: the array is sparse",
    ],
    ["a sparse row", [[1, 2], new Array(2)], "element [1][0] is missing: the array is sparse"],
    ["a longer row", [[1], [2, 3]], "element [1] has 2 elements where others have 1: ragged"],
    ["a shorter row", [[1, 2], []], "element [1] has 0 elements where others have 2: ragged"],
    ["a value among rows", [[1], 2], "element [1] is no array where others are: ragged"],
    ["a row among values", [1, [2]], "element [1] is an array where others are values: ragged"],
    ["a number among texts", ["a", 1], "element [1] is a number among strings: mixed kinds"],
    ["a bigint among numbers", [[1], [2n]], "element [1][0] is a bigint among numbers: mixed kinds"],
    ["a boolean among numbers", [1, true], "element [1] is a boolean among numbers: mixed kinds"],
    ["a typed array inside an array", [Float64Array.of(1)], "element [0] is a typed array inside an array"],
    ["bigints of both ends", [-1n, 2n ** 63n], "fit neither int64 nor uint64 (one is -1)"],
    ["a bigint that is too large", [2n ** 64n], "one is 18446744073709551616"],
    ["NUL in a text", ["a", "b\0c"], "NUL"],
    ["half of a surrogate pair", ["\udc00"], "surrogate"],
  ])("refuses %s and says where", (_what, input, message) => {
    expect(structureError(() => flattenNested(input)).message).toContain(message);
  });

  it("refuses an array that contains itself", () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(structureError(() => flattenNested(circle)).message).toContain("32 axes");
  });

  it("takes 32 axes and no more", () => {
    let deep: unknown = 1;
    for (let axis = 0; axis < 32; axis++) deep = [deep];
    expect(flattenNested(deep).array.shape).toEqual(new Array(32).fill(1));
    structureError(() => flattenNested([deep]));
  });
});
