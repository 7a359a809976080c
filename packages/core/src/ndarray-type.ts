import type { DataMap, DataType, TypedArray } from "./data-type.js";

/** An array in C order without holes. `shape` `[]` is a scalar. */
export interface NDArray<T extends DataType = DataType> {
  readonly dtype: T;
  readonly shape: readonly number[];
  readonly data: DataMap[T];
  /** Names of the values, where the dataset is an HDF5 enumeration read as its integers. */
  readonly enumMembers?: Readonly<Record<string, number>>;
}

export type Nested<T> = T | readonly Nested<T>[];

/** What can be stored. Plain numbers have no type of their own: see `StorageManager.storeData`. */
export type ArrayInput =
  | NDArray
  | TypedArray
  | Nested<number>
  | Nested<bigint>
  | Nested<boolean>
  | Nested<string>;
