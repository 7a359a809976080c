import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ConvertOptions, convertArray } from "../src/convert.js";
import { allocate, DATA_TYPES, type DataType, isComplexType, NUMERIC_TYPES } from "../src/data-type.js";
import { ndarray } from "../src/ndarray.js";
import type { NDArray } from "../src/ndarray-type.js";

const typed: ConvertOptions = { plain: false };
const plain: ConvertOptions = { plain: true };

function converted(array: NDArray, target: DataType, options: ConvertOptions): unknown[] | string {
  const result = convertArray(array, target, options);
  if (typeof result === "string") return result;
  expect(result.dtype).toBe(target);
  expect(result.shape).toEqual(array.shape);
  return [...result.data];
}

describe("convertArray", () => {
  it.each(["float32", "int64", "complex128"] as const)("to %s: the shape is another array", (target) => {
    const shape = [2, 1];
    const converted = convertArray({ dtype: "int8", shape, data: Int8Array.of(1, 2) }, target, {
      plain: false,
    });
    shape[0] = 77;
    expect(converted).toMatchObject({ dtype: target, shape: [2, 1] });
  });

  it("returns the same array where it has the type", () => {
    const array = ndarray([1]);
    expect(convertArray(array, "float64", typed)).toBe(array);
  });

  it.each<[from: string, array: NDArray, target: DataType, data: unknown[]]>([
    ["integers to wider ones", ndarray(Int8Array.of(-128, 127)), "int16", [-128, 127]],
    ["integers to narrower ones that hold them", ndarray(Int32Array.of(-128, 127)), "int8", [-128, 127]],
    ["integers to 64 bits", ndarray(Uint32Array.of(4294967295)), "int64", [4294967295n]],
    ["64-bit integers to 32", ndarray(BigInt64Array.of(-1n)), "int32", [-1]],
    ["unsigned to signed", ndarray(BigUint64Array.of(2n ** 63n - 1n)), "int64", [2n ** 63n - 1n]],
    ["whole floats to integers", ndarray(Float64Array.of(255, 0)), "uint8", [255, 0]],
    ["floats to 64-bit integers", ndarray(Float64Array.of(-(2 ** 63))), "int64", [-(2n ** 63n)]],
    ["float32 to float64", ndarray(Float32Array.of(0.1)), "float64", [Math.fround(0.1)]],
    [
      "float64 that float32 holds",
      ndarray(Float64Array.of(0.5, Infinity, NaN)),
      "float32",
      [0.5, Infinity, NaN],
    ],
    ["-0 to float32", ndarray(Float64Array.of(-0)), "float32", [-0]],
    ["64-bit integers that float64 holds", ndarray(BigInt64Array.of(2n ** 53n)), "float64", [2 ** 53]],
    ["booleans to integers", ndarray([true, false]), "int8", [1, 0]],
    ["reals to complex", ndarray(Float32Array.of(1, -0)), "complex64", [1, 0, -0, 0]],
    ["complex64 to complex128", ndarray(Float32Array.of(1, 2), { dtype: "complex64" }), "complex128", [1, 2]],
  ])("converts %s", (_from, array, target, data) => {
    expect(converted(array, target, typed)).toEqual(data);
  });

  it.each<[what: string, array: NDArray, target: DataType, reason: string]>([
    ["256 as uint8", ndarray(Int16Array.of(1, 256)), "uint8", "256 (entry 1) is out of the range of uint8"],
    ["-1 as uint64", ndarray(Int8Array.of(-1)), "uint64", "-1 (entry 0) is out of the range of uint64"],
    ["2**63 as int64", ndarray(BigUint64Array.of(2n ** 63n)), "int64", "9223372036854775808"],
    ["a float of 2**63 as int64", ndarray(Float64Array.of(2 ** 63)), "int64", "out of the range of int64"],
    ["a float of 2**64 as uint64", ndarray(Float64Array.of(2 ** 64)), "uint64", "out of the range of uint64"],
    ["a fraction as integer", ndarray(Float64Array.of(1.5)), "int8", "1.5 (entry 0) is no whole number"],
    ["NaN as integer", ndarray(Float64Array.of(NaN)), "int8", "NaN (entry 0) is no whole number"],
    ["infinity as integer", ndarray(Float64Array.of(Infinity)), "int64", "no whole number"],
    ["-0 as integer", ndarray(Float64Array.of(-0)), "int8", "-0 (entry 0) would lose its sign as int8"],
    ["0.1 as float32", ndarray(Float64Array.of(0.1)), "float32", "0.1 (entry 0) is not exact as float32"],
    ["1e300 as float32", ndarray(Float64Array.of(1e300)), "float32", "out of the range of float32"],
    ["2**53 + 1 as float64", ndarray(BigInt64Array.of(2n ** 53n + 1n)), "float64", "not exact as float64"],
    ["2**24 + 1 as float32", ndarray(Int32Array.of(2 ** 24 + 1)), "float32", "not exact as float32"],
    [
      "complex as real",
      ndarray(Float64Array.of(1, 0), { dtype: "complex128" }),
      "float64",
      "imaginary parts",
    ],
    [
      "complex128 as complex64",
      ndarray(Float64Array.of(0.1, 0), { dtype: "complex128" }),
      "complex64",
      "not exact",
    ],
    ["numbers as text", ndarray(Int8Array.of(1)), "string", "do not convert"],
    ["text as numbers", ndarray(["1"]), "float64", "do not convert"],
    ["text as bool", ndarray(["true"]), "bool", "do not convert"],
    ["bytes as bool", ndarray(Uint8Array.of(1)), "bool", "uint8 values are no booleans"],
  ])("refuses %s, with the reason", (_what, array, target, reason) => {
    expect(converted(array, target, typed)).toContain(reason);
  });

  describe("of plain numbers", () => {
    it("rounds to float32, but not to infinity", () => {
      expect(converted(ndarray([0.1]), "float32", plain)).toEqual([Math.fround(0.1)]);
      expect(converted(ndarray([1e300]), "float32", plain)).toContain("out of the range");
      expect(converted(ndarray([Infinity]), "float32", plain)).toEqual([Infinity]);
    });

    it("takes -0 for a zero", () => {
      expect(converted(ndarray([-0]), "int8", plain)).toEqual([0]);
      expect(converted(ndarray([-0]), "int64", plain)).toEqual([0n]);
    });

    it("rounds no fraction to an integer and wraps nothing", () => {
      expect(converted(ndarray([1.5]), "int8", plain)).toContain("no whole number");
      expect(converted(ndarray([128]), "int8", plain)).toContain("out of the range");
      expect(converted(ndarray([2n ** 53n + 1n]), "float64", plain)).toContain("not exact");
    });

    it("converts 0 and 1 to booleans only where the caller chose bool", () => {
      expect(converted(ndarray([0, 1]), "bool", { plain: true, explicit: true })).toEqual([0, 1]);
      expect(converted(ndarray([0, 2]), "bool", { plain: true, explicit: true })).toContain("2 (entry 1)");
      expect(converted(ndarray([0, 1]), "bool", plain)).toContain("no booleans");
    });

    it.each(DATA_TYPES)("converts an empty array to %s", (target) => {
      expect(converted(ndarray([]), target, plain)).toEqual([]);
    });
  });

  it("never loses information of an array that has a type", () => {
    const integers = { min: -(2n ** 63n), max: 2n ** 64n - 1n };
    const value = fc.oneof(
      fc.double(),
      fc.bigInt(integers),
      fc.integer({ min: -300, max: 300 }),
      fc.boolean(),
    );
    const array = fc
      .array(value, { minLength: 1, maxLength: 3 })
      .chain((values) =>
        fc.constantFrom(...NUMERIC_TYPES, "bool" as const).map((dtype) => fill(dtype, values)),
      )
      .filter((made) => made !== undefined);
    fc.assert(
      fc.property(array, fc.constantFrom(...NUMERIC_TYPES), (source, target) => {
        const result = convertArray(source, target, typed);
        if (typeof result === "string") return;
        const exact = (entry: unknown): string => (Object.is(entry, -0) ? "-0" : decimal(entry));
        expect([...result.data].map(exact)).toEqual([...source.data].map(exact));
      }),
      { seed: 4, numRuns: 3000 },
    );
  });

  it("converts every value that fits", () => {
    fc.assert(
      fc.property(fc.integer({ min: -128, max: 127 }), fc.constantFrom(...NUMERIC_TYPES), (value, target) => {
        const result = convertArray(ndarray(Int8Array.of(value)), target, typed);
        const fits = value >= 0 || !target.startsWith("uint");
        expect(typeof result === "string").toBe(!fits);
        if (typeof result !== "string") expect(Number(result.data[0])).toBe(value);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it("has an answer for each pair of types", () => {
    for (const source of DATA_TYPES) {
      for (const target of DATA_TYPES) {
        const array =
          source === "string"
            ? ndarray(["a"])
            : ndarray([1, 0].slice(0, isComplexType(source) ? 2 : 1), { dtype: source });
        const result = convertArray(array, target, typed);
        const possible =
          source === target ||
          (source !== "string" &&
            target !== "string" &&
            target !== "bool" &&
            (!isComplexType(source) || isComplexType(target)));
        expect(typeof result !== "string", `${source} to ${target}`).toBe(possible);
      }
    }
  });
});

/** An array of `dtype` of those values that it holds, or undefined where it holds none. */
function fill(dtype: DataType, values: readonly (number | bigint | boolean)[]): NDArray | undefined {
  const made = values.flatMap((value) => {
    try {
      return [...ndarray(value, { dtype }).data];
    } catch {
      return [];
    }
  });
  if (made.length === 0) return undefined;
  const data = allocate(dtype, made.length);
  made.forEach((entry, index) => {
    data[index] = entry as never;
  });
  return { dtype, shape: [made.length], data } as NDArray; // `allocate` gave the container of `dtype`
}

/** One text for equal numbers, whether they are numbers or bigints. */
function decimal(entry: unknown): string {
  return typeof entry === "number" && Number.isInteger(entry) ? String(BigInt(entry)) : String(entry);
}
