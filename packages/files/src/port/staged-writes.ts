import type { BlockCache } from "./block-cache.js";
import type { DataFile } from "./data-file.js";
import type { FilePort } from "./file-port.js";
import type { WriteBuffer } from "./write-buffer.js";

/**
 * The bytes of a file as a transaction makes them. Writes beyond the committed length go straight to the
 * file, where nothing refers to them yet; writes below it are buffered until the commit, since the last commit
 * needs what is there.
 *
 * Methods throw what the file system throws, and FileStorageException where another program changed the file.
 */
export class StagedWrites implements FilePort {
  #size: number;

  /** `cache`: the file as of the last commit, whose length is its limit. */
  constructor(
    private readonly file: DataFile,
    readonly cache: BlockCache,
    readonly buffer: WriteBuffer,
  ) {
    this.#size = cache.limit;
  }

  /** Length of the file as of the last commit. */
  get committed(): number {
    return this.cache.limit;
  }

  get size(): number {
    return this.#size;
  }

  read(target: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.#size - position));
    if (length === 0) return 0;
    this.buffer.read(target.subarray(0, length), position);
    return length;
  }

  write(data: Uint8Array, position: number): void {
    if (data.length === 0) return;
    const end = position + data.length;
    if (position > this.#size) this.#zeroBelow(position);
    const below = Math.max(0, Math.min(end, this.committed) - position);
    if (below > 0) this.buffer.write(data.subarray(0, below), position);
    if (below < data.length) {
      this.cutTail();
      this.file.append(data.subarray(below), position + below);
    }
    this.#size = Math.max(this.#size, end);
  }

  truncate(length: number): void {
    if (length > this.#size) this.#extend(length);
    else if (length < this.#size) {
      this.buffer.cut(length);
      this.#cutTail(length);
      this.#size = length;
    }
  }

  /** Below the committed length, where the file was cut before, there must be zeros and not the old bytes. */
  #zeroBelow(length: number): void {
    const end = Math.min(length, this.committed);
    if (end > this.#size) this.buffer.writeZeros(this.#size, end);
  }

  #extend(length: number): void {
    this.#zeroBelow(length);
    if (length > this.committed) {
      // Bytes that a dead writer left there must not show.
      this.cutTail();
      this.file.resize(length);
    }
    this.#size = length;
  }

  /** Cuts the file on the disk to what is used, but never below what the last commit needs. */
  cutTail(): void {
    this.#cutTail(this.#size);
  }

  /** Cuts off all that was added since the last commit. */
  dropTail(): void {
    this.#cutTail(this.committed);
  }

  #cutTail(length: number): void {
    const keep = Math.max(length, this.committed);
    if (this.file.length > keep) this.file.resize(keep);
  }

  /** Whether the commit makes the file shorter. */
  get isCut(): boolean {
    return this.#size < this.committed;
  }

  /** Writes into the file what is in the journal, an extent at a time; yields how many bytes each had. */
  *apply(): Generator<number> {
    for (const { position, data } of this.buffer.journal?.extents() ?? []) {
      const count = Math.min(data.length, this.#size - position);
      if (count > 0) {
        const piece = data.subarray(0, count);
        this.file.apply(piece, position);
        this.cache.update(piece, position);
      }
      yield data.length;
    }
    this.file.applyLength(this.#size);
  }

  /** Ends it; frees its memory. */
  dispose(): void {
    this.buffer.dispose();
    this.cache.dispose();
  }
}
