import { FileStorageException } from "@tvb-storage/errors";
import type { LongOptions } from "@tvb-storage/files";
import type { PlacedBlock } from "./blocks.js";
import type { ExistingDataset } from "./existing-dataset.js";
import type { NDArray } from "./ndarray-type.js";
import type { ResolvedSelection } from "./selection.js";
import type { Compression, LayoutOptions } from "./storage-manager.js";

/** A value, or a promise of it; a value needs no wait. */
export type Awaitable<T> = T | Promise<T>;

/** A dataset, without its elements. */
export interface StoredDataset extends ExistingDataset {
  /** Identifies this dataset until it is removed; a later one at its path has another id. Compared with `===`. */
  readonly id: unknown;
  readonly chunks?: readonly number[] | null;
  /** As in `NodeInfo`. */
  readonly defaultChunks?: boolean;
  /** As in `NodeInfo`. */
  readonly defaultMaxShape?: boolean;
  readonly filters?: readonly string[];
  /** As in `NodeInfo`. */
  readonly dimensionNames?: readonly (string | null)[];
  /** The option that it was created with. */
  readonly compression?: Compression | undefined;
  readonly storedBytes?: number;
  /** Maximum bytes of a string, where strings have a fixed length. */
  readonly stringLength?: number | undefined;
}

/** A group, or a dataset. */
export interface StoredNode {
  /** By the names under which they are stored. */
  readonly attributes: ReadonlyMap<string, NDArray>;
  /** Undefined for a group. */
  readonly dataset?: StoredDataset | undefined;
  /** Why a dataset cannot be read; then there is no `dataset`. It is listed so, has attributes, and can be removed. */
  readonly unreadable?: string | undefined;
}

/** How a dataset is created. `chunks`, where given, has an entry for each axis. */
export interface NewLayout extends LayoutOptions {
  /** The axis along which the dataset may grow; undefined where its shape is fixed. */
  readonly growAxis?: number;
}

/**
 * What a transaction that reads throws where another process has committed since it was opened, and what it would give
 * is of no single commit: the call is done again in a new transaction.
 */
export class StaleTransaction extends FileStorageException {}

/**
 * One open file (or what a backend has instead), as `TransactionStorageManager`
 * uses it: one call at a time, with absolute paths that were checked. Changes show
 * in this transaction at once, and to others from `commit` on. Where a change throws,
 * `close` follows without a `commit`.
 */
export interface StorageTransaction {
  /** What is at `path`; undefined where nothing is. A file that does not exist has no node `/` either. */
  node(path: string): Awaitable<StoredNode | undefined>;
  /** The paths of all nodes beneath `path`, in any order. */
  list(path: string): Awaitable<Iterable<string>>;
  /**
   * The selected elements of a dataset, in memory that the caller may keep. Where that takes long it may end with
   * `call.signal`, and report progress to `call.onProgress`, in bytes of elements; the last report is not its own.
   */
  read(path: string, selection: ResolvedSelection, call?: LongOptions): Awaitable<NDArray>;
  /** Makes an empty group without attributes where nothing is; the group that it is in exists. */
  createGroup(path: string): Awaitable<void>;
  /** Makes a dataset without attributes where nothing is; the group that it is in exists. `array` is the caller's; `call` is as for `read`. */
  createDataset(path: string, array: NDArray, layout: NewLayout, call?: LongOptions): Awaitable<void>;
  /**
   * Replaces all elements of a dataset by others of its type. The shape is the same, or longer along an axis that
   * may grow. Attributes and `id` stay. `array` is the caller's; `call` is as for `read`.
   */
  write(path: string, array: NDArray, call?: LongOptions): Awaitable<void>;
  /**
   * Optional, with the manager's option `storesBlocks`: makes a dataset where nothing is (with `layout`), or replaces all
   * elements of one (without), from blocks along axis 0, which it takes one after the other: each is the caller's again
   * when the next one is asked for. They may take long. Meanwhile nothing else is done in this transaction; others read.
   */
  storeBlocks?(
    path: string,
    blocks: AsyncIterable<PlacedBlock>,
    dataset: Pick<StoredDataset, "dtype" | "shape">,
    layout: NewLayout | undefined,
  ): Awaitable<void>;
  /** Adds rows along an axis; where it is missing, all elements are read and written. */
  append?(path: string, rows: NDArray, axis: number): Awaitable<void>;
  /** Removes a node, with all beneath it. */
  remove(path: string): Awaitable<void>;
  /** Replaces all attributes of a node. Nobody changes the map or the arrays afterwards: it may keep them. */
  setAttributes(path: string, attributes: StoredNode["attributes"]): Awaitable<void>;
  /** Makes all changes take effect; completely or not at all where the backend declares `atomicCommit`. */
  commit(): Awaitable<void>;
  /** Ends the transaction, and releases what it holds. Changes that were not committed are dropped. */
  close(): Awaitable<void>;
}
