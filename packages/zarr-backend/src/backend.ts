import type { StorageBackend } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { checkPath, defaultFileSystem, type HttpFileOptions, httpFile, quoted } from "@tvb-storage/files";
import { capabilities, type ZarrOptions, ZarrStorageManager } from "./manager/zarr-storage-manager.js";
import { archiveStore, diskFile } from "./stores/archive-store.js";
import { addressOf, HttpStore, type HttpStoreOptions } from "./stores/http-store.js";
import type { ReadableStore } from "./stores/object-store.js";
import type { S3StoreOptions } from "./stores/s3-options.js";
import { S3Store } from "./stores/s3-store.js";

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

export interface ZarrBackendsOptions {
  /** Of hierarchies on web servers. */
  http?: HttpStoreOptions;
  /** Of hierarchies in object storage. */
  s3?: S3StoreOptions;
}

/**
 * All places that a path can name, for `createBackendRegistry([h5Backend, ...zarrBackends()])`: folders (`a.zarr`), ZIP
 * archives (`a.zarr.zip`), web servers (`https://host/a.zarr`, also an archive there), S3 (`s3://bucket/a.zarr`). Archives
 * and web servers are only read.
 */
export function zarrBackends({
  http = {},
  s3 = {},
}: ZarrBackendsOptions = {}): StorageBackend<ZarrOptions>[] {
  return [zarrBackend, zarrArchives, zarrOnServers(http), zarrInS3(s3)];
}

const readOnly: ReadableStore = {
  label: "",
  get: async () => undefined,
  getRange: async () => undefined,
};

const zarrArchives: StorageBackend<ZarrOptions> = {
  name: "zarr-zip",
  fileExtension: ".zarr.zip",
  supports: { ...capabilities(readOnly), storedAs: "file" },
  open: (path, { fs = defaultFileSystem(), ...options } = {}) => {
    checkPath(path, "the path of an archive");
    return atRoot(
      archiveStore(path, () => diskFile(fs, path)),
      options,
    );
  },
};

function zarrOnServers(http: HttpStoreOptions): StorageBackend<ZarrOptions> {
  // An archive is read by requests that have no time limit of their own.
  const { timeoutMs: _, ...ofFile } = http;
  const forArchives: HttpFileOptions = ofFile;
  return {
    name: "zarr-http",
    fileExtension: ".zarr",
    schemes: ["http", "https"],
    supports: capabilities(readOnly),
    open: (address, { fs: _, ...options } = {}) => {
      refuseHdf5(address);
      return atRoot(
        /\.zip$/i.test(address)
          ? archiveStore(addressOf(address), () => httpFile(address, forArchives))
          : new HttpStore(address, http),
        options,
      );
    },
  };
}

function zarrInS3(s3: S3StoreOptions): StorageBackend<ZarrOptions> {
  // One store for each bucket, so that all managers of a hierarchy have one queue.
  const stores = new Map<string, S3Store>();
  return {
    name: "zarr-s3",
    fileExtension: ".zarr",
    schemes: ["s3"],
    supports: { ...capabilities(), crossProcessLock: s3.lock !== "none", storedAs: "remote" },
    open: (address, { fs: _, ...options } = {}) => {
      refuseHdf5(address);
      const [, bucket = "", path = ""] = /^s3:\/\/([^/]*)(.*)$/is.exec(address) ?? [];
      const store = stores.get(bucket) ?? new S3Store(`s3://${bucket}`, s3);
      stores.set(bucket, store);
      return new ZarrStorageManager(path === "" ? "/" : path, { ...options, store });
    },
  };
}

/** The hierarchy that all keys of a store are of. */
function atRoot(store: ReadableStore, options: ZarrOptions): ZarrStorageManager {
  return new ZarrStorageManager("/", { ...options, store });
}

/** @throws FileStructureException what an address names is of another format by its extension. */
function refuseHdf5(address: string): void {
  if (/\.(h5|hdf5|nc|nwb|mat)$/i.test(address))
    throw new FileStructureException(
      `${quoted(address)} is the address of an HDF5 file by its extension, and addresses are those of Zarr hierarchies; use a file on the disk`,
    );
}
