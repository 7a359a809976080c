import { describe, expect, it } from "vitest";
import {
  allocate,
  DATA_TYPES,
  entriesPerElement,
  isComplexType,
  isDataType,
  itemSize,
  NUMERIC_TYPES,
  typedArrayType,
} from "../src/data-type.js";

// type, container, bytes of an element: as numpy has them
const TABLE = [
  ["int8", Int8Array, 1],
  ["uint8", Uint8Array, 1],
  ["int16", Int16Array, 2],
  ["uint16", Uint16Array, 2],
  ["int32", Int32Array, 4],
  ["uint32", Uint32Array, 4],
  ["int64", BigInt64Array, 8],
  ["uint64", BigUint64Array, 8],
  ["float32", Float32Array, 4],
  ["float64", Float64Array, 8],
  ["bool", Uint8Array, 1],
  ["complex64", Float32Array, 8],
  ["complex128", Float64Array, 16],
] as const;

describe.each(TABLE)("%s", (dtype, Container, bytes) => {
  it("has its container and size", () => {
    const data = allocate(dtype, 3);
    expect(data).toBeInstanceOf(Container);
    expect(data.length).toBe(3 * entriesPerElement(dtype));
    expect(data.byteLength).toBe(3 * bytes);
    expect(itemSize(dtype)).toBe(bytes);
    expect(data.every((entry) => Number(entry) === 0)).toBe(true);
  });

  it("is a data type", () => {
    expect(isDataType(dtype)).toBe(true);
    expect(DATA_TYPES).toContain(dtype);
    expect(isComplexType(dtype)).toBe(dtype.startsWith("complex"));
  });
});

describe("data types", () => {
  it("are fourteen, ten of them numeric", () => {
    expect(DATA_TYPES).toEqual([...TABLE.map(([dtype]) => dtype), "string"]);
    expect(NUMERIC_TYPES).toEqual(DATA_TYPES.slice(0, 10));
  });

  it("allocate empty texts", () => {
    expect(allocate("string", 2)).toEqual(["", ""]);
  });

  it.each(["float16", "constructor", "", 1, null, undefined])("do not include %j", (value) => {
    expect(isDataType(value)).toBe(false);
  });

  it("are found for typed arrays only", () => {
    for (const [dtype, Container] of TABLE.slice(0, 10)) expect(typedArrayType(new Container(1))).toBe(dtype);
    expect(typedArrayType(new Uint8ClampedArray(1))).toBe("uint8");
    expect(typedArrayType(Buffer.alloc(1))).toBe("uint8");
    for (const value of [new DataView(new ArrayBuffer(1)), new ArrayBuffer(1), [1], null, 1])
      expect(typedArrayType(value)).toBeUndefined();
  });
});
