// The DOS time of an entry ends in 2107 and has no time zone; other times go into an extra field,
// APPNOTE 4.5.5. Info-ZIP's field has 32 bits, which 7-Zip reads as unsigned.

/** Three times in units of 100 ns since 1601. */
const NTFS_FIELD = 0x000a;
const NTFS_EPOCH_MS = 11_644_473_600_000;
const UNITS_PER_MS = 10_000;

/** Whether yazl writes the time itself: seconds from 1970 on, in 31 bits. */
export function isOfYazl(mtimeMs: number): boolean {
  return mtimeMs >= 0 && mtimeMs < 2 ** 31 * 1000;
}

/** The extra field in the central directory for a time that yazl cannot write. */
export function exactTimeField(mtimeMs: number): Buffer {
  const field = Buffer.alloc(36);
  field.writeUInt16LE(NTFS_FIELD, 0);
  field.writeUInt16LE(32, 2);
  // Tag 1: 24 bytes with the times of change, use and creation.
  field.writeUInt16LE(1, 8);
  field.writeUInt16LE(24, 10);
  const units = BigInt(Math.max(0, Math.floor(mtimeMs + NTFS_EPOCH_MS))) * BigInt(UNITS_PER_MS);
  for (const at of [12, 20, 28]) field.writeBigUInt64LE(units, at);
  return field;
}
