import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { copyArray, ndarray, normalizeInput, reshape, toNested } from "../src/ndarray.js";
import type { ArrayInput, NDArray } from "../src/ndarray-type.js";
import { structureError } from "./thrown.js";

describe("ndarray", () => {
  it.each<[what: string, input: ArrayInput, dtype: string, data: ArrayLike<unknown>]>([
    ["int8", Int8Array.of(-1), "int8", Int8Array.of(-1)],
    ["uint8", Uint8Array.of(255), "uint8", Uint8Array.of(255)],
    ["int16", Int16Array.of(-1), "int16", Int16Array.of(-1)],
    ["uint16", Uint16Array.of(1), "uint16", Uint16Array.of(1)],
    ["int32", Int32Array.of(-1), "int32", Int32Array.of(-1)],
    ["uint32", Uint32Array.of(1), "uint32", Uint32Array.of(1)],
    ["int64", BigInt64Array.of(-1n), "int64", BigInt64Array.of(-1n)],
    ["uint64", BigUint64Array.of(1n), "uint64", BigUint64Array.of(1n)],
    ["float32", Float32Array.of(0.5), "float32", Float32Array.of(0.5)],
    ["float64", Float64Array.of(0.1), "float64", Float64Array.of(0.1)],
  ])("takes a typed array of %s", (_what, input, dtype, data) => {
    expect(ndarray(input)).toEqual({ dtype, shape: [1], data });
  });

  it("takes a Buffer and clamped bytes for uint8, as plain bytes", () => {
    for (const bytes of [Buffer.from([1, 2]), Uint8ClampedArray.of(1, 2) as never]) {
      const { dtype, data } = ndarray(bytes);
      expect(dtype).toBe("uint8");
      expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
      expect([...data]).toEqual([1, 2]);
    }
  });

  it("takes a typed array and an array of another realm", () => {
    expect(ndarray(runInNewContext("Float32Array.of(0.5)")).dtype).toBe("float32");
    expect(toNested(ndarray(runInNewContext("[[1, 2]]")))).toEqual([[1, 2]]);
  });

  it("applies a shape to flat data", () => {
    expect(ndarray(Float64Array.of(1, 2, 3, 4, 5, 6), { shape: [2, 3] }).shape).toEqual([2, 3]);
    expect(ndarray([1], { shape: [] })).toEqual({ dtype: "float64", shape: [], data: Float64Array.of(1) });
    expect(ndarray([], { shape: [0, 76] }).shape).toEqual([0, 76]);
  });

  it("converts to the given dtype, without loss", () => {
    expect(ndarray([1, 2], { dtype: "int16" }).data).toEqual(Int16Array.of(1, 2));
    expect(ndarray([0.1], { dtype: "float32" }).data).toEqual(Float32Array.of(0.1));
    expect(ndarray(Int8Array.of(-1), { dtype: "float64" }).data).toEqual(Float64Array.of(-1));
    expect(ndarray([1n, 2n], { dtype: "uint8" }).data).toEqual(Uint8Array.of(1, 2));
    expect(ndarray([0, 1], { dtype: "bool" }).data).toEqual(Uint8Array.of(0, 1));
    expect(ndarray(Uint8Array.of(0, 1), { dtype: "bool" }).dtype).toBe("bool");
    expect(ndarray([], { dtype: "string" })).toEqual({ dtype: "string", shape: [0], data: [] });
    expect(ndarray([[], []], { dtype: "bool" })).toEqual({
      dtype: "bool",
      shape: [2, 0],
      data: new Uint8Array(),
    });
  });

  it("takes complex numbers as pairs, interleaved or real", () => {
    const expected = { dtype: "complex128", shape: [2], data: Float64Array.of(1, 2, 3, 4) };
    expect(
      ndarray(
        [
          [1, 2],
          [3, 4],
        ],
        { dtype: "complex128" },
      ),
    ).toEqual(expected);
    expect(ndarray(Float64Array.of(1, 2, 3, 4), { dtype: "complex128" })).toEqual(expected);
    expect(ndarray([1, 2], { dtype: "complex64" })).toEqual({
      dtype: "complex64",
      shape: [],
      data: Float32Array.of(1, 2),
    });
    expect(ndarray(Float32Array.of(1, 2), { dtype: "complex64" }).data).toEqual(Float32Array.of(1, 2));
    expect(ndarray(Int8Array.of(1, 2), { dtype: "complex64" }).data).toEqual(Float32Array.of(1, 0, 2, 0));
    expect(ndarray([], { dtype: "complex128" })).toEqual({
      dtype: "complex128",
      shape: [0],
      data: new Float64Array(),
    });
  });

  it("gives the type of the result where dtype is given", () => {
    expectTypeOf(ndarray([1], { dtype: "int16" })).toEqualTypeOf<NDArray<"int16">>();
    expectTypeOf(ndarray([1])).toEqualTypeOf<NDArray>();
  });

  it.each<[what: string, input: unknown, options: object, message: string]>([
    ["null", null, {}, "null"],
    [
      "a shape that does not fit",
      [1, 2, 3],
      { shape: [2, 2] },
      "3 elements of shape (3,) do not fill the shape (2, 2)",
    ],
    ["a negative length", [], { shape: [-1] }, "axis 0"],
    ["a dtype that is none", [1], { dtype: "float16" }, '"float16"'],
    ["a fraction as integer", [0.5], { dtype: "int8" }, "0.5 (entry 0) is no whole number"],
    ["a number out of range", [300], { dtype: "uint8" }, "300 (entry 0) is out of the range of uint8"],
    ["a typed array that would be rounded", Float64Array.of(0.1), { dtype: "float32" }, "not exact"],
    ["a text as number", ["1"], { dtype: "int8" }, "string and int8"],
    ["half a complex number", Float64Array.of(1, 2, 3), { dtype: "complex128" }, "even number"],
    ["complex numbers that are no pairs", [[1, 2, 3]], { dtype: "complex128" }, "not 2 long"],
    ["bytes other than 0 and 1 as bool", Uint8Array.of(2), { dtype: "bool" }, "0 and 1, not 2"],
    ["a DataView", new DataView(new ArrayBuffer(8)), {}, "typed array"],
    ["an ArrayBuffer", new ArrayBuffer(8), {}, "typed array"],
    ["data of another container", { dtype: "int8", shape: [1], data: new Uint8Array(1) }, {}, "Int8Array"],
    ["plain data in an NDArray", { dtype: "float64", shape: [1], data: [1] }, {}, "Float64Array"],
    ["too few data", { dtype: "complex64", shape: [2], data: new Float32Array(2) }, {}, "4 entries, not 2"],
    ["a shape that is none", { dtype: "int8", shape: "3", data: new Int8Array(3) }, {}, "shape"],
    [
      "bytes that are no booleans",
      { dtype: "bool", shape: [1], data: Uint8Array.of(7) },
      {},
      "0 and 1, not 7",
    ],
    [
      "a number in a string array",
      { dtype: "string", shape: [1], data: [1] },
      {},
      "entry 0 of a string array is number",
    ],
    ["a hole in a string array", { dtype: "string", shape: [1], data: new Array(1) }, {}, "undefined"],
    ["NUL in a string array", { dtype: "string", shape: [1], data: ["\0"] }, {}, "NUL"],
  ])("refuses %s", (_what, input, options, message) => {
    expect(structureError(() => ndarray(input as ArrayInput, options)).message).toContain(message);
  });
});

describe("normalizeInput", () => {
  it.each<[what: string, input: unknown, options: object, plain: boolean]>([
    ["plain numbers", [1], {}, true],
    ["bigints", [1n], {}, true],
    ["plain numbers that are given a type", [1], { dtype: "float64" }, false],
    ["booleans", [true], {}, false],
    ["texts", ["a"], {}, false],
    ["a typed array", Float64Array.of(1), {}, false],
    ["an NDArray", { dtype: "float64", shape: [], data: Float64Array.of(1) }, {}, false],
  ])("tells whether %s have a type of their own", (_what, input, options, plain) => {
    expect(normalizeInput(input, options).plain).toBe(plain);
  });
});

describe("toNested", () => {
  it.each<[array: NDArray, nested: unknown]>([
    [{ dtype: "int8", shape: [], data: Int8Array.of(5) }, 5],
    [
      { dtype: "int16", shape: [2, 3], data: Int16Array.of(1, 2, 3, 4, 5, 6) },
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [{ dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) }, [true, false]],
    [{ dtype: "string", shape: [1, 2], data: ["a", "b"] }, [["a", "b"]]],
    [
      { dtype: "complex64", shape: [2], data: Float32Array.of(1, 2, 3, 4) },
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [{ dtype: "complex128", shape: [], data: Float64Array.of(1, 2) }, [1, 2]],
    [{ dtype: "float64", shape: [0, 3], data: new Float64Array() }, []],
    [{ dtype: "float64", shape: [2, 0, 3], data: new Float64Array() }, [[], []]],
  ])("nests %#", (array, nested) => {
    expect(toNested(array)).toEqual(nested);
  });

  it("nests bigints", () => {
    expect(toNested({ dtype: "int64", shape: [2], data: BigInt64Array.of(1n, -1n) })).toEqual([1n, -1n]);
  });

  it("is undone by ndarray", () => {
    const leaf = fc.constantFrom("number", "bigint", "boolean", "string");
    const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
    const nested = fc.tuple(leaf, shape).chain(([kind, lengths]) => {
      let values: fc.Arbitrary<unknown> = {
        number: fc.double(),
        bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        boolean: fc.boolean(),
        string: fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
      }[kind];
      for (const length of lengths) values = fc.array(values, { minLength: length, maxLength: length });
      return values;
    });
    fc.assert(
      fc.property(nested, (values) => {
        expect(toNested(ndarray(values as ArrayInput))).toEqual(values);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe("reshape", () => {
  it("keeps the elements and shares their memory", () => {
    const array = ndarray([1, 2, 3, 4]);
    const square = reshape(array, [2, 2]);
    expect(toNested(square)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(square.data).toBe(array.data);
  });

  it("keeps the names of an enumeration", () => {
    const array: NDArray = {
      dtype: "int8",
      shape: [2],
      data: Int8Array.of(0, 1),
      enumMembers: { A: 0, B: 1 },
    };
    expect(reshape(array, [1, 2]).enumMembers).toEqual({ A: 0, B: 1 });
  });
});

describe("copyArray", () => {
  it.each<NDArray>([
    { dtype: "int8", shape: [2], data: Int8Array.of(1, 2) },
    { dtype: "string", shape: [2], data: ["a", "b"] },
  ])("shares no memory with a $dtype array", (array) => {
    const copy = copyArray(array);
    expect(copy).toEqual(array);
    expect(copy.data).not.toBe(array.data);
    expect(copy.shape).not.toBe(array.shape);
    copy.data[0] = copy.data[1] as never;
    expect(array.data[0]).not.toBe(array.data[1]);
  });
});
