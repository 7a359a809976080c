export type NumericType =
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float32"
  | "float64";

/** What a dataset can hold. Names are numpy's; `string` is variable-length UTF-8. */
export type DataType = NumericType | "bool" | "complex64" | "complex128" | "string";

/** The container for the elements of each type: bool as 0/1, complex as interleaved re, im. */
export interface DataMap {
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  float32: Float32Array;
  float64: Float64Array;
  bool: Uint8Array;
  complex64: Float32Array;
  complex128: Float64Array;
  string: string[];
}

export type TypedArray = DataMap[NumericType];

export const NUMERIC_TYPES: readonly NumericType[] = [
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64",
];

export const DATA_TYPES: readonly DataType[] = [
  ...NUMERIC_TYPES,
  "bool",
  "complex64",
  "complex128",
  "string",
];

/** Bytes of one element; for a string those of a pointer, to estimate memory. */
const ITEM_SIZE: Readonly<Record<DataType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
  bool: 1,
  complex64: 8,
  complex128: 16,
  string: 16,
};

export function itemSize(dtype: DataType): number {
  return ITEM_SIZE[dtype];
}

export function isDataType(value: unknown): value is DataType {
  return typeof value === "string" && Object.hasOwn(ITEM_SIZE, value);
}

export function isComplexType(dtype: DataType): dtype is "complex64" | "complex128" {
  return dtype === "complex64" || dtype === "complex128";
}

/** Entries of the `data` container that one element takes: 2 for complex, else 1. */
export function entriesPerElement(dtype: DataType): 1 | 2 {
  return isComplexType(dtype) ? 2 : 1;
}

interface Container<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

type Containers = { readonly [T in Exclude<DataType, "string">]: Container<DataMap[T]> };

const CONTAINERS: Containers = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  bool: Uint8Array,
  complex64: Float32Array,
  complex128: Float64Array,
};

/** The name of the container's class. */
export function containerName(dtype: DataType): string {
  return dtype === "string" ? "Array" : CONTAINERS[dtype].name;
}

/** Whether `data` is the container of a type, also one of another realm. */
export function isContainer(dtype: DataType, data: unknown): boolean {
  if (dtype === "string") return Array.isArray(data);
  // The fast check first: this runs for each appended row.
  if (data instanceof CONTAINERS[dtype]) return true;
  return Object.prototype.toString.call(data) === `[object ${containerName(dtype)}]`;
}

/** A zeroed container for `elements` elements of `dtype` (empty strings for `string`). */
export function allocate<T extends DataType>(dtype: T, elements: number): DataMap[T];
export function allocate(dtype: DataType, elements: number): DataMap[DataType] {
  if (dtype === "string") return new Array<string>(elements).fill("");
  return new CONTAINERS[dtype](elements * entriesPerElement(dtype));
}

/** The element type of a typed array, or undefined where it is not one of `DataType`. */
export function typedArrayType(value: unknown): NumericType | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  switch (Object.prototype.toString.call(value)) {
    case "[object Int8Array]":
      return "int8";
    case "[object Uint8Array]":
    case "[object Uint8ClampedArray]":
      return "uint8";
    case "[object Int16Array]":
      return "int16";
    case "[object Uint16Array]":
      return "uint16";
    case "[object Int32Array]":
      return "int32";
    case "[object Uint32Array]":
      return "uint32";
    case "[object BigInt64Array]":
      return "int64";
    case "[object BigUint64Array]":
      return "uint64";
    case "[object Float32Array]":
      return "float32";
    case "[object Float64Array]":
      return "float64";
    default:
      return undefined;
  }
}

/** The reverse of `bytesOf`: whole numbers of a type, shared where they are aligned, else copied. */
export function numbersIn<T extends Exclude<DataType, "string">>(dtype: T, bytes: Uint8Array): DataMap[T] {
  const container = CONTAINERS[dtype];
  const aligned = bytes.byteOffset % container.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new container(aligned.buffer, aligned.byteOffset, aligned.byteLength / container.BYTES_PER_ELEMENT);
}

/** The bytes of numbers as they are in memory; shared, not copied. */
export function bytesOf(data: Exclude<DataMap[DataType], string[]>): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
