import type { FilePort } from "@tvb-storage/files";
import type { Extent } from "../bytes/extent.js";
import { FILE_SPACE_INFO } from "../headers/message-type.js";
import { readObjectHeader } from "../headers/object-header.js";
import { type StructureFile, structureFile } from "../headers/structure-file.js";
import { writeEndOfFile } from "../superblock/superblock.js";

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
  const { superblock, port } = file;
  if (tracksFreeSpace(file)) return 0;
  const byEnd = [...freed].sort((left, right) => right.address + right.size - (left.address + left.size));
  let end = superblock.endOfFile - superblock.baseAddress;
  for (const extent of byEnd) {
    const extentEnd = extent.address + extent.size;
    if (extentEnd < end) break;
    end = Math.min(end, extent.address);
  }
  const endOfFile = file.positionOf(end);
  if (endOfFile === superblock.endOfFile) return 0;
  writeEndOfFile(port, superblock, endOfFile);
  const before = port.size;
  port.truncate(endOfFile);
  return before - endOfFile;
}

/** "File Space Info Message": the file keeps its free space, or is divided into pages, so its end is stated elsewhere too. */
function tracksFreeSpace(file: StructureFile): boolean {
  const { extensionAddress } = file.superblock;
  if (extensionAddress === undefined) return false;
  return readObjectHeader(file, extensionAddress).messages.some(({ type }) => type === FILE_SPACE_INFO);
}
