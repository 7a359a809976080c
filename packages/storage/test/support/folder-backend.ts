import type { StorageBackend } from "@tvb-storage/core";
import { HDF5StorageManager, h5Backend } from "@tvb-storage/h5-backend";

/** A backend that stores folders: HDF5 in one that is named `.dir`. */
export const folders: StorageBackend = {
  ...h5Backend,
  name: "folders",
  fileExtension: ".dir",
  supports: { ...h5Backend.supports, storedAs: "folder" },
  open: (path) => new HDF5StorageManager(`${path}/content.h5`),
};
