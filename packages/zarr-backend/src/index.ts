export { type ZarrBackendsOptions, zarrBackend, zarrBackendOf, zarrBackends } from "./backend.js";
export type { CreateArrayOptions, RegionOptions, WriteRegionOptions } from "./manager/region-options.js";
export { type ZarrOptions, ZarrStorageManager } from "./manager/zarr-storage-manager.js";
export type { NewDatasetInfo, ZarrCompression, ZarrLayout } from "./metadata/zarr-layout.js";
export { HttpStore, type HttpStoreOptions } from "./stores/http-store.js";
export { MemoryStore } from "./stores/memory-store.js";
export type {
  ByteRange,
  ChangeOptions,
  ListedObject,
  ListOptions,
  ObjectStore,
  ReadableStore,
  ReadOptions,
  RequestOptions,
  StoredObject,
  StoreLock,
} from "./stores/object-store.js";
export type { S3Credentials, S3Fetch, S3StoreOptions } from "./stores/s3-options.js";
export { S3Store } from "./stores/s3-store.js";
export { StoreConflict } from "./stores/store-conflict.js";
export { ZipStore, type ZipStoreEntry, type ZipStoreOptions } from "./stores/zip-store.js";
export type { Leftover } from "./sweep/leftovers.js";
export type { SweepOptions, SweepReport } from "./sweep/sweep.js";
