import { strict as assert } from "node:assert";
import {
  type ArrayInput,
  allocate,
  type BackendCapabilities,
  DATA_TYPES,
  type DataType,
  itemSize,
  type NDArray,
  type Nested,
  type NumericType,
  ndarray,
} from "@tvb-storage/core";
import { equalArray } from "./expect.js";

/** Rules write numbers; these are what stands for them in a dtype that the backend has. */
export interface SampleData {
  readonly dtype: DataType;
  /** Bytes of an element, as `blockBytes` and progress count them. */
  readonly itemBytes: number;
  /** What stands for nested lists of numbers. Where the dtype is float64 the lists themselves: plain numbers. */
  data(numbers: Nested<number>): ArrayInput;
  /** The same as an array, in new memory. */
  array(shape: readonly number[], numbers: ArrayLike<number>): NDArray;
  /** Puts what stands for a number into every element of an array of this dtype. */
  fill(array: NDArray, number: number): void;
  /** Fails where an array is not what stands for these numbers. */
  equalData(actual: NDArray | null, shape: readonly number[], numbers: ArrayLike<number>): void;
}

export const NUMERIC_TYPES: readonly NumericType[] = DATA_TYPES.filter(
  (type): type is NumericType => !["bool", "complex64", "complex128", "string"].includes(type),
);

export const INTEGER_TYPES = NUMERIC_TYPES.filter((type) => type.includes("int"));

/** The types that can tell most numbers apart come first, strings last. */
const PREFERRED: readonly DataType[] = [
  "float64",
  "float32",
  "int32",
  "uint32",
  "int64",
  "uint64",
  ...DATA_TYPES,
];

/** Sample data in the dtype of `wanted`, where the backend has it, else in another of its dtypes. */
export function sampleData(
  { dtypes }: Pick<BackendCapabilities, "dtypes">,
  wanted: DataType = "float64",
): SampleData {
  const dtype = [wanted, ...PREFERRED].find((type) => dtypes.includes(type));
  if (dtype === undefined) throw new TypeError("supports.dtypes of the backend has no type");
  // Every second entry of a complex type is an imaginary part.
  const isComplex = dtype.startsWith("complex");
  const array = (shape: readonly number[], numbers: ArrayLike<number>): NDArray => {
    if (dtype === "float64") return { dtype, shape: [...shape], data: Float64Array.from(numbers) };
    const data = allocate(dtype, numbers.length);
    for (let i = 0; i < data.length; i++) {
      const number = isComplex ? (numbers[i >> 1] ?? 0) + (i % 2) / 2 : (numbers[i] ?? 0);
      // An entry of this container; a typed array wraps an integer that it cannot hold, which is as good.
      data[i] = entryOf(dtype, number) as never;
    }
    return { dtype, shape: [...shape], data } as NDArray; // `allocate` gave the container of `dtype`
  };
  return {
    dtype,
    itemBytes: itemSize(dtype),
    array,
    data: (numbers) => {
      if (dtype === "float64") return numbers;
      const { shape, data } = ndarray(numbers, { dtype: "float64" });
      return array(shape, data);
    },
    fill: ({ data }, number) => {
      const [real, imaginary] = array([], [number]).data;
      data.fill(real as never); // an entry of the same container
      if (isComplex) for (let i = 1; i < data.length; i += 2) data[i] = imaginary as never; // as above
    },
    equalData: (actual, shape, numbers) => {
      assert.ok(actual !== null, "there is no array");
      equalArray(actual, dtype, shape, array(shape, numbers).data);
    },
  };
}

/** Different entries for different small numbers, except for bool, which has two. */
function entryOf(dtype: DataType, number: number): number | bigint | string {
  if (dtype === "string") return `n${number}`;
  if (dtype === "bool") return Math.abs(Math.round(number)) % 2;
  return dtype.endsWith("int64") ? BigInt(Math.round(number)) : number;
}
