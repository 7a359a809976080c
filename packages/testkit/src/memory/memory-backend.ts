import { DATA_TYPES, type StorageBackend } from "@tvb-storage/core";
import { type MemoryOptions, MemoryStorageManager } from "./memory-storage-manager.js";

/** Files in memory, for tests and as the reference of the contract. Their content ends with the process. */
export const memoryBackend: StorageBackend<MemoryOptions> = {
  name: "memory",
  fileExtension: ".mem",
  supports: {
    dtypes: DATA_TYPES,
    growableAxes: "any",
    compression: ["gzip"],
    removal: true,
    fields: false,
    atomicCommit: true,
    crossProcessLock: false,
    escapedBytes: true,
    storedAs: "file",
  },
  open: (path, options) => new MemoryStorageManager(path, options),
};
