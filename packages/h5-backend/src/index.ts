export { h5Backend } from "./backend.js";
export { HDF5StorageManager } from "./manager/hdf5-storage-manager.js";
export type { H5Options } from "./manager/options.js";
