import { DATA_TYPES, type StorageBackend } from "@tvb-storage/core";
import { type NpyOptions, NpyStorageManager } from "./npy-storage-manager.js";

export const npyBackend: StorageBackend<NpyOptions> = {
  name: "npy",
  fileExtension: ".npyd",
  supports: {
    dtypes: DATA_TYPES,
    growableAxes: "any",
    compression: [],
    removal: true,
    fields: false,
    atomicCommit: false,
    crossProcessLock: false,
    escapedBytes: false,
    storedAs: "folder",
  },
  open: (path, options) => new NpyStorageManager(path, options),
};
