import {
  type BackendOptions,
  DATA_TYPES,
  type StorageBackend,
  TransactionStorageManager,
} from "@tvb-storage/core";
import {
  checkCallOptions,
  defaultFileSystem,
  type FileSystem,
  type OptionRules,
  optionRules,
} from "@tvb-storage/files";
import { NpyTransaction } from "./npy-transaction.js";

export interface NpyOptions extends BackendOptions {
  /** Default: the disk. */
  fs?: FileSystem;
}

const OPTIONS: OptionRules<NpyOptions> = {
  fs: optionRules.fileSystem,
  logger: optionRules.object,
  dataVersion: optionRules.wholeFrom0,
};

/** A folder with a .npy file for each dataset, and one JSON file for groups and metadata. */
export class NpyStorageManager extends TransactionStorageManager {
  readonly #fs: FileSystem;

  constructor(path: string, given: NpyOptions = {}) {
    const { fs = defaultFileSystem(), ...options } = checkCallOptions(given, OPTIONS, "the npy backend");
    super(path, { ...options, supports: npyBackend.supports, space: fs });
    this.#fs = fs;
  }

  protected _open(path: string, mode: "read" | "write", signal?: AbortSignal): Promise<NpyTransaction> {
    return NpyTransaction.open(this.#fs, path, mode, signal);
  }
}

export const npyBackend: StorageBackend<NpyOptions> = {
  name: "npy",
  fileExtension: ".npyd",
  supports: {
    dtypes: DATA_TYPES,
    growableAxes: "any",
    compression: [],
    removal: true,
    fields: false,
    atomicCommit: true,
    crossProcessLock: true,
    escapedBytes: false,
    storedAs: "folder",
  },
  open: (path, options) => new NpyStorageManager(path, options),
};
