import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { describeWith, numpy } from "../../../test/support/judges.js";
import { toNested } from "../src/ndarray.js";
import type { NDArray } from "../src/ndarray-type.js";
import { resolveSelection, selectElements, slice } from "../src/selection.js";
import type { Selection, Slice } from "../src/selection-type.js";
import { elementCount } from "../src/shape.js";
import { storageError } from "./thrown.js";

function counted(shape: readonly number[]): NDArray {
  return { dtype: "int32", shape, data: Int32Array.from({ length: elementCount(shape) }, (_, i) => i) };
}

describe("slice", () => {
  it.each<[string, Slice, Slice]>([
    ["slice(2)", slice(2), { start: null, stop: 2, step: 1 }],
    ["slice(-2)", slice(-2), { start: null, stop: -2, step: 1 }],
    ["slice(null)", slice(null), { start: null, stop: null, step: 1 }],
    ["slice(1, null)", slice(1, null), { start: 1, stop: null, step: 1 }],
    ["slice(0, 4)", slice(0, 4), { start: 0, stop: 4, step: 1 }],
    ["slice(null, -1, 2)", slice(null, -1, 2), { start: null, stop: -1, step: 2 }],
    ["slice(1, 3, null)", slice(1, 3, null), { start: 1, stop: 3, step: 1 }],
  ])("%s is Python's", (_, given, expected) => {
    expect(given).toEqual(expected);
  });

  it("needs an argument", () => {
    const withoutArguments = slice as () => Slice; // as JavaScript may call it
    expect(() => withoutArguments()).toThrow("slice() needs a stop: slice(stop), slice(start, stop)");
  });
});

describe("resolveSelection", () => {
  it.each<[what: string, selection: Selection | undefined, shape: number[], whole: boolean]>([
    ["nothing", undefined, [4, 6], true],
    ["no entries", [], [4, 6], true],
    ["whole axes", [null, null], [4, 6], true],
    ["a slice of all", [slice(0, 4), slice(-6, null)], [4, 6], true],
    ["a clipped slice", [slice(-100, 100)], [4, 6], true],
    ["an integer", [1], [6], false],
    ["an integer from the end", [-1], [6], false],
    ["a step", [null, slice(null, null, 4)], [4, 2], false],
    ["an empty slice", [slice(3, 1)], [0, 6], false],
    ["a slice beyond the end", [slice(10, 20)], [0, 6], false],
    ["two integers", [3, 5], [], false],
  ])("resolves %s", (_what, selection, shape, whole) => {
    const resolved = resolveSelection(selection, [4, 6]);
    expect(resolved.shape).toEqual(shape);
    expect(resolved.whole).toBe(whole);
    expect(resolved.ranges).toHaveLength(2);
  });

  it("has a range for each axis, also for dropped ones", () => {
    expect(resolveSelection([-2, slice(1, 6, 2), null], [4, 6, 3]).ranges).toEqual([
      { start: 2, step: 1, count: 1 },
      { start: 1, step: 2, count: 3 },
      { start: 0, step: 1, count: 3 },
    ]);
  });

  it.each<[what: string, selection: unknown, message: string]>([
    ["an index at the end", [4], "index 4 is out of range for axis 0 with 4 elements"],
    ["an index before the start", [null, -7], "index -7 is out of range for axis 1 with 6 elements"],
    ["too many indices", [1, 2, 3], "3 indices, the dataset of shape (4, 6) only 2 axes"],
    ["a step of 0", [slice(0, 4, 0)], "step for axis 0 must be at least 1, not 0"],
    ["a negative step", [slice(null, null, -1)], "must be at least 1, not -1; reverse the result"],
    ["a fraction", [0.5], "index for axis 0 must be a whole number, not 0.5"],
    ["a fraction in a slice", [slice(0, 1.5)], "stop for axis 0 must be a whole number, not 1.5"],
    ["NaN", [Number.NaN], "not NaN"],
    ["infinity", [slice(0, Number.POSITIVE_INFINITY)], "not Infinity"],
    ["a bigint", [1n], "not 1"],
    ["a text", ["1"], "whole number"],
    ["a boolean", [true], "not true"],
    ["undefined", [undefined], "not undefined"],
    ["a list", [[0, 1]], "whole number"],
    ["an object that is no slice", [{ start: 1 }], "whole number"],
    ["an integer instead of a list", 3, "an array with an entry for each axis"],
    ["a slice instead of a list", slice(null), "an array with an entry for each axis"],
  ])("refuses %s", (_what, selection, message) => {
    expect(storageError(() => resolveSelection(selection as Selection, [4, 6])).message).toContain(message);
  });

  it("refuses an index into an empty axis and into a scalar", () => {
    storageError(() => resolveSelection([0], [0]));
    storageError(() => resolveSelection([-1], [0]));
    storageError(() => resolveSelection([0], []));
  });
});

describe("selectElements", () => {
  it("gives a copy, also for the whole array", () => {
    const array = counted([2, 2]);
    const whole = selectElements(array, resolveSelection(undefined, array.shape));
    expect(whole).toEqual(array);
    expect(whole.data).not.toBe(array.data);
  });

  it("takes both parts of complex numbers", () => {
    const array: NDArray = { dtype: "complex64", shape: [3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const taken = selectElements(array, resolveSelection([slice(0, null, 2)], [3]));
    expect(taken).toEqual({ dtype: "complex64", shape: [2], data: Float32Array.of(1, 2, 5, 6) });
    expect(toNested(selectElements(array, resolveSelection([1], [3])))).toEqual([3, 4]);
  });

  it("takes texts and keeps the names of an enumeration", () => {
    const texts: NDArray = { dtype: "string", shape: [3], data: ["a", "b", "c"] };
    expect(toNested(selectElements(texts, resolveSelection([slice(1, null)], [3])))).toEqual(["b", "c"]);
    const coded: NDArray = {
      dtype: "int8",
      shape: [2],
      data: Int8Array.of(0, 1),
      enumMembers: { A: 0, B: 1 },
    };
    expect(selectElements(coded, resolveSelection([1], [2])).enumMembers).toEqual({ A: 0, B: 1 });
  });
});

interface Case {
  readonly shape: number[];
  readonly selection: (number | null | Slice)[];
  /** Null where numpy raises an IndexError. */
  readonly result: { readonly shape: number[]; readonly data: number[] } | null;
}

const script = fileURLToPath(new URL("selection-numpy.py", import.meta.url));
describeWith(numpy)("numpy", () => {
  it("selects the same elements in 3000 random cases", () => {
    const output = execFileSync(numpy.command, [script, "6", "3000"], {
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    const cases = output
      .split("\n")
      .filter((line) => line !== "")
      .map((line): Case => JSON.parse(line));
    expect(cases).toHaveLength(3000);
    expect(cases.filter(({ result }) => result === null).length).toBeGreaterThan(300);
    for (const { shape, selection, result } of cases) {
      const what = JSON.stringify({ shape, selection });
      if (result === null) storageError(() => resolveSelection(selection, shape));
      else {
        const taken = selectElements(counted(shape), resolveSelection(selection, shape));
        expect({ shape: taken.shape, data: [...taken.data] }, what).toEqual(result);
      }
    }
  });
});
