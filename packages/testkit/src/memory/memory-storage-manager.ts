import {
  type BackendCapabilities,
  type BackendOptions,
  DATA_TYPES,
  TransactionStorageManager,
} from "@tvb-storage/core";
import {
  checkCallOptions,
  defaultFileSystem,
  type OptionRules,
  optionRules,
  type SyncFileSystem,
} from "@tvb-storage/files";
import { commitMarker, readMarker } from "./marker-file.js";
import { MemoryTransaction } from "./memory-transaction.js";

export interface MemoryOptions extends BackendOptions {
  /** Where the marker file is; default the disk. */
  fs?: SyncFileSystem;
  /** What this manager is to support, to try something with less; default all that `memoryBackend` does. */
  supports?: BackendCapabilities;
}

const OPTIONS: OptionRules<MemoryOptions> = {
  fs: optionRules.syncFileSystem,
  supports: optionRules.object,
  logger: optionRules.object,
  dataVersion: optionRules.wholeFrom0,
};

export const SUPPORTS: BackendCapabilities = {
  dtypes: DATA_TYPES,
  growableAxes: "any",
  compression: ["gzip"],
  removal: true,
  fields: false,
  atomicCommit: true,
  crossProcessLock: false,
  escapedBytes: true,
  storedAs: "file",
};

/** A file whose content is in this process's memory, with a marker file in its place. */
export class MemoryStorageManager extends TransactionStorageManager {
  readonly #fs: SyncFileSystem;

  constructor(path: string, given: MemoryOptions = {}) {
    const {
      fs = defaultFileSystem(),
      supports = SUPPORTS,
      ...options
    } = checkCallOptions(given, OPTIONS, "the memory backend");
    super(path, { ...options, supports, space: fs });
    this.#fs = fs;
  }

  protected _open(path: string): MemoryTransaction {
    const state = readMarker(this.#fs, path);
    const { id, content } = state ?? { id: undefined, content: new Map() };
    return new MemoryTransaction(content, (changed) => commitMarker(this.#fs, path, changed, id));
  }
}
