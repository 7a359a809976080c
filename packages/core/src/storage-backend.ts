import type { Logger } from "@tvb-storage/files";
import type { DataType } from "./data-type.js";
import type { StorageManager } from "./storage-manager.js";

/** What a backend supports, as data: it decides which rules the conformance suite runs. */
export interface BackendCapabilities {
  readonly dtypes: readonly DataType[];
  readonly growableAxes: "any" | "first" | "none";
  readonly compression: readonly string[];
  readonly removal: boolean;
  /** Reads fields of compound datasets. */
  readonly fields: boolean;
  /** A close takes effect completely or not at all. */
  readonly atomicCommit: boolean;
  readonly crossProcessLock: boolean;
  /** Texts may hold bytes that are not UTF-8 (see `decodeText`); where not, such texts are refused. */
  readonly escapedBytes?: boolean;
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
