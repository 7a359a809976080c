import type { AsyncDisposableLike, DateTime, LongOptions } from "@tvb-storage/files";
import type { CopyNodesOptions, CopyReport } from "./copy-report.js";
import type { DataType, TypedArray } from "./data-type.js";
import type { ArrayInput, NDArray } from "./ndarray-type.js";
import type { Selection } from "./selection-type.js";
import type { BackendCapabilities } from "./storage-backend.js";

export interface NodeOptions {
  /**
   * The group that `datasetName` is in; default `"/"`. Both are joined with `/`; more of
   * them, also at either end, and parts `.` are dropped, as in HDF5. An empty
   * `datasetName` is the node `where` itself.
   */
  where?: string;
}

/**
 * `"gzip"` is level 4. With `shuffle` the bytes of the elements are sorted by their significance first, by which numbers
 * that resemble each other become smaller.
 */
export type Compression = "gzip" | { gzip: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9; shuffle?: boolean };

export interface LayoutOptions {
  /**
   * Chunk shape, with an entry for each axis; chosen for time series where it is not given. A backend may refuse chunks
   * that are longer than a dataset which does not grow, and has its own where it stores no chunks.
   */
  chunks?: readonly number[];
  compression?: Compression;
  /**
   * Bytes of a fixed-length string; variable-length where it is not given. Longer texts are refused by the call that
   * gives it, and by later ones where the backend has such strings; no text is ever cut.
   */
  stringLength?: number;
}

/** Data too large to hold at once: `blocks` follow each other along axis 0 and add up to `shape`. */
export interface BlockSource {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly blocks: Iterable<ArrayInput> | AsyncIterable<ArrayInput>;
}

export interface StoreOptions extends NodeOptions, LayoutOptions, LongOptions {
  dtype?: DataType;
}

export interface AppendOptions extends NodeOptions, LayoutOptions {
  dtype?: DataType;
  /** The axis that grows; negative counts from the end; default -1. */
  growDimension?: number;
  /** Default true: the rows are in the file when the promise resolves. */
  closeFile?: boolean;
}

export interface GetOptions extends NodeOptions, LongOptions {
  selection?: Selection;
  /** A field of a compound type; `"a.b"` for a nested one. */
  field?: string;
  /** Null instead of an exception for a missing dataset (or group that it would be in), and for that only; default false. */
  ignoreErrors?: boolean;
  /** Default true; false keeps the file open for further reads. */
  closeFile?: boolean;
}

export interface StreamOptions extends NodeOptions {
  selection?: Selection;
  field?: string;
  /** Maximum bytes of a block, which may have less; default 4 MiB, or a layer of chunks along axis 0 of up to 64 MiB. */
  blockBytes?: number;
  signal?: AbortSignal;
}

/** A part of a dataset; `offset` counts in the selected result. */
export interface DataBlock {
  readonly offset: readonly number[];
  readonly block: NDArray;
}

export type MetadataInput =
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

export type MetadataValue = string | number | bigint | boolean | DateTime | NDArray;

export type Metadata = Record<string, MetadataValue>;

export interface MetadataOptions extends NodeOptions {
  /** Default true: keys are stored with the prefix `TVB_`. */
  tvbSpecificMetadata?: boolean;
}

export interface MetadataReadOptions extends NodeOptions {
  /**
   * Leaves out attributes whose type cannot be represented (references, opaque,
   * ...) instead of refusing them; default false.
   */
  skipUnreadable?: boolean;
  /** Gets the name, as it is stored, and the type of each attribute that `skipUnreadable` leaves out. */
  onUnreadable?: (name: string, type: string) => void;
}

export interface RemoveMetadataOptions extends MetadataOptions {
  /** Default false; true makes a missing key a no-op. A missing node is an exception all the same. */
  checkExistence?: boolean;
}

/** One object of a file, as `listNodes` describes it. */
export interface NodeInfo {
  readonly path: string;
  /** "unreadable": an object that cannot be read, because of `reason`. */
  readonly kind: "group" | "dataset" | "link" | "datatype" | "unreadable";
  /** A `DataType`, or the name of a type that cannot be represented. */
  readonly dtype?: DataType | string;
  readonly shape?: readonly number[];
  /** `null` where an axis may grow without bound. */
  readonly maxShape?: readonly (number | null)[];
  /** Nobody asked that it may grow so: arrays of this format always may. A copy in another one has a fixed shape. */
  readonly defaultMaxShape?: boolean;
  readonly chunks?: readonly number[] | null;
  /**
   * Nobody asked for these chunks: the backend, where everything is in chunks, has chosen them. A copy to another one is
   * stored as that does it by default.
   */
  readonly defaultChunks?: boolean;
  /** What chunks are stored with: `"gzip"` where the option `compression` asked for it, and before it `"shuffle"`. */
  readonly filters?: readonly string[];
  /** Names that the axes were given, where the format has such; null for one without. */
  readonly dimensionNames?: readonly (string | null)[];
  /** The option `compression` that stores a dataset with these filters, where there is one. */
  readonly compression?: Compression;
  readonly storedBytes?: number;
  /** Bytes of a string, where strings have a fixed length. */
  readonly stringLength?: number;
  /** How elements are stored, where reading them as `dtype` does not say all of it: `"float16"`, `"enum of int8"`. */
  readonly storedType?: string;
  /** Further paths of the same object (hard links) that were met below `where`; they are not listed themselves. */
  readonly otherPaths?: readonly string[];
  /** Where a link points. */
  readonly target?: string;
  /** Why an object cannot be read, or the elements of a dataset, such as a filter that has no decoder. */
  readonly reason?: string;
}

/**
 * The contract of every storage backend: one object for one file (or what the
 * backend uses instead). All managers of one process on one file share its
 * state and its lock, and calls on it that are begun without waiting take effect in their order
 * (but for blocks from a source, which others do not wait for). Options are read when a call is
 * made; lists and objects among them may be changed from then on. What a method
 * returns is the caller's, too. Every exception is one of `@tvb-storage/errors`; its message names the file, and
 * the dataset or key. A file that is missing, of another format or closed to us is a `FileStructureException` to all
 * calls but `isValidTvbFile`, and `getFileDataVersion`, which tells a missing (`MissingDataFileException`) from a foreign one
 * (`IncompatibleFileManagerException`); those that store create a missing one. A dataset that is missing is a
 * `MissingDataSetException` to calls that read, a bad selection a `FileStorageException`, a bad name or option, or a
 * missing thing to remove, a `FileStructureException`. The conformance suite of `@tvb-storage/testkit` states
 * this contract as tests.
 */
export interface StorageManager extends AsyncDisposableLike {
  readonly path: string;
  /** What the backend supports. Managers that extend `AbstractStorageManager` have it, and the optional methods below. */
  readonly supports?: BackendCapabilities;
  /** False for a missing file, a folder, another format or a file without permission; never throws for those. */
  isValidTvbFile(): Promise<boolean>;
  /**
   * Stores a whole dataset. A new name is created with its parent groups; an
   * existing dataset of the same shape is overwritten in place. The array is
   * borrowed: do not change it until the promise settles. (A block of a
   * `BlockSource` is not used any more when the next one is requested; a source is
   * ended where its blocks are refused.) A call that rejects has changed nothing.
   *
   * @throws IncompatibleFileManagerException another shape, or a dtype that would lose something.
   * @throws FileStorageException a new dataset of a dtype that the backend does not store: plain numbers are float64
   *   unless `dtype` is given. A compression that it does not offer.
   * @throws FileStructureException null or unusable data, a bad name, a file that cannot be opened; a group
   *   has the name, or a dataset is where a group is needed.
   */
  storeData(data: ArrayInput | BlockSource, datasetName: string, options?: StoreOptions): Promise<void>;
  /**
   * Appends along `growDimension`. Creates the dataset where it is missing, to grow along that axis (a backend may
   * refuse first rows that hold nothing along another one). One that exists grows as far as `listNodes` says in
   * `maxShape`; one that `storeData` made need not grow at all. With
   * `closeFile: false` rows are buffered until `closeFile()` of any manager, until another call changes the file, or until the buffer fills; on Node, a process that ends
   * by itself, by `process.exit` or by an uncaught exception commits them (a backend with an asynchronous commit
   * cannot do so in the last two cases, and reports which rows are lost).
   * The rows are copied before the promise is returned, at 0.1 to 0.8 milliseconds
   * for each MiB, so the array may be reused immediately. A call that
   * rejects has buffered nothing.
   */
  appendData(data: ArrayInput, datasetName: string, options?: AppendOptions): Promise<void>;
  /** Reads a dataset or a selection of it, appended rows included. */
  getData(datasetName: string, options: GetOptions & { ignoreErrors: true }): Promise<NDArray | null>;
  getData(datasetName: string, options?: GetOptions): Promise<NDArray>;
  /**
   * Each block is read when it is asked for, and no lock is held in between. Rows appended meanwhile are not part of the
   * stream, other values are; where the dataset shrinks, goes, or another takes its place, the stream ends with a
   * FileStorageException. Reads in blocks of C order, along axis 0 and, where one row exceeds `blockBytes`, along further axes. */
  streamData(datasetName: string, options?: StreamOptions): AsyncIterable<DataBlock>;
  /** The shape with buffered rows; `[]` for a scalar. */
  getDataShape(datasetName: string, options?: NodeOptions): Promise<number[]>;
  /** Removes a dataset or a whole group. */
  removeData(datasetName: string, options?: NodeOptions): Promise<void>;
  /** Sets all keys or none. A missing node becomes a dataset of shape (1,), as in the original; the logger is warned of it. */
  setMetadata(
    metadata: Record<string, MetadataInput>,
    datasetName?: string,
    options?: MetadataOptions,
  ): Promise<void>;
  /** All metadata of a node, the prefix `TVB_` removed; a key with the prefix is used before one without it. */
  getMetadata(datasetName?: string, options?: MetadataReadOptions): Promise<Metadata>;
  removeMetadata(key: string, datasetName?: string, options?: RemoveMetadataOptions): Promise<void>;
  /** The data version, from attribute `Data_version` of the root by default. */
  getFileDataVersion(attribute?: string, datasetName?: string, options?: NodeOptions): Promise<MetadataValue>;
  /**
   * Every object beneath `where` once, in any order, with rows that are buffered; `where` may be a
   * dataset, which is listed alone. `depth` 1 lists the children only, and 0 nothing; default without limit.
   * Links that are not hard links are listed, not followed. One
   * that cannot be read is `kind: "unreadable"`, and the others are listed.
   */
  listNodes(options?: NodeOptions & { depth?: number }): Promise<NodeInfo[]>;
  /**
   * All attributes of a node as they are stored: by their names with prefix, each an array (of shape `[]` for a single
   * value), texts not decoded. For exact copies; `getMetadata` is what programs want.
   */
  getAttributes?(datasetName?: string, options?: MetadataReadOptions): Promise<Map<string, NDArray>>;
  /** Sets attributes of a node that is there as `getAttributes` gives them, all or none; others stay. */
  setAttributes?(
    attributes: ReadonlyMap<string, NDArray>,
    datasetName?: string,
    options?: NodeOptions,
  ): Promise<void>;
  /**
   * Makes a group without content, with the groups that it is in; one that is there stays as it is.
   *
   * @throws FileStructureException a dataset has the name, or that of a group above it.
   * @throws FileStorageException the backend has no groups that are empty.
   */
  createGroup?(groupName: string, options?: NodeOptions): Promise<void>;
  /**
   * Copies nodes of a file of the same backend exactly as they are stored there, in one commit: all of it, or nothing.
   * `undefined`: the other manager is of another kind, and they are to be copied value by value. `copyStorage` of
   * `@tvb-storage/storage` does either.
   */
  copyNodes?(source: StorageManager, options: CopyNodesOptions): Promise<CopyReport | undefined>;
  /** Flushes, commits and closes; may be called twice. */
  closeFile(): Promise<void>;
}
