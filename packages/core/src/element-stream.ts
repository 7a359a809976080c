import type { DataType } from "./data-type.js";
import type { NDArray } from "./ndarray-type.js";

/** An array of any size, read in parts. */
export interface ElementStream {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** Arrays of any shape whose elements follow each other in C order and add up to `shape`. Each call starts at the first one. */
  blocks(): AsyncIterable<NDArray>;
}
