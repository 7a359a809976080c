import { isTVBException } from "@tvb-storage/errors";
import { open } from "@tvb-storage/hdf5";
import { blosc, lz4, zstd } from "@tvb-storage/hdf5/filters";
import type { PlacedBytes } from "./bytes-place.js";
import type { DataFile } from "./data-file.js";
import { readExotic } from "./exotic.js";
import { MarkedFile } from "./marked-file.js";

/**
 * Opens an HDF5 file of which only the superblock is read now. `ignoreMarks`: also one that a program may be writing.
 *
 * @throws MarkedFile a program may be writing it.
 */
export async function openHdf5(
  port: PlacedBytes,
  name: string,
  { ignoreMarks = false } = {},
): Promise<DataFile> {
  const file = await open(port, { name, ignoreMarks, filters: { ...blosc, ...lz4, ...zstd } }).catch(
    (error: unknown) => {
      // The reader has no code of its own for it; the message names the option.
      if (isTVBException(error, "FILE_STORAGE") && error.message.includes("pass ignoreMarks"))
        throw new MarkedFile(
          `${name} is marked as open for writing: a program has it open, or did not close it. Close it there and open it again; or open it as it is, without what was not written yet`,
          { cause: error },
        );
      throw error;
    },
  );
  const { place } = port;
  return {
    format: "HDF5",
    list: () => file.list(),
    attributes: (path) => file.attributes(path),
    type: (path) => file.type(path),
    read: (path, options) => file.read(path, options),
    ...(place === undefined
      ? {}
      : {
          async readExotic(path: string, signal?: AbortSignal) {
            const { dtype = "" } = await file.info(path);
            return readExotic(place, { path, dtype }, signal);
          },
        }),
  };
}
