import type { StorageBackend } from "@tvb-storage/core";
import { capabilities, type ZarrOptions, ZarrStorageManager } from "./manager/zarr-storage-manager.js";
import type { ReadableStore } from "./stores/object-store.js";

/** Zarr hierarchies in folders. */
export const zarrBackend: StorageBackend<ZarrOptions> = {
  name: "zarr",
  fileExtension: ".zarr",
  supports: capabilities(),
  open: (path, options) => new ZarrStorageManager(path, options),
};

/** Zarr hierarchies in a store, with what is possible there; the path is what keys begin with. */
export function zarrBackendOf(store: ReadableStore): StorageBackend<ZarrOptions> {
  return {
    ...zarrBackend,
    supports: capabilities(store),
    open: (path, options) => new ZarrStorageManager(path, { ...options, store }),
  };
}
