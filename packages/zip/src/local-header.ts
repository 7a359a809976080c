import { FileStructureException } from "@tvb-storage/errors";
import { parseExtraFields } from "yauzl";
import type { ArchiveEntry } from "./archive-entry.js";

// Local file header, APPNOTE 4.3.7.
export const LOCAL_HEADER_BYTES = 30;
export const MAX_EXTRA_FIELD = 0xffff;
const SIGNATURE = 0x04034b50;
const ZIP64_FIELD = 1;
/** Encrypted, strongly encrypted, with a masked header. */
const ENCRYPTION_FLAGS = 0x2041;
/** CRC and sizes follow the data. */
const FLAG_DATA_DESCRIPTOR = 1 << 3;
const IN_ZIP64_FIELD = 0xffffffff;

interface Sizes {
  readonly size: number;
  readonly compressedSize: number;
}

/** APPNOTE 4.5.3; in a local header both sizes are there, or none. */
function sizesOf(header: Buffer, extra: Buffer): Sizes {
  const compressedSize = header.readUInt32LE(18);
  const size = header.readUInt32LE(22);
  if (size !== IN_ZIP64_FIELD && compressedSize !== IN_ZIP64_FIELD) return { size, compressedSize };
  const field = parseExtraFields(extra).find(({ id }) => id === ZIP64_FIELD)?.data;
  if (field === undefined || field.length < 16) return { size, compressedSize };
  return { size: Number(field.readBigUInt64LE(0)), compressedSize: Number(field.readBigUInt64LE(8)) };
}

function differing(entry: ArchiveEntry, header: Buffer, extra: Buffer): string | undefined {
  const flags = header.readUInt16LE(6);
  if (((flags ^ entry.flags) & ENCRYPTION_FLAGS) !== 0) return "encryption";
  if (header.readUInt16LE(8) !== entry.method) return "compression method";
  const name = header.toString("latin1", LOCAL_HEADER_BYTES, LOCAL_HEADER_BYTES + entry.storedName.length);
  if (header.readUInt16LE(26) !== entry.storedName.length || name !== entry.storedName) return "name";
  const later = ((flags | entry.flags) & FLAG_DATA_DESCRIPTOR) !== 0;
  const agrees = (found: number, expected: number) => found === expected || (later && found === 0);
  const { size, compressedSize } = sizesOf(header, extra);
  if (!agrees(header.readUInt32LE(14), entry.crc32)) return "CRC";
  if (!agrees(compressedSize, entry.compressedSize)) return "compressed size";
  if (!agrees(size, entry.size)) return "size";
  return undefined;
}

/**
 * Checks an entry's local header, at the start of `bytes`, against the central
 * directory. Returns where the entry's data start, from the start of `bytes`;
 * undefined where `bytes` end before the header does.
 *
 * @throws FileStructureException they disagree, or the data would reach into the next entry.
 */
export function localDataStart(bytes: Buffer, entry: ArchiveEntry): number | undefined {
  if (bytes.length < LOCAL_HEADER_BYTES) return undefined;
  if (bytes.readUInt32LE(0) !== SIGNATURE)
    throw new FileStructureException(`there is no local header at byte ${entry.offset}`);
  const extraStart = LOCAL_HEADER_BYTES + bytes.readUInt16LE(26);
  const dataStart = extraStart + bytes.readUInt16LE(28);
  if (entry.offset + dataStart + entry.compressedSize > entry.end)
    throw new FileStructureException("it overlaps with what follows it in the archive");
  if (bytes.length < dataStart) return undefined;
  const problem = differing(entry, bytes, bytes.subarray(extraStart, dataStart));
  if (problem !== undefined)
    throw new FileStructureException(
      `its local header and the central directory disagree about its ${problem}`,
    );
  return dataStart;
}
