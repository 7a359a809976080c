import { decodeText, quoted } from "@tvb-storage/files";

// The directory of a ZIP archive, by its specification (APPNOTE.TXT 6.3.10): what is stored where. Numbers are
// little-endian.

/** An entry of an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Of the name as it is stored. */
  readonly nameBytes: number;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** The CRC-32 of its content. */
  readonly crc: number;
  readonly storedBytes: number;
  readonly bytes: number;
  /** Where its local header begins, after which it has a name and more before its content. */
  readonly headerAt: number;
}

/** Where the directory is. */
export interface ZipDirectoryPlace {
  readonly at: number;
  readonly bytes: number;
  readonly entries: number;
}

const END_SIGNATURE = 0x06054b50;
export const END_BYTES = 22;
const LOCATOR_SIGNATURE = 0x07064b50;
export const LOCATOR_BYTES = 20;
const END_64_SIGNATURE = 0x06064b50;
export const END_64_BYTES = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
export const LOCAL_BYTES = 30;
/** A field of this value has its number in the ZIP64 part. */
const IN_ZIP64 = 0xffffffff;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Where the end record is in the last bytes of an archive, behind which there may be a comment; -1 where there is none. */
export function findEnd(tail: Uint8Array): number {
  const view = viewOf(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at--)
    if (
      view.getUint32(at, true) === END_SIGNATURE &&
      at + END_BYTES + view.getUint16(at + 20, true) <= tail.length
    )
      return at;
  return -1;
}

export function parseEnd(bytes: Uint8Array): ZipDirectoryPlace {
  const view = viewOf(bytes);
  return { entries: view.getUint16(10, true), bytes: view.getUint32(12, true), at: view.getUint32(16, true) };
}

/** Where the end record of ZIP64 is; undefined where these bytes do not say that there is one. */
export function parseLocator(bytes: Uint8Array): number | undefined {
  const view = viewOf(bytes);
  return view.getUint32(0, true) === LOCATOR_SIGNATURE ? numberAt(view, 8) : undefined;
}

/** @throws RangeError no such record. */
export function parseEnd64(bytes: Uint8Array): ZipDirectoryPlace {
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== END_64_SIGNATURE)
    throw new RangeError("its ZIP64 record is not where it says");
  return { entries: numberAt(view, 32), bytes: numberAt(view, 40), at: numberAt(view, 48) };
}

/** @throws RangeError a damaged directory. */
export function parseDirectory(bytes: Uint8Array, entries: number): ZipEntry[] {
  const view = viewOf(bytes);
  const found: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < entries; i++) {
    if (view.getUint32(at, true) !== ENTRY_SIGNATURE)
      throw new RangeError(`entry ${i} of its directory is damaged`);
    const [nameBytes, extraBytes, commentBytes] = [
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
      view.getUint16(at + 32, true),
    ];
    const extraAt = at + ENTRY_BYTES + nameBytes;
    const end = extraAt + extraBytes;
    const wide = zip64Numbers(view, extraAt, end);
    const numberOf = (field: number): number => {
      const number = view.getUint32(at + field, true);
      return number === IN_ZIP64 ? (wide.shift() ?? number) : number;
    };
    // In this order they are in the ZIP64 part.
    const [full, stored, headerAt] = [numberOf(24), numberOf(20), numberOf(42)] as const;
    found.push({
      name: decodeText(bytes.subarray(at + ENTRY_BYTES, extraAt)),
      nameBytes,
      method: view.getUint16(at + 10, true),
      isEncrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      crc: view.getUint32(at + 16, true),
      storedBytes: stored,
      bytes: full,
      headerAt,
    });
    at = end + commentBytes;
  }
  if (at !== bytes.length)
    throw new RangeError(`its directory has more than the ${entries} entries that it says`);
  return found;
}

/** The 64-bit numbers of the extra field 1. */
function zip64Numbers(view: DataView, start: number, end: number): number[] {
  for (let at = start; at + 4 <= end; ) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (id === 1)
      return Array.from({ length: Math.floor(Math.min(length, end - at - 4) / 8) }, (_, i) =>
        numberAt(view, at + 4 + 8 * i),
      );
    at += 4 + length;
  }
  return [];
}

/**
 * Bytes from the local header to the content.
 *
 * @param header With the name.
 * @throws RangeError no header of this entry is there.
 */
export function contentOffset(header: Uint8Array, { name }: ZipEntry): number {
  const view = viewOf(header);
  const isThere =
    view.getUint32(0, true) === LOCAL_SIGNATURE && decodeText(header.subarray(LOCAL_BYTES)) === name;
  if (!isThere) throw new RangeError(`the entry ${quoted(name)} is not where its directory says`);
  return LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}

function numberAt(view: DataView, at: number): number {
  const number = view.getBigUint64(at, true);
  if (number > Number.MAX_SAFE_INTEGER) throw new RangeError(`it says that something is at ${number}`);
  return Number(number);
}
