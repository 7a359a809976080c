import { defaultFileSystem } from "@tvb-storage/files";
import { readAll } from "@tvb-storage/files/internal";

export type FileFormat = "hdf5" | "zip" | "xml";

const BY_EXTENSION: Readonly<Record<string, FileFormat>> = {
  h5: "hdf5",
  hdf5: "hdf5",
  zip: "zip",
  xml: "xml",
};

const SIGNATURES: readonly (readonly [FileFormat, readonly number[]])[] = [
  ["hdf5", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
];

/** The format that the name of a file states; undefined where it states none of these. */
function formatByName(path: string): FileFormat | undefined {
  const extension = /\.([^./]+)$/.exec(path.toLowerCase())?.[1] ?? "";
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
}

/**
 * The format of a file by its name, else by its first bytes, which NWB, netCDF-4 and others share with HDF5; undefined
 * for a file of another one. Throws what the file system throws.
 */
export async function formatOf(path: string): Promise<FileFormat | undefined> {
  const named = formatByName(path);
  if (named !== undefined) return named;
  const handle = await defaultFileSystem().promises.open(path, "r");
  try {
    const start = new Uint8Array(8);
    const length = await readAll(handle, start, 0);
    const found = SIGNATURES.find(
      ([, bytes]) => bytes.length <= length && bytes.every((byte, at) => start[at] === byte),
    );
    return found?.[0];
  } finally {
    await handle.close();
  }
}
