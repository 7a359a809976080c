import { lookup3 } from "./checksum.js";

// The journal file, little-endian throughout:
//
//   0               who holds the lock (lock-holder.ts), text, padded
//   RECORD_START    the commit record: below, fixed length
//   PAYLOAD_START   the payload: the new bytes of every extent, one after the other
//   then            the index: for every extent its position, length and checksum
//
// The file is committed when the record, the index and the payload are complete
// with the right checksums; before that the journal counts for nothing.

/** The journal of the commit, which is the lock of the writer too. The name belongs to this package. */
export function journalPathOf(path: string): string {
  return `${path}.journal`;
}

/** Bytes for the identity of the holder. */
export const HOLDER_BYTES = 512;
export const RECORD_START = HOLDER_BYTES;
export const RECORD_BYTES = 256;
export const PAYLOAD_START = RECORD_START + RECORD_BYTES;
export const INDEX_ENTRY_BYTES = 16;
/** How much of the file's head before the commit is stored: a superblock of any version fits. */
export const HEAD_BYTES = 96;
/** The longest extent, so that checking or applying a journal needs no more memory than this. */
export const MAX_EXTENT_BYTES = 1024 * 1024;

/** A run of bytes that the commit replaces. Its payload follows that of the extent before it. */
export interface Extent {
  /** In the data file. */
  readonly position: number;
  length: number;
  /** lookup3 of the new bytes. */
  checksum: number;
}

export interface CommitRecord {
  /** Differs from that of every other commit. */
  readonly id: string;
  readonly extentCount: number;
  readonly indexChecksum: number;
  readonly payloadBytes: number;
  /** Length of the data file at the last commit, at the one being made, and on the disk between the two. */
  readonly oldLength: number;
  readonly newLength: number;
  readonly writtenLength: number;
  /** Whether the commit must survive a power cut. */
  readonly synced: boolean;
  /** Bytes of the file from `headPosition` on as of the last commit; fewer than HEAD_BYTES of a tiny file. */
  readonly oldHead: Uint8Array;
  /** Where the bytes are that identify the file: behind a user block, where that is short enough. */
  readonly headPosition: number;
}

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });
const MAGIC = encoder.encode("TVBCMT\r\n");
const ID_BYTES = 32;

// Offsets in the record. The checksum covers everything after itself.
const CHECKSUM_AT = 8;
const CHECKED_FROM = 12;
const EXTENT_COUNT_AT = 12;
const INDEX_CHECKSUM_AT = 16;
const FLAGS_AT = 20;
const PAYLOAD_BYTES_AT = 24;
const OLD_LENGTH_AT = 32;
const NEW_LENGTH_AT = 40;
const WRITTEN_LENGTH_AT = 48;
const HEAD_LENGTH_AT = 56;
const HEAD_POSITION_AT = 60;
const ID_AT = 64;
const HEAD_AT = ID_AT + ID_BYTES;

const SYNCED_FLAG = 1;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function setLength(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}

function getLength(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/** Writes a record into `target`, RECORD_BYTES of zeros. */
export function encodeRecord(record: CommitRecord, target: Uint8Array): void {
  const view = viewOf(target);
  target.set(MAGIC, 0);
  view.setUint32(EXTENT_COUNT_AT, record.extentCount, true);
  view.setUint32(INDEX_CHECKSUM_AT, record.indexChecksum, true);
  view.setUint32(FLAGS_AT, record.synced ? SYNCED_FLAG : 0, true);
  setLength(view, PAYLOAD_BYTES_AT, record.payloadBytes);
  setLength(view, OLD_LENGTH_AT, record.oldLength);
  setLength(view, NEW_LENGTH_AT, record.newLength);
  setLength(view, WRITTEN_LENGTH_AT, record.writtenLength);
  view.setUint32(HEAD_LENGTH_AT, record.oldHead.length, true);
  view.setUint32(HEAD_POSITION_AT, record.headPosition, true);
  encoder.encodeInto(record.id, target.subarray(ID_AT, ID_AT + ID_BYTES));
  target.set(record.oldHead, HEAD_AT);
  view.setUint32(CHECKSUM_AT, lookup3(target.subarray(CHECKED_FROM, RECORD_BYTES)), true);
}

/** The record in RECORD_BYTES bytes; undefined where there is none, or not all of it. */
export function decodeRecord(bytes: Uint8Array): CommitRecord | undefined {
  if (bytes.length < RECORD_BYTES || !MAGIC.every((byte, index) => bytes[index] === byte)) return undefined;
  const view = viewOf(bytes);
  const checked = bytes.subarray(CHECKED_FROM, RECORD_BYTES);
  if (view.getUint32(CHECKSUM_AT, true) !== lookup3(checked)) return undefined;
  const id = bytes.subarray(ID_AT, ID_AT + ID_BYTES);
  const idEnd = id.indexOf(0);
  const headLength = Math.min(view.getUint32(HEAD_LENGTH_AT, true), HEAD_BYTES);
  return {
    id: decoder.decode(idEnd < 0 ? id : id.subarray(0, idEnd)),
    extentCount: view.getUint32(EXTENT_COUNT_AT, true),
    indexChecksum: view.getUint32(INDEX_CHECKSUM_AT, true),
    payloadBytes: getLength(view, PAYLOAD_BYTES_AT),
    oldLength: getLength(view, OLD_LENGTH_AT),
    newLength: getLength(view, NEW_LENGTH_AT),
    writtenLength: getLength(view, WRITTEN_LENGTH_AT),
    synced: (view.getUint32(FLAGS_AT, true) & SYNCED_FLAG) !== 0,
    oldHead: bytes.slice(HEAD_AT, HEAD_AT + headLength),
    // Zero in the journals of the first versions, which took the beginning of the file.
    headPosition: view.getUint32(HEAD_POSITION_AT, true),
  };
}

/** The index of `extents`, to be written after the payload. */
export function encodeIndex(extents: readonly Extent[]): Uint8Array {
  const bytes = new Uint8Array(extents.length * INDEX_ENTRY_BYTES);
  const view = viewOf(bytes);
  extents.forEach((extent, index) => {
    const at = index * INDEX_ENTRY_BYTES;
    setLength(view, at, extent.position);
    view.setUint32(at + 8, extent.length, true);
    view.setUint32(at + 12, extent.checksum, true);
  });
  return bytes;
}

/** Reads what `encodeIndex` wrote. */
export function decodeIndex(bytes: Uint8Array): Extent[] {
  const view = viewOf(bytes);
  const extents: Extent[] = [];
  for (let at = 0; at < bytes.length; at += INDEX_ENTRY_BYTES)
    extents.push({
      position: getLength(view, at),
      length: view.getUint32(at + 8, true),
      checksum: view.getUint32(at + 12, true),
    });
  return extents;
}
