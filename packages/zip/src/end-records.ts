import type { FileHandle } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { readFully } from "./port-reader.js";

// End of central directory record and its ZIP64 companions, APPNOTE 4.3.14 to 4.3.16.
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const ZIP64_END_BYTES = 56;
const ZIP64_END_SIGNATURE = 0x06064b50;

export interface DirectoryExtent {
  /** First byte of the central directory. */
  readonly start: number;
  /** The byte after its last entry. */
  readonly end: number;
  /** Bytes of the archive's comment. */
  readonly commentLength: number;
}

/**
 * Checks that the central directory, as it was read, is the one that the end
 * records describe, and that nothing lies between them. Else another program
 * would find other entries in the same file.
 *
 * @throws FileStructureException they disagree.
 */
export async function checkEndRecords(
  handle: FileHandle,
  fileSize: number,
  found: DirectoryExtent,
): Promise<void> {
  const endAt = fileSize - END_BYTES - found.commentLength;
  const record = Buffer.alloc(END_BYTES);
  await readFully(handle, record, endAt);
  let size = record.readUInt32LE(12);
  let directoryEnd = endAt;
  if (found.end !== endAt) {
    const zip64At = found.end;
    const zip64 = Buffer.alloc(ZIP64_END_BYTES);
    await readFully(handle, zip64, Math.min(zip64At, fileSize - ZIP64_END_BYTES));
    const locator = Buffer.alloc(LOCATOR_BYTES);
    await readFully(handle, locator, Math.max(0, endAt - LOCATOR_BYTES));
    const recordEnd = zip64At + 12 + Number(zip64.readBigUInt64LE(4));
    const located = Number(locator.readBigUInt64LE(8));
    const isZip64 =
      zip64.readUInt32LE(0) === ZIP64_END_SIGNATURE &&
      located === zip64At &&
      recordEnd + LOCATOR_BYTES === endAt;
    if (!isZip64)
      throw new FileStructureException(
        `its central directory ends at byte ${found.end}, its end record is at byte ${endAt}: expected nothing in between`,
      );
    size = Number(zip64.readBigUInt64LE(40));
    directoryEnd = zip64At;
  }
  if (found.start + size !== directoryEnd)
    throw new FileStructureException(
      `its central directory has ${directoryEnd - found.start} bytes, its end record says ${size}`,
    );
}
