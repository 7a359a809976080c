import type { StorageBackend } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { checkPath, defaultFileSystem, type HttpFileOptions, httpFile, quoted } from "@tvb-storage/files";
import { capabilities, type ZarrOptions, ZarrStorageManager } from "./manager/zarr-storage-manager.js";
import { archiveStore, diskFile } from "./stores/archive-store.js";
import { HttpStore, type HttpStoreOptions } from "./stores/http-store.js";
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

export interface ZarrBackendsOptions {
  /** Of hierarchies on web servers. */
  http?: HttpStoreOptions;
}

/**
 * All places that a path can name, for `createBackendRegistry([h5Backend, ...zarrBackends()])`: folders (`a.zarr`), ZIP
 * archives (`a.zarr.zip`), web servers (`https://host/a.zarr`, also an archive there). Archives and web servers are only
 * read. The option `format` is for what is written.
 */
export function zarrBackends({ http = {} }: ZarrBackendsOptions = {}): StorageBackend<ZarrOptions>[] {
  return [zarrBackend, zarrArchives, zarrOnServers(http)];
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
          ? archiveStore(address, () => httpFile(address, forArchives))
          : new HttpStore(address, http),
        options,
      );
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
