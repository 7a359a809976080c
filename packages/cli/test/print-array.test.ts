import { allocate, type DataType, elementCount, type NDArray } from "@tvb-storage/core";
import { describe, expect, test } from "vitest";
import { printArray } from "../src/show/print/print-array.js";
import { numpyPrintsTheSame } from "./support/numpy-prints.js";
import { float64, printed } from "./support/printed.js";
import { viewOf } from "./support/view-of.js";

function counting(dtype: DataType, ...shape: number[]): NDArray {
  const data = allocate(dtype, elementCount(shape));
  const value = (at: number) => (dtype === "int64" ? BigInt(at) : dtype === "string" ? `n${at}` : at / 4);
  for (let at = 0; at < data.length; at++) data[at] = value(at) as never; // as the type has it
  return { dtype, shape, data } as NDArray;
}

describe("printArray", () => {
  test.each<[name: string, array: NDArray, text: string]>([
    ["floats", float64(1, 2.5, -0.125), "[ 1.     2.5   -0.125]\n"],
    ["large and small", float64(1e-9, 1, 12345), "[1.0000e-09 1.0000e+00 1.2345e+04]\n"],
    ["no number", float64(1, Number.NaN, Number.NEGATIVE_INFINITY), "[  1.  nan -inf]\n"],
    ["bools", { dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) }, "[ True False]\n"],
    [
      "texts",
      { dtype: "string", shape: [3], data: ["it's", 'a "b"', "\n\u0007☃"] },
      `["it's" 'a "b"' '\\n\\x07☃']\n`,
    ],
    [
      "complex",
      { dtype: "complex128", shape: [2], data: Float64Array.of(1, -2, 0.5, 10) },
      "[1.  -2.j 0.5+10.j]\n",
    ],
    ["nothing", float64(), "[]\n"],
    ["a scalar", { dtype: "float64", shape: [], data: Float64Array.of(1e16) }, "1e+16\n"],
    ["a matrix", counting("int64", 2, 3), "[[0 1 2]\n [3 4 5]]\n"],
  ])("prints %s as numpy does", async (_, array, text) => {
    expect(await printed(array)).toBe(text);
  });

  test("reads the ends of a long array only", async () => {
    const view = viewOf(counting("float64", 40, 5, 30));
    let text = "";
    await printArray(view, { width: 75, all: false }, async (part) => {
      text += part;
    });
    expect(view.reads).toBe(6 * 5 * 6);
    expect(text).toContain("...");
  });
});

numpyPrintsTheSame(120, 5);
