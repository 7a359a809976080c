import type { FilePort } from "@tvb-storage/files";
import type { Extent } from "../bytes/extent.js";
import { type StructureFile, structureFile } from "../headers/structure-file.js";

/**
 * Shortens the file, where what was freed reaches its end: the superblock's end-of-file address is
 * lowered and the file cut. Free space inside the file stays: HDF5 uses it again only within the
 * session that freed it.
 *
 * @param freed What `removeLink` and `removeAttribute` returned since HDF5 last had the file open.
 * @returns The bytes by which the file became shorter.
 */
export function shrinkEnd(
  from: FilePort | StructureFile,
  freed: Iterable<Extent>,
  fileName?: string,
): number {
  const file = structureFile(from, fileName);
  const before = file.superblock.endOfFile;
  file.space.release(freed);
  file.space.save();
  return before - file.superblock.endOfFile;
}
