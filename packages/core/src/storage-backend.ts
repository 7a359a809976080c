import type { Logger, LongOptions } from "@tvb-storage/files";
import type { DataType } from "./data-type.js";
import type { StorageManager } from "./storage-manager.js";

/**
 * What a backend supports, as data: what it lacks is refused by the managers of this package, and decides which rules
 * the conformance suite runs. Any combination is allowed.
 */
export interface BackendCapabilities {
  /**
   * What datasets can hold; at least one. Data of another type is refused, unless an existing dataset takes it without
   * loss. Plain numbers are float64 where no `dtype` is given, and refused by a backend without it in the same way.
   * Metadata is not governed by this: every backend keeps attributes of all types, scalars and arrays.
   */
  readonly dtypes: readonly DataType[];
  /** The axes along which `appendData` can grow a dataset; `"none"`: it refuses every call. */
  readonly growableAxes: "any" | "first" | "none";
  /** What the option `compression` may ask for: `"gzip"`, and with it `"shuffle"`, or nothing. Other names say nothing to callers. */
  readonly compression: readonly string[];
  /** `removeData` works. Metadata can be removed always. */
  readonly removal: boolean;
  /** Reads fields of compound datasets. */
  readonly fields: boolean;
  /** A close takes effect completely or not at all. */
  readonly atomicCommit: boolean;
  /** Several processes may write the same file. */
  readonly crossProcessLock: boolean;
  /** Texts may hold bytes that are not UTF-8 (see `decodeText`); where not, such texts are refused. */
  readonly escapedBytes?: boolean;
  /** What it opens is only read: each call that would change it is refused. */
  readonly readOnly?: boolean;
  /** What is at the path on the file system; `"remote"`: nothing is. */
  readonly storedAs: "file" | "folder" | "remote";
}

export interface BackendOptions {
  logger?: Logger;
  /** Written as `TVB_Data_version` to files that are created; default 5. */
  dataVersion?: number;
}

export interface StorageBackend<O extends BackendOptions = BackendOptions> {
  readonly name: string;
  /** With its dot: `".h5"`. */
  readonly fileExtension: string;
  /** Of the addresses that it opens, in lower case: `["s3"]` for `s3://bucket/a.zarr`. Default: it opens paths of files. */
  readonly schemes?: readonly string[];
  readonly supports: BackendCapabilities;
  open(path: string, options?: O): StorageManager;
  /**
   * Runs `change` on a copy of a file, and puts the copy in its place in one step, once it was found sound. Other writers
   * of the file wait, those of this process and of others; `change` must not use the file itself. Where `change` gives
   * false, throws, or is cancelled, the file stays byte for byte as it is, and nothing is left beside it. A backend that
   * stores one file for each path may leave it out where it has no lock between processes.
   *
   * @returns What `change` gave: whether the file is replaced.
   * @throws FileMigrationException the changed copy is damaged.
   * @throws FileStorageException another program has the file open, or the disk failed.
   * @throws FileStructureException the file is missing or of another format.
   */
  changeCopy?(
    path: string,
    options: O & LongOptions,
    change: (copy: StorageManager) => Promise<boolean>,
  ): Promise<boolean>;
}
