import type { SyncFileSystem } from "../file-system.js";
import { readAllSync, writeAllSync } from "../read-write.js";
import { lookup3 } from "./checksum.js";
import {
  type CommitRecord,
  decodeIndex,
  decodeRecord,
  type Extent,
  INDEX_ENTRY_BYTES,
  MAX_EXTENT_BYTES,
  PAYLOAD_START,
  RECORD_BYTES,
  RECORD_START,
} from "./commit-record.js";
import { ExtentMap } from "./extent-map.js";

/** Payloads up to this are read into memory, so that the journal need not stay open. */
const MAX_MEMORY_BYTES = 16 * 1024 * 1024;

/** The record in an open journal; undefined where there is none. The payload is not checked yet. */
export function readRecord(fs: SyncFileSystem, fd: number): CommitRecord | undefined {
  const bytes = new Uint8Array(RECORD_BYTES);
  if (readAllSync(fs, fd, bytes, RECORD_START) < RECORD_BYTES) return undefined;
  return decodeRecord(bytes);
}

/** A commit that is complete in the journal. */
export class CommittedJournal {
  readonly #where = new ExtentMap();
  readonly #memory: Uint8Array | undefined;

  private constructor(
    private readonly fs: SyncFileSystem,
    private readonly fd: number,
    readonly record: CommitRecord,
    private readonly extents: readonly Extent[],
    memory: Uint8Array | undefined,
  ) {
    this.#memory = memory;
    let at = 0;
    for (const { position, length } of extents) {
      this.#where.set(position, position + length, at);
      at += length;
    }
    this.#where.cut(record.newLength);
  }

  /** Checks all of an open journal; undefined where anything is missing, so that nothing is committed. */
  static read(fs: SyncFileSystem, fd: number): CommittedJournal | undefined {
    const record = readRecord(fs, fd);
    if (record === undefined) return undefined;
    const indexBytes = record.extentCount * INDEX_ENTRY_BYTES;
    if (fs.fstatSync(fd).size < PAYLOAD_START + record.payloadBytes + indexBytes) return undefined;
    const index = new Uint8Array(indexBytes);
    if (readAllSync(fs, fd, index, PAYLOAD_START + record.payloadBytes) < index.length) return undefined;
    if (lookup3(index) !== record.indexChecksum) return undefined;
    const extents = decodeIndex(index);
    if (extents.some(({ length }) => length > MAX_EXTENT_BYTES)) return undefined;
    if (extents.reduce((sum, { length }) => sum + length, 0) !== record.payloadBytes) return undefined;
    let memory: Uint8Array | undefined;
    if (record.payloadBytes <= MAX_MEMORY_BYTES) {
      memory = new Uint8Array(record.payloadBytes);
      if (readAllSync(fs, fd, memory, PAYLOAD_START) < memory.length) return undefined;
    }
    const journal = new CommittedJournal(fs, fd, record, extents, memory);
    for (const { data, extent } of journal.#payloads())
      if (lookup3(data) !== extent.checksum) return undefined;
    return journal;
  }

  /** Whether reads still need the descriptor that the journal was read from. */
  get needsDescriptor(): boolean {
    return this.#memory === undefined;
  }

  /** Every extent with its new bytes, which are good until the next one. */
  *#payloads(): Generator<{ extent: Extent; data: Uint8Array }> {
    const memory = this.#memory;
    const buffer = new Uint8Array(memory === undefined ? MAX_EXTENT_BYTES : 0);
    let at = 0;
    for (const extent of this.extents) {
      const data = memory?.subarray(at, at + extent.length) ?? buffer.subarray(0, extent.length);
      if (memory === undefined) this.#readPayload(data, at);
      at += extent.length;
      yield { extent, data };
    }
  }

  #readPayload(target: Uint8Array, at: number): void {
    if (this.#memory !== undefined) target.set(this.#memory.subarray(at, at + target.length));
    else readAllSync(this.fs, this.fd, target, PAYLOAD_START + at);
  }

  /** Puts the new bytes over `target`, which has the bytes of the data file from `position` on. */
  overlay(target: Uint8Array, position: number): void {
    this.#where.visit(position, position + target.length, (from, to, at) => {
      this.#readPayload(target.subarray(from - position, to - position), at);
    });
  }

  /**
   * Whether an open data file is the one this commit was made for, wherever its
   * writer stopped: its length is one that the commit gives it, and every byte
   * of its head (its superblock) is as before the commit or as one of the extents makes it
   * (of a place that was put into the journal several times, the file has been
   * through all of these). Another program that wrote the file since has most
   * likely moved its end of file, which is in the superblock, and applying
   * the commit would damage it.
   */
  belongsTo(fd: number): boolean {
    const { oldHead, headPosition: start, newLength, writtenLength } = this.record;
    const { size } = this.fs.fstatSync(fd);
    if (size !== writtenLength && size !== newLength) return false;
    const now = new Uint8Array(Math.max(0, Math.min(oldHead.length, newLength - start)));
    if (readAllSync(this.fs, fd, now, start) < now.length) return false;
    const isKnown = Array.from(now, (byte, index) => byte === oldHead[index]);
    let at = 0;
    for (const { position, length } of this.extents) {
      const from = Math.max(position, start);
      const to = Math.min(position + length, start + now.length);
      if (from < to) {
        const bytes = new Uint8Array(to - from);
        this.#readPayload(bytes, at + from - position);
        bytes.forEach((byte, index) => {
          if (byte === now[from - start + index]) isKnown[from - start + index] = true;
        });
      }
      at += length;
    }
    return isKnown.every((known) => known);
  }

  /** Brings an open data file to the state after the commit. May be done again after being cut short. */
  applyTo(fd: number): void {
    const { newLength } = this.record;
    for (const { extent, data } of this.#payloads()) {
      const count = Math.min(extent.length, newLength - extent.position);
      if (count > 0) writeAllSync(this.fs, fd, data.subarray(0, count), extent.position);
    }
    if (this.fs.fstatSync(fd).size !== newLength) this.fs.ftruncateSync(fd, newLength);
  }
}
