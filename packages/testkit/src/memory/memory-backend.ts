import type { StorageBackend } from "@tvb-storage/core";
import { type MemoryOptions, MemoryStorageManager, SUPPORTS } from "./memory-storage-manager.js";

/** Files in memory, for tests and as the reference of the contract. Their content ends with the process. */
export const memoryBackend: StorageBackend<MemoryOptions> = {
  name: "memory",
  fileExtension: ".mem",
  supports: SUPPORTS,
  open: (path, options) => new MemoryStorageManager(path, options),
};
