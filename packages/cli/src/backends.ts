import { type BackendRegistry, createBackendRegistry, type StorageBackend } from "@tvb-storage/core";
import { type H5Options, h5Backend } from "@tvb-storage/h5-backend";
import { blosc, lz4, zstd } from "@tvb-storage/hdf5/filters";

/** Filters of other programs, such as PyTables. */
export const filters = { ...blosc, ...lz4, ...zstd };

const hdf5: StorageBackend<H5Options> = {
  ...h5Backend,
  open: (path, options) => h5Backend.open(path, { filters, ...options }),
};

/** What files are opened by: HDF5 for every path that has no extension of another one. */
export function defaultBackends(): BackendRegistry {
  return createBackendRegistry([hdf5]);
}
