import type { DataType, NDArray } from "@tvb-storage/core";

// What the contract says of element types, written without the code of core, so that a mistake there shows.

type Container =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

export type NumericData = Exclude<DataType, "string">;

interface ElementType {
  readonly make: (buffer: ArrayBuffer) => Container;
  readonly className: string;
  /** Bytes of an element: of both parts for complex numbers. */
  readonly bytes: number;
  /** Entries of the container for an element. */
  readonly entries: 1 | 2;
}

function type(
  make: (buffer: ArrayBuffer) => Container,
  className: string,
  bytes: number,
  entries: 1 | 2 = 1,
) {
  return { make, className, bytes, entries };
}

const TYPES: Readonly<Record<NumericData, ElementType>> = {
  int8: type((buffer) => new Int8Array(buffer), "Int8Array", 1),
  uint8: type((buffer) => new Uint8Array(buffer), "Uint8Array", 1),
  int16: type((buffer) => new Int16Array(buffer), "Int16Array", 2),
  uint16: type((buffer) => new Uint16Array(buffer), "Uint16Array", 2),
  int32: type((buffer) => new Int32Array(buffer), "Int32Array", 4),
  uint32: type((buffer) => new Uint32Array(buffer), "Uint32Array", 4),
  int64: type((buffer) => new BigInt64Array(buffer), "BigInt64Array", 8),
  uint64: type((buffer) => new BigUint64Array(buffer), "BigUint64Array", 8),
  float32: type((buffer) => new Float32Array(buffer), "Float32Array", 4),
  float64: type((buffer) => new Float64Array(buffer), "Float64Array", 8),
  bool: type((buffer) => new Uint8Array(buffer), "Uint8Array", 1),
  complex64: type((buffer) => new Float32Array(buffer), "Float32Array", 8, 2),
  complex128: type((buffer) => new Float64Array(buffer), "Float64Array", 16, 2),
};

/** The kind of value that an entry is: what converts into what depends on it. */
export type EntryKind = "integer" | "float" | "bool" | "complex" | "string";

export function kindOf(dtype: DataType): EntryKind {
  if (dtype === "string" || dtype === "bool") return dtype;
  if (dtype.startsWith("complex")) return "complex";
  return dtype.startsWith("float") ? "float" : "integer";
}

export function classNameOf(dtype: DataType): string {
  return dtype === "string" ? "Array" : TYPES[dtype].className;
}

export function countOf(shape: readonly number[]): number {
  return shape.reduce((count, length) => count * length, 1);
}

/** Bytes of an array's elements; undefined for texts, which have no fixed size. */
export function sizeOf({ dtype, shape }: NDArray): number | undefined {
  return dtype === "string" && countOf(shape) > 0
    ? undefined
    : countOf(shape) * (dtype === "string" ? 0 : TYPES[dtype].bytes);
}

/** An array of given bytes. */
export function arrayOfBytes(dtype: NumericData, shape: readonly number[], bytes: Uint8Array): NDArray {
  const data = TYPES[dtype].make(new Uint8Array(bytes).buffer);
  return { dtype, shape: [...shape], data } as NDArray; // the table has the container of each type
}

/** An array of given entries. */
export function arrayOf(
  dtype: DataType,
  shape: readonly number[],
  entries: readonly (number | bigint | string)[],
): NDArray {
  if (dtype === "string") return { dtype, shape: [...shape], data: entries.map(String) };
  const { make, bytes, entries: width } = TYPES[dtype];
  const data = make(new ArrayBuffer((entries.length * bytes) / width));
  entries.forEach((entry, i) => {
    data[i] = entry as never; // numbers for numbers, bigints for 64-bit integers: the caller's entries are of the type
  });
  return { dtype, shape: [...shape], data } as NDArray; // as above
}

/** The memory of an array's numbers. */
export function bytesOfArray({ data }: NDArray): Uint8Array {
  if (Array.isArray(data)) throw new TypeError("texts have no bytes");
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Elements at given positions, as bits. */
export function takeElements(
  array: NDArray,
  positions: readonly number[],
  shape: readonly number[],
): NDArray {
  if (array.dtype === "string")
    return { dtype: "string", shape: [...shape], data: positions.map((at) => array.data[at] ?? "") };
  const size = TYPES[array.dtype].bytes;
  const [from, to] = [bytesOfArray(array), new Uint8Array(positions.length * size)];
  positions.forEach((at, i) => {
    to.set(from.subarray(at * size, (at + 1) * size), i * size);
  });
  return arrayOfBytes(array.dtype, shape, to);
}

export function cloneArray(array: NDArray): NDArray {
  const all = Array.from({ length: countOf(array.shape) }, (_, i) => i);
  return takeElements(array, all, array.shape);
}

/** The same elements in the middle of a larger buffer, as a part of somebody's memory is. */
export function asView(array: NDArray): NDArray {
  if (array.dtype === "string") return cloneArray(array);
  const bytes = bytesOfArray(array);
  // A multiple of every element's size.
  const margin = 16;
  const buffer = new Uint8Array(bytes.length + 2 * margin).fill(0x33);
  buffer.set(bytes, margin);
  const { make, entries } = TYPES[array.dtype];
  const all = make(buffer.buffer);
  const start = margin / all.BYTES_PER_ELEMENT;
  const data = all.subarray(start, start + countOf(array.shape) * entries);
  return { dtype: array.dtype, shape: [...array.shape], data } as NDArray; // the table has the container of each type
}

/** Two arrays of one type after each other along an axis. */
export function joinArrays(first: NDArray, second: NDArray, axis: number): NDArray {
  const [a, b] = [first.shape[axis] ?? 0, second.shape[axis] ?? 0];
  const inner = countOf(first.shape.slice(axis + 1));
  const outer = countOf(first.shape.slice(0, axis));
  const positions: number[] = [];
  for (let row = 0; row < outer; row++) {
    for (let i = 0; i < a * inner; i++) positions.push(row * a * inner + i);
    for (let i = 0; i < b * inner; i++) positions.push(countOf(first.shape) + row * b * inner + i);
  }
  const shape = first.shape.map((length, i) => (i === axis ? length + b : length));
  return takeElements(oneAfterOther(first, second), positions, shape);
}

function oneAfterOther(first: NDArray, second: NDArray): NDArray {
  const shape = [countOf(first.shape) + countOf(second.shape)];
  if (first.dtype === "string") {
    if (second.dtype !== "string") throw new TypeError("arrays of two types");
    return { dtype: "string", shape, data: [...first.data, ...second.data] };
  }
  const [a, b] = [bytesOfArray(first), bytesOfArray(second)];
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return arrayOfBytes(first.dtype, shape, bytes);
}

/** Whether two arrays agree in type, container, shape and every bit; with `anyNaN`, one NaN is as good as another. */
export function sameArray(found: NDArray, expected: NDArray, anyNaN = false): boolean {
  if (found.dtype !== expected.dtype || String(found.shape) !== String(expected.shape)) return false;
  // By name: the array may be of another realm. A Buffer is no plain Uint8Array.
  if (found.data.constructor.name !== classNameOf(expected.dtype)) return false;
  if (found.data.length !== expected.data.length) return false;
  if (expected.dtype === "string" || anyNaN)
    return Array.prototype.every.call(expected.data, (entry: unknown, i) => Object.is(found.data[i], entry));
  const [a, b] = [bytesOfArray(found), bytesOfArray(expected)];
  return a.every((byte, i) => byte === b[i]);
}
