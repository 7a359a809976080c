import { FileStorageException } from "@tvb-storage/errors";
import { type FilePort, readOnlyError } from "./file-port.js";

// How synchronous code reads from an asynchronous source
// -------------------------------------------------------
// It reads a port whose bytes are those that were fetched so far. Where some are missing, `read` throws
// `MissingBytes`; whoever runs the step awaits `fetch` and runs the step again. So a step must be pure: nothing of it
// lasts but what it returns. Each try gets further, since what was fetched stays until the step is done.

/** A file whose bytes come later: a page's `File`, a server's answer. */
export interface AsyncFileBytes {
  /** Length of the file. */
  readonly size: number;
  /** Fills `target` from `position` on; returns the bytes that were there, fewer only at the end. Several may run at a time. */
  read(target: Uint8Array, position: number): number | Promise<number>;
}

/** What a step read that is not there yet. */
export class MissingBytes extends Error {
  constructor(
    readonly position: number,
    readonly length: number,
  ) {
    super(`${length} bytes at ${position} are not there yet`);
  }
}

/** Where bytes of a file are. */
export interface ByteRange {
  readonly position: number;
  readonly length: number;
}

const BLOCK_BYTES = 4096;
/** Structures lie together. */
const READ_AHEAD_BYTES = 32 * 1024;
/** A step that lacks more and more gets twice as much ahead each time, up to this. */
const MAX_READ_AHEAD_BYTES = 4 * 1024 * 1024;
/** Ranges with a gap up to this between them are fetched at once. */
const MAX_GAP_BYTES = 32 * 1024;
/** Of one request. */
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;
const REQUESTS_AT_ONCE = 16;
/** Blocks that are kept from step to step. */
const KEPT_BYTES = 32 * 1024 * 1024;
/** What one step may need: a forged file could make it need any amount. */
const MAX_STEP_BYTES = 512 * 1024 * 1024;
const MAX_TRIES = 10_000;

/** The bytes of an asynchronous source, as far as they were fetched. */
export class FetchedPort implements FilePort {
  /** By number; the least recently used first. */
  readonly #blocks = new Map<number, Uint8Array>();
  /** Blocks that are not forgotten, by how many hold them. */
  readonly #held = new Map<number, number>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly source: AsyncFileBytes,
    /** What messages call the file. */
    private readonly name: string,
    /** Fetched at least where a step lacks something. */
    private readonly readAheadBytes = READ_AHEAD_BYTES,
  ) {}

  get size(): number {
    return this.source.size;
  }

  /** @throws MissingBytes some of them were not fetched. */
  read(target: Uint8Array, position: number): number {
    const end = Math.min(position + target.length, this.size);
    for (let at = position; at < end; ) {
      const number = Math.floor(at / BLOCK_BYTES);
      const block = this.#blocks.get(number);
      if (block === undefined) throw new MissingBytes(at, end - at);
      const from = at - number * BLOCK_BYTES;
      const piece = block.subarray(from, from + end - at);
      if (piece.length === 0) return at - position;
      target.set(piece, at - position);
      at += piece.length;
    }
    return Math.max(0, end - position);
  }

  /**
   * To be called before memory is taken for bytes that are then read.
   *
   * @throws MissingBytes some of them were not fetched.
   */
  need(position: number, length: number): void {
    for (const number of this.#blocksOf([{ position, length }])) {
      const from = Math.max(position, number * BLOCK_BYTES);
      if (!this.#blocks.has(number)) throw new MissingBytes(from, position + length - from);
    }
  }

  /** Runs a pure step until it lacks nothing, and returns its result. */
  async step<T>(run: () => T): Promise<T> {
    this.#forgetSome();
    let readAhead = this.readAheadBytes;
    let fetched = 0;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      try {
        return run();
      } catch (error) {
        if (!(error instanceof MissingBytes)) throw error;
        const length = Math.max(error.length, readAhead);
        fetched += length;
        if (fetched > MAX_STEP_BYTES) break;
        readAhead = Math.min(2 * readAhead, MAX_READ_AHEAD_BYTES);
        await this.fetch([{ position: error.position, length }]);
      }
    }
    throw new FileStorageException(
      `${this.name}: ${fetched} bytes would be read for one step; the file is damaged, or has to be read where it is`,
    );
  }

  /** Fetches ranges, those that lie together at once. */
  async fetch(ranges: Iterable<ByteRange>): Promise<void> {
    const missing = this.#missing(ranges);
    await Promise.all(
      joined(missing, this.size).map(async ({ position, length }) => {
        const bytes = new Uint8Array(length);
        await this.#request(bytes, position);
        for (let at = 0; at < length; at += BLOCK_BYTES) {
          const number = (position + at) / BLOCK_BYTES;
          // Not what is only between two ranges.
          if (missing.has(number)) this.#blocks.set(number, bytes.slice(at, at + BLOCK_BYTES));
        }
      }),
    );
  }

  /** Keeps what was or will be fetched of ranges until the returned function is called. */
  hold(ranges: readonly ByteRange[]): () => void {
    const numbers = new Set(this.#blocksOf(ranges));
    for (const number of numbers) this.#held.set(number, (this.#held.get(number) ?? 0) + 1);
    return () => {
      for (const number of numbers) {
        const left = (this.#held.get(number) ?? 1) - 1;
        if (left > 0) this.#held.set(number, left);
        else this.#held.delete(number);
      }
    };
  }

  /** @throws FileStorageException the source gave fewer bytes. */
  async #request(target: Uint8Array, position: number): Promise<void> {
    if (this.#running >= REQUESTS_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      for (let at = 0; at < target.length; ) {
        const count = await this.source.read(target.subarray(at), position + at);
        if (!(count > 0))
          throw new FileStorageException(
            `${this.name}: of ${target.length} bytes at ${position} only ${at} could be read`,
          );
        at += count;
      }
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  *#blocksOf(ranges: Iterable<ByteRange>): Generator<number> {
    for (const { position, length } of ranges) {
      const end = Math.min(position + length, this.size);
      for (let number = Math.floor(position / BLOCK_BYTES); number * BLOCK_BYTES < end; number += 1)
        yield number;
    }
  }

  /** Of ranges, the blocks that are not there; the others count as used just now. */
  #missing(ranges: Iterable<ByteRange>): Set<number> {
    const missing = new Set<number>();
    for (const number of this.#blocksOf(ranges)) {
      const block = this.#blocks.get(number);
      if (block === undefined) missing.add(number);
      else {
        this.#blocks.delete(number);
        this.#blocks.set(number, block);
      }
    }
    return missing;
  }

  #forgetSome(): void {
    for (const number of this.#blocks.keys()) {
      if (this.#blocks.size * BLOCK_BYTES <= KEPT_BYTES) return;
      if (!this.#held.has(number)) this.#blocks.delete(number);
    }
  }

  /** Refused: a port for reading. */
  write(): void {
    throw readOnlyError(this.name);
  }

  /** Refused: a port for reading. */
  truncate(): void {
    throw readOnlyError(this.name);
  }
}

/** Blocks as ranges, those that lie together as one. */
function joined(blocks: Iterable<number>, size: number): ByteRange[] {
  const result: { position: number; length: number }[] = [];
  for (const number of [...blocks].sort((left, right) => left - right)) {
    const position = number * BLOCK_BYTES;
    const end = Math.min(position + BLOCK_BYTES, size);
    const last = result.at(-1);
    const gap = last === undefined ? 0 : position - last.position - last.length;
    if (last !== undefined && gap <= MAX_GAP_BYTES && end - last.position <= MAX_REQUEST_BYTES)
      last.length = end - last.position;
    else result.push({ position, length: end - position });
  }
  return result;
}
