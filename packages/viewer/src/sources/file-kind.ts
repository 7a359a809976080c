import type { AsyncFileBytes } from "@tvb-storage/files";

/** Endings of files that are HDF5, or mostly are. */
const HDF5_NAME = /\.(h5|hdf5?|he5|h5f|h5ad|nc4?|nwb|mat|loom|cxi)$/i;
/** Endings of files that never are. */
const OTHER_NAME =
  /\.(xml|png|jpe?g|svg|gif|pdf|txt|md|rst|json|py|m|r|ipynb|csv|tsv|jsx?|tsx?|html?|css|ya?ml|toml|log|lock)$/i;
/** Texts that a project has about its data, and its figures. */
const DOCUMENT_PATH = /(^|\/)((Project|Operation[^/]*)\.xml|IMAGES\/[^/]+\.(png|jpe?g))$/i;
/** What systems and programs keep for themselves. */
const LITTER = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/;
/** The metadata of Zarr: with the first ones, a folder is a hierarchy. */
const ZARR_ROOT = /^(zarr\.json|\.zgroup|\.zarray|\.zmetadata)$/;
const ZARR_ATTRIBUTES = ".zattrs";

export type FileKind =
  | "data"
  | "document"
  | "archive"
  /** No data. */
  | "other"
  /** Its name does not tell. */
  | "unknown";

/** What a file is by its path. */
export function kindByName(path: string): FileKind {
  if (LITTER.test(path)) return "other";
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (HDF5_NAME.test(name)) return "data";
  if (DOCUMENT_PATH.test(path)) return "document";
  if (/\.zip$/i.test(name)) return "archive";
  return OTHER_NAME.test(name) ? "other" : "unknown";
}

/** Whether a name is that of a Zarr hierarchy. */
export function isZarrName(name: string): boolean {
  return /\.zarr$/i.test(name);
}

/** Whether a name in a folder makes that folder a Zarr hierarchy. */
export function isZarrRoot(name: string): boolean {
  return ZARR_ROOT.test(name);
}

/** Whether a name is that of a document of Zarr's metadata. */
export function isZarrDocument(name: string): boolean {
  return isZarrRoot(name) || name === ZARR_ATTRIBUTES;
}

/** Where HDF5's signature may be looked for: 0 and 512, and then at each power of two (specification, II.A). */
const HDF5_OFFSETS = [0, 512, 1024, 2048];
const HDF5_SIGNATURE = "\x89HDF\r\n\x1a\n";

/** Beginnings of files that are often taken for HDF5, or opened by mistake. */
const SIGNATURES: readonly (readonly [start: string, kind: string])[] = [
  ["CDF\x01", "a netCDF file of the classic format, not netCDF-4, which is HDF5"],
  ["CDF\x02", "a netCDF file of the 64-bit offset format, not netCDF-4, which is HDF5"],
  ["CDF\x05", "a netCDF file of the CDF-5 format, not netCDF-4, which is HDF5"],
  ["MATLAB 5.0", 'a MAT-file of version 5; save it with "-v7.3", which is HDF5'],
  ["\x0e\x03\x13\x01", "an HDF4 file"],
  ["PK\x03\x04", "a ZIP archive"],
  ["\x1f\x8b", "a file compressed by gzip; unpack it first"],
  ["\x89PNG", "a PNG picture"],
  ["\xff\xd8\xff", "a JPEG picture"],
  ["%PDF", "a PDF document"],
  ["\x93NUMPY", "a NumPy array (npy)"],
  ["<?xml", "an XML document"],
  ["<!doctype html", "a web page"],
  ["<html", "a web page"],
];

/** What the first bytes say that a file is; undefined where they say nothing. */
export function foreignKind(start: Uint8Array): string | undefined {
  const text = String.fromCharCode(...start.subarray(0, 64));
  return SIGNATURES.find(([signature]) => text.toLowerCase().startsWith(signature.toLowerCase()))?.[1];
}

/** Whether HDF5's signature is where it usually is. */
export async function hasHdf5Signature(bytes: AsyncFileBytes): Promise<boolean> {
  for (const offset of HDF5_OFFSETS) {
    if (offset + HDF5_SIGNATURE.length > bytes.size) return false;
    if (String.fromCharCode(...(await bytesAt(bytes, offset, HDF5_SIGNATURE.length))) === HDF5_SIGNATURE)
      return true;
  }
  return false;
}

/** Up to `length` bytes from `position` on; fewer where the file ends. */
export async function bytesAt(bytes: AsyncFileBytes, position: number, length: number): Promise<Uint8Array> {
  const target = new Uint8Array(Math.max(0, Math.min(length, bytes.size - position)));
  for (let done = 0; done < target.length; ) {
    const count = await bytes.read(target.subarray(done), position + done);
    if (count === 0) return target.subarray(0, done);
    done += count;
  }
  return target;
}
