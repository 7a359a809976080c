import type { MetadataInput } from "@tvb-storage/core";
import type { FileSystem } from "@tvb-storage/files";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";

/** `urn:uuid:` and a gid with hyphens, as TVB stores references. */
export function urn(gid: string): string {
  return `urn:uuid:${gid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}`;
}

/** A gid that ends with a number. */
export function gid(number: number): string {
  return `a${String(number).padStart(31, "0")}`;
}

export const BURST: string = urn(gid(999));

/** Writes a data file whose name and attribute `gid` agree; its folder must exist. Gives its path. */
export async function datatype(
  folder: string,
  className: string,
  number: number,
  attributes: Readonly<Record<string, MetadataInput>> = {},
  fs?: FileSystem,
): Promise<string> {
  const path = `${folder}/${className}_${gid(number)}.h5`;
  const file = new HDF5StorageManager(path, fs === undefined ? {} : { fs });
  await file.setMetadata({ gid: urn(gid(number)), type: `tvb.datatypes.${className}`, ...attributes });
  await file.storeData([number, number + 1], "data");
  await file.closeFile();
  return path;
}
