import { defaultFileSystem, type FolderEntry, folderEntries, pathStats } from "@tvb-storage/files";
import { readAll } from "@tvb-storage/files/internal";

/** Zarr is a folder; the others are files. */
export type FileFormat = "hdf5" | "zarr" | "zip" | "xml";

const BY_EXTENSION: Readonly<Record<string, FileFormat>> = {
  h5: "hdf5",
  hdf5: "hdf5",
  zarr: "zarr",
  zip: "zip",
  xml: "xml",
};

const HDF5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const ZIP_SIGNATURE = [0x50, 0x4b, 0x03, 0x04];
/** Where HDF5's signature may be: at the beginning, or behind a user block, which MATLAB's files have. */
const HDF5_POSITIONS = [0, 512, 1024, 2048];
/** So many bytes at the beginning of a file tell its format. */
export const FORMAT_BYTES = 2048 + HDF5_SIGNATURE.length;

/** One of them is in the folder of a Zarr hierarchy. */
const ZARR_DOCUMENTS: ReadonlySet<string> = new Set(["zarr.json", ".zgroup", ".zarray", ".zmetadata"]);

/** The format that the name of a file states; undefined where it states none of these. */
export function formatByName(path: string): FileFormat | undefined {
  const extension = /\.([^./]+)\/*$/.exec(path.toLowerCase())?.[1] ?? "";
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
}

/** Whether a file of this name is one of those. */
export function isZarrDocument(name: string): boolean {
  return ZARR_DOCUMENTS.has(name);
}

/** Whether a folder with these entries is a Zarr hierarchy. */
export function isZarrFolder(entries: readonly FolderEntry[]): boolean {
  return entries.some(({ name, kind }) => kind === "file" && isZarrDocument(name));
}

/**
 * The format of a file by its name, else by its first bytes, which NWB, netCDF-4 and others share with HDF5; undefined
 * for a file of another one. Throws what the file system throws.
 */
export async function formatOf(path: string): Promise<FileFormat | undefined> {
  return formatByName(path) ?? (await formatByContent(path));
}

/** The format of what is at a path, a file or a folder, by its content; undefined also where nothing is. */
export async function formatAt(path: string): Promise<FileFormat | undefined> {
  const fs = defaultFileSystem();
  const kind = (await pathStats(fs, path, { followLinks: true }))?.kind;
  if (kind === "folder") return isZarrFolder(await folderEntries(fs, path)) ? "zarr" : undefined;
  return kind === "file" ? formatByContent(path) : undefined;
}

/** The format of a file that begins with these bytes, `FORMAT_BYTES` where it has so many. */
export function formatOfBytes(start: Uint8Array): FileFormat | undefined {
  const has = (signature: readonly number[], position: number) =>
    signature.every((byte, at) => start[position + at] === byte);
  if (HDF5_POSITIONS.some((position) => has(HDF5_SIGNATURE, position))) return "hdf5";
  return has(ZIP_SIGNATURE, 0) ? "zip" : undefined;
}

async function formatByContent(path: string): Promise<FileFormat | undefined> {
  const handle = await defaultFileSystem().promises.open(path, "r");
  try {
    const start = new Uint8Array(FORMAT_BYTES);
    const length = await readAll(handle, start, 0);
    return formatOfBytes(start.subarray(0, length));
  } finally {
    await handle.close();
  }
}
