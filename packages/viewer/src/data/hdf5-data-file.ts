import type { AsyncFileBytes } from "@tvb-storage/files";
import { open } from "@tvb-storage/hdf5";
import { blosc, lz4, zstd } from "@tvb-storage/hdf5/filters";
import type { DataFile } from "./data-file.js";

/** Opens an HDF5 file of which only the superblock is read now. `ignoreMarks`: also one that a program may be writing. */
export async function openHdf5(
  port: AsyncFileBytes,
  name: string,
  { ignoreMarks = false } = {},
): Promise<DataFile> {
  const file = await open(port, { name, ignoreMarks, filters: { ...blosc, ...lz4, ...zstd } });
  return {
    format: "HDF5",
    list: () => file.list(),
    attributes: (path) => file.attributes(path),
    read: (path, options) => file.read(path, options),
  };
}
