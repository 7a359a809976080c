import { FileStorageException } from "@tvb-storage/errors";
import { type FilePort, readOnlyError } from "./file-port.js";
import { readCount, readFailure } from "./source-answer.js";

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
/** Blocks that are kept when no call needs them. */
const KEPT_BYTES = 32 * 1024 * 1024;
/** What one step may need: a forged file could make it need any amount. */
const MAX_STEP_BYTES = 512 * 1024 * 1024;
const MAX_TRIES = 10_000;

/** A block that calls need now: its bytes, as soon as they came. */
interface NeededBlock {
  users: number;
  bytes?: Uint8Array;
}

/** What is fetched for a call. */
export interface Fetching {
  /** When all of it is there. */
  readonly fetched: Promise<void>;
  /** To be called when it is not needed any more, or will not be awaited. */
  release(): void;
}

/** The bytes of an asynchronous source, as far as they were fetched. */
export class FetchedPort implements FilePort {
  /** Blocks that a call needs; they are not forgotten. */
  readonly #needed = new Map<number, NeededBlock>();
  /** Others, by number; the least recently used first. */
  readonly #kept = new Map<number, Uint8Array>();
  /** Blocks that were asked for and have not come. */
  readonly #coming = new Map<number, Promise<void>>();
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
      const block = this.#block(number);
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
      if (this.#block(number) === undefined) throw new MissingBytes(from, position + length - from);
    }
  }

  /** Runs a pure step until it lacks nothing, and returns its result. What it lacked stays until then. */
  async step<T>(run: () => T): Promise<T> {
    const releases: (() => void)[] = [];
    let readAhead = this.readAheadBytes;
    let bytes = 0;
    try {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        try {
          return run();
        } catch (error) {
          if (!(error instanceof MissingBytes)) throw error;
          const length = Math.max(error.length, readAhead);
          bytes += length;
          if (bytes > MAX_STEP_BYTES) break;
          readAhead = Math.min(2 * readAhead, MAX_READ_AHEAD_BYTES);
          const { fetched, release } = this.fetch([{ position: error.position, length }]);
          releases.push(release);
          await fetched;
        }
      }
    } finally {
      for (const release of releases) release();
    }
    throw new FileStorageException(
      `${this.name}: ${bytes} bytes would be read for one step; the file is damaged, or has to be read where it is`,
    );
  }

  /** Fetches ranges, those that lie together at once, and keeps them until they are released. */
  fetch(ranges: Iterable<ByteRange>): Fetching {
    const numbers = new Set(this.#blocksOf(ranges));
    const missing: number[] = [];
    const coming = new Set<Promise<void>>();
    for (const number of numbers) {
      const block = this.#take(number);
      if (block.bytes !== undefined) continue;
      const known = this.#coming.get(number);
      if (known === undefined) missing.push(number);
      else coming.add(known);
    }
    for (const { position, length, blocks } of joined(missing, this.size))
      coming.add(this.#fetchBlocks(position, length, blocks));
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      for (const number of numbers) this.#release(number);
      this.#forgetSome();
    };
    const fetched = Promise.all(coming).then(() => undefined);
    // Where an earlier part of a call fails, this one is not awaited any more.
    fetched.catch(() => undefined);
    return { fetched, release };
  }

  #block(number: number): Uint8Array | undefined {
    const needed = this.#needed.get(number)?.bytes;
    if (needed !== undefined) return needed;
    const kept = this.#kept.get(number);
    if (kept === undefined) return undefined;
    this.#kept.delete(number);
    this.#kept.set(number, kept);
    return kept;
  }

  #take(number: number): NeededBlock {
    let block = this.#needed.get(number);
    if (block === undefined) {
      const bytes = this.#kept.get(number);
      this.#kept.delete(number);
      block = bytes === undefined ? { users: 0 } : { users: 0, bytes };
      this.#needed.set(number, block);
    }
    block.users += 1;
    return block;
  }

  #release(number: number): void {
    const block = this.#needed.get(number);
    if (block === undefined) return;
    block.users -= 1;
    if (block.users > 0) return;
    this.#needed.delete(number);
    if (block.bytes !== undefined) this.#kept.set(number, block.bytes);
  }

  /** Fetches a range, and keeps those blocks of it that a call needs. */
  #fetchBlocks(position: number, length: number, blocks: readonly number[]): Promise<void> {
    const work = async () => {
      try {
        const bytes = new Uint8Array(length);
        await this.#request(bytes, position);
        for (const number of blocks) {
          const block = this.#needed.get(number);
          const at = number * BLOCK_BYTES - position;
          if (block !== undefined) block.bytes = bytes.slice(at, at + BLOCK_BYTES);
        }
      } finally {
        for (const number of blocks) this.#coming.delete(number);
      }
    };
    const coming = work();
    for (const number of blocks) this.#coming.set(number, coming);
    return coming;
  }

  /** @throws FileStorageException the source gave fewer bytes. */
  async #request(target: Uint8Array, position: number): Promise<void> {
    if (this.#running >= REQUESTS_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      for (let at = 0; at < target.length; ) {
        const count = await this.#ask(target.subarray(at), position + at);
        if (count === 0)
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

  async #ask(target: Uint8Array, position: number): Promise<number> {
    const asked = { name: this.name, position, length: target.length };
    try {
      return readCount(await this.source.read(target, position), asked);
    } catch (error) {
      throw readFailure(error, asked);
    }
  }

  *#blocksOf(ranges: Iterable<ByteRange>): Generator<number> {
    for (const { position, length } of ranges) {
      const end = Math.min(position + length, this.size);
      for (let number = Math.floor(position / BLOCK_BYTES); number * BLOCK_BYTES < end; number += 1)
        yield number;
    }
  }

  #forgetSome(): void {
    for (const number of this.#kept.keys()) {
      if (this.#kept.size * BLOCK_BYTES <= KEPT_BYTES) return;
      this.#kept.delete(number);
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
function joined(
  blocks: readonly number[],
  size: number,
): (ByteRange & { readonly blocks: readonly number[] })[] {
  const result: { position: number; length: number; blocks: number[] }[] = [];
  for (const number of [...blocks].sort((left, right) => left - right)) {
    const position = number * BLOCK_BYTES;
    const end = Math.min(position + BLOCK_BYTES, size);
    const last = result.at(-1);
    const gap = last === undefined ? 0 : position - last.position - last.length;
    if (last !== undefined && gap <= MAX_GAP_BYTES && end - last.position <= MAX_REQUEST_BYTES) {
      last.length = end - last.position;
      last.blocks.push(number);
    } else result.push({ position, length: end - position, blocks: [number] });
  }
  return result;
}
