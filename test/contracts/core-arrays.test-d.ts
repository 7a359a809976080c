import type * as core from "@tvb-storage/core";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/core: arrays, selections and values.

type NumericType =
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
type DataType = NumericType | "bool" | "complex64" | "complex128" | "string";

interface DataMap {
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
type TypedArray = DataMap[NumericType];

type NDArray<T extends DataType = DataType> = {
  [D in T]: {
    readonly dtype: D;
    readonly shape: readonly number[];
    readonly data: DataMap[D];
    readonly enumMembers?: Readonly<Record<string, number>>;
  };
}[T];

type Nested<T> = T | readonly Nested<T>[];
type ArrayInput = NDArray | TypedArray | Nested<number> | Nested<bigint> | Nested<boolean> | Nested<string>;

interface Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number;
}
type Selection = readonly (number | null | Slice)[];

interface DateTime extends Date {
  readonly microsecond: number;
}

type MetadataInput =
  | string
  | number
  | bigint
  | boolean
  | Date
  | null
  | NDArray
  | TypedArray
  | readonly number[]
  | readonly string[]
  | readonly boolean[];
type MetadataValue = string | number | bigint | boolean | DateTime | NDArray;
type Metadata = Record<string, MetadataValue>;

interface Types {
  NumericType: NumericType;
  DataType: DataType;
  DataMap: DataMap;
  TypedArray: TypedArray;
  NDArray: NDArray;
  NDArrayOfOneType: { [T in DataType]: NDArray<T> };
  Nested: Nested<number | string>;
  ArrayInput: ArrayInput;
  Slice: Slice;
  Selection: Selection;
  DateTime: DateTime;
  MetadataInput: MetadataInput;
  MetadataValue: MetadataValue;
  Metadata: Metadata;
}

interface ActualTypes {
  NumericType: core.NumericType;
  DataType: core.DataType;
  DataMap: core.DataMap;
  TypedArray: core.TypedArray;
  NDArray: core.NDArray;
  NDArrayOfOneType: { [T in DataType]: core.NDArray<T> };
  Nested: core.Nested<number | string>;
  ArrayInput: core.ArrayInput;
  Slice: core.Slice;
  Selection: core.Selection;
  DateTime: core.DateTime;
  MetadataInput: core.MetadataInput;
  MetadataValue: core.MetadataValue;
  Metadata: core.Metadata;
}

interface Values {
  ndarray: <T extends DataType = DataType>(
    input: ArrayInput,
    options?: { shape?: readonly number[]; dtype?: T },
  ) => NDArray<T>;
  toNested: (
    array: NDArray,
  ) => Nested<number | bigint | boolean | string | readonly [re: number, im: number]>;
  slice: {
    (stop: number | null): Slice;
    (start: number | null, stop: number | null, step?: number | null): Slice;
  };
  DateTime: {
    new (): DateTime;
    new (value: number | string | Date): DateTime;
    new (year: number, monthIndex: number, date?: number, hours?: number, minutes?: number): DateTime;
  };
}

/** A check of `dtype` narrows `data`. */
export function narrows(array: core.NDArray): Float64Array | string[] | undefined {
  if (array.dtype === "float64") return array.data;
  return array.dtype === "string" ? array.data : undefined;
}

export type TypesAreGiven = FitsIn<Types, ActualTypes>;
export type TypesAreTaken = FitsIn<ActualTypes, Types>;
export type ValuesAreThere = FitsIn<Values, typeof core>;
