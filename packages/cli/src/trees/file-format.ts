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

const SIGNATURES: readonly (readonly [FileFormat, readonly number[]])[] = [
  ["hdf5", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
];

/** One of them is in the folder of a Zarr hierarchy. */
const ZARR_DOCUMENTS: ReadonlySet<string> = new Set(["zarr.json", ".zgroup", ".zarray", ".zmetadata"]);

/** The format that the name of a file states; undefined where it states none of these. */
export function formatByName(path: string): FileFormat | undefined {
  const extension = /\.([^./]+)\/*$/.exec(path.toLowerCase())?.[1] ?? "";
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
}

/** Whether a folder with these entries is a Zarr hierarchy. */
export function isZarrFolder(entries: readonly FolderEntry[]): boolean {
  return entries.some(({ name, kind }) => kind === "file" && ZARR_DOCUMENTS.has(name));
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

async function formatByContent(path: string): Promise<FileFormat | undefined> {
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
