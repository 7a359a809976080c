import type { SyncFileSystem } from "../file-system.js";
import { readAllSync, writeAllSync } from "../read-write.js";
import { lookup3 } from "./checksum.js";
import {
  type CommitRecord,
  type Extent,
  encodeIndex,
  encodeRecord,
  INDEX_ENTRY_BYTES,
  MAX_EXTENT_BYTES,
  PAYLOAD_START,
  RECORD_BYTES,
  RECORD_START,
} from "./commit-record.js";

/** Memory in which a write is gathered. It is used again, since allocating it takes longer than filling it. */
let spare: Uint8Array | undefined;
const MIN_ROOM = 64 * 1024;
const NOTHING = /* @__PURE__ */ new Uint8Array();
/** How much is gathered for one write: as much as a transaction has in memory, so that a commit seldom needs two. */
const GATHERED_BYTES = 4 * MAX_EXTENT_BYTES;
const MAX_SPARE = GATHERED_BYTES + MAX_EXTENT_BYTES;

/** Its content is undefined. Not given out again until `giveRoom`. */
function takeRoom(length: number): Uint8Array {
  const room = spare;
  spare = undefined;
  return room !== undefined && room.length >= length ? room : new Uint8Array(Math.max(length, MIN_ROOM));
}

function giveRoom(room: Uint8Array): void {
  if (room.length <= MAX_SPARE && room.length >= (spare?.length ?? 0)) spare = room;
}

/**
 * Writes one commit to the journal: extents one after the other, and last the
 * record that makes it valid. A commit that fits into one piece is one write.
 */
export class JournalWriter {
  readonly #extents: Extent[] = [];
  /** Appended, but not yet in the journal. */
  #pieces: Uint8Array[] = [];
  #pendingBytes = 0;
  #firstPending = 0;
  /** Where in the journal the next flush goes. */
  #end = PAYLOAD_START;
  /** All of the payload, if it was not flushed before the end. */
  #whole: Uint8Array | undefined;
  /** The memory of `#whole`. */
  #room: Uint8Array | undefined;

  constructor(
    private readonly fs: SyncFileSystem,
    private readonly fd: number,
  ) {}

  /** Nothing was appended. */
  get isEmpty(): boolean {
    return this.#extents.length === 0;
  }

  /** New bytes for `position`. `data` must not change until `flush` or `complete`. Returns where in the journal they go. */
  append(position: number, data: Uint8Array): number {
    if (this.#pendingBytes + data.length > GATHERED_BYTES) this.flush();
    const at = this.#end + this.#pendingBytes;
    const last = this.#extents.at(-1);
    if (
      last !== undefined &&
      this.#extents.length > this.#firstPending &&
      last.position + last.length === position &&
      last.length + data.length <= MAX_EXTENT_BYTES
    )
      last.length += data.length;
    else this.#extents.push({ position, length: data.length, checksum: 0 });
    this.#pieces.push(data);
    this.#pendingBytes += data.length;
    return at;
  }

  /** Writes to the journal what was appended so far. */
  flush(): void {
    if (this.#pendingBytes === 0) return;
    const room = takeRoom(this.#pendingBytes);
    try {
      const bytes = room.subarray(0, this.#pendingBytes);
      this.#gather(bytes);
      writeAllSync(this.fs, this.fd, bytes, this.#end);
      this.#end += bytes.length;
    } finally {
      giveRoom(room);
    }
  }

  /** Copies the pending pieces to `target` and computes their checksums. */
  #gather(target: Uint8Array): void {
    let at = 0;
    for (const piece of this.#pieces) {
      target.set(piece, at);
      at += piece.length;
    }
    at = 0;
    for (; this.#firstPending < this.#extents.length; this.#firstPending++) {
      const extent = this.#extents[this.#firstPending];
      if (extent === undefined) break;
      extent.checksum = lookup3(target.subarray(at, at + extent.length));
      at += extent.length;
    }
    this.#pieces = [];
    this.#pendingBytes = 0;
  }

  /** Reads flushed bytes back. */
  read(target: Uint8Array, at: number): void {
    if (readAllSync(this.fs, this.fd, target, at) < target.length)
      throw Object.assign(new Error("EIO: the journal is shorter than what was written to it"), {
        code: "EIO",
      });
  }

  /** Writes what is missing, the record last. When it returns, the file is committed (after a sync, durably). */
  complete(record: Omit<CommitRecord, "extentCount" | "indexChecksum" | "payloadBytes">): void {
    const isWhole = this.#end === PAYLOAD_START;
    if (!isWhole) this.flush();
    const payloadBytes = this.#end - PAYLOAD_START + this.#pendingBytes;
    const indexBytes = this.#extents.length * INDEX_ENTRY_BYTES;
    if (isWhole) {
      this.#room = takeRoom(RECORD_BYTES + payloadBytes + indexBytes);
      const all = this.#room.subarray(0, RECORD_BYTES + payloadBytes + indexBytes);
      all.fill(0, 0, RECORD_BYTES);
      const payload = all.subarray(RECORD_BYTES, RECORD_BYTES + payloadBytes);
      this.#gather(payload);
      const index = encodeIndex(this.#extents);
      all.set(index, RECORD_BYTES + payloadBytes);
      const extentCount = this.#extents.length;
      encodeRecord({ ...record, extentCount, indexChecksum: lookup3(index), payloadBytes }, all);
      this.#whole = payload;
      writeAllSync(this.fs, this.fd, all, RECORD_START);
      return;
    }
    const index = encodeIndex(this.#extents);
    writeAllSync(this.fs, this.fd, index, this.#end);
    const bytes = new Uint8Array(RECORD_BYTES);
    const extentCount = this.#extents.length;
    encodeRecord({ ...record, extentCount, indexChecksum: lookup3(index), payloadBytes }, bytes);
    writeAllSync(this.fs, this.fd, bytes, RECORD_START);
  }

  /** Every extent with its new bytes, which are valid until the next one. */
  *extents(): Generator<{ position: number; data: Uint8Array }> {
    const room = this.#whole === undefined ? takeRoom(MAX_EXTENT_BYTES) : undefined;
    try {
      let at = 0;
      for (const { position, length } of this.#extents) {
        const data = (this.#whole?.subarray(at) ?? room ?? NOTHING).subarray(0, length);
        if (room !== undefined) this.read(data, PAYLOAD_START + at);
        at += length;
        yield { position, data };
      }
    } finally {
      if (room !== undefined) giveRoom(room);
    }
  }

  /** Frees its memory; it must not be used afterwards. */
  dispose(): void {
    if (this.#room !== undefined) giveRoom(this.#room);
    this.#room = undefined;
    this.#whole = undefined;
  }
}
