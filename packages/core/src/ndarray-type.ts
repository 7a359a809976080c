import type { DataMap, DataType, TypedArray } from "./data-type.js";

/**
 * An array in C order without holes. `shape` `[]` is a scalar. A union over its
 * data types, so that a check of `dtype` narrows `data`.
 */
export type NDArray<T extends DataType = DataType> = {
  [D in T]: {
    readonly dtype: D;
    readonly shape: readonly number[];
    readonly data: DataMap[D];
    /** Names of the values, where the dataset is an HDF5 enumeration read as its integers. */
    readonly enumMembers?: Readonly<Record<string, number>>;
  };
}[T];

export type Nested<T> = T | readonly Nested<T>[];

/** What can be stored. Plain numbers have no type of their own: see `StorageManager.storeData`. */
export type ArrayInput =
  | NDArray
  | TypedArray
  | Nested<number>
  | Nested<bigint>
  | Nested<boolean>
  | Nested<string>;
