import type { NDArray, NodeInfo, Selection } from "@tvb-storage/core/arrays";
import type { TypeInfo } from "@tvb-storage/hdf5";
import type { ExoticRow } from "./exotic-rows.js";

/** An attribute's value, or the name of the type that cannot be represented. */
export type AttributeValue = { readonly array: NDArray } | { readonly unreadable: string };

export interface ReadOptions {
  /** One entry for each axis, as in numpy: `null` (all), an integer, or `slice(start, stop, step)`. */
  readonly selection?: Selection;
  /** A field of a compound type. */
  readonly field?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A file whose nodes are listed and whose data are read in parts, whatever its format. */
export interface DataFile {
  readonly format: "HDF5" | "Zarr";
  /** Every object below the root once, sorted by path. What cannot be read is `kind: "unreadable"` with a `reason`. */
  list(): Promise<readonly NodeInfo[]>;
  /** As they are stored, with the prefix `TVB_`. */
  attributes(path: string): Promise<ReadonlyMap<string, AttributeValue>>;
  /** What the node of a dataset does not say of its elements: names of an enumeration's values, fields of a compound. */
  type?(path: string): Promise<TypeInfo>;
  /** Elements in C order. Throws a FileStorageException that says why they cannot be read. */
  read(path: string, options?: ReadOptions): Promise<NDArray>;
  /**
   * The first elements, at most 1000, of a dataset whose type has no array (`isExotic`): references, opaque bytes, bit
   * fields, sequences of any length, and compounds of these, as texts. Missing where the format has no such types.
   */
  readExotic?(path: string, signal?: AbortSignal): Promise<readonly ExoticRow[]>;
}
