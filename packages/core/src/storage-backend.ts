import type { Logger } from "@tvb-storage/files";
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
  readonly supports: BackendCapabilities;
  open(path: string, options?: O): StorageManager;
}
