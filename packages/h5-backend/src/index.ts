export { h5Backend } from "./backend.js";
export { type CompactedSize, type CompactOptions, compact } from "./manager/compact.js";
export { HDF5StorageManager } from "./manager/hdf5-storage-manager.js";
export type { H5Options } from "./manager/options.js";
export { type Recovered, type RecoverOptions, recover } from "./manager/recover.js";
export { type FileProblem, type VerifyOptions, verify } from "./manager/verify.js";
