import type { StorageBackend } from "@tvb-storage/core";
import { changeCopy } from "./manager/change-copy.js";
import { HDF5StorageManager } from "./manager/hdf5-storage-manager.js";
import { type H5Options, SUPPORTS } from "./manager/options.js";

/** The HDF5 backend, for `createBackendRegistry`. */
export const h5Backend: StorageBackend<H5Options> = {
  name: "h5",
  fileExtension: ".h5",
  supports: SUPPORTS,
  open: (path, options) => new HDF5StorageManager(path, options),
  changeCopy,
};
