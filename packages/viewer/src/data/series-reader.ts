import type { NDArray } from "@tvb-storage/core/arrays";
import type { DataFile } from "./data-file.js";
import type { Series } from "./series.js";
import {
  type Block,
  type BlockGrid,
  type BlockId,
  blockBytes,
  blockGrid,
  blockKey,
  blockSelection,
  heldBytes,
  splitBlocks,
} from "./series-blocks.js";

/** Memory for blocks that were read; those not used for longest are let go. */
const CACHE_BYTES = 64 * 1024 * 1024;
/** Blocks that follow each other are read together, up to this. */
const READ_BYTES = 2 * 1024 * 1024;
const READS_AT_ONCE = 4;
/** What is read in this time is told together: each time, the window is drawn. */
const TELL_EVERY_MS = 30;

interface PendingRead {
  readonly keys: readonly string[];
  readonly cancel: AbortController;
}

/**
 * The blocks of a series that are in memory, and the reads of those that are wanted. What is wanted changes with each
 * movement of the window: reads go on for what is still wanted, and are cancelled for what is not.
 */
export class SeriesReader {
  readonly grid: BlockGrid;
  /** Of the elements that were read, decoded. */
  bytesRead = 0;
  /** Counts what changed. */
  version = 0;
  /** Why a block could not be read; nothing more is read then, until `retry`. */
  failure: unknown;

  readonly #data: DataFile;
  readonly #cacheBytes: number;
  /** In the order of their last use. */
  readonly #blocks = new Map<string, Block>();
  #held = 0;
  readonly #pending = new Set<PendingRead>();
  #wanted: readonly BlockId[] = [];
  #wantedKeys = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #told: ReturnType<typeof setTimeout> | undefined;

  constructor(
    data: DataFile,
    readonly series: Series,
    { cacheBytes = CACHE_BYTES } = {},
  ) {
    this.#data = data;
    this.#cacheBytes = cacheBytes;
    this.grid = blockGrid(series);
  }

  /** For React's `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A block that is in memory. */
  block(id: BlockId): Block | undefined {
    const key = blockKey(id);
    const block = this.#blocks.get(key);
    if (block !== undefined) {
      this.#blocks.delete(key);
      this.#blocks.set(key, block);
    }
    return block;
  }

  /** In bytes. */
  get held(): number {
    return this.#held;
  }

  get isReading(): boolean {
    return this.#pending.size > 0;
  }

  /** Reads these blocks, the first ones first; what was wanted before is not any more. */
  want(blocks: readonly BlockId[]): void {
    this.#wanted = blocks;
    this.#wantedKeys = new Set(blocks.map(blockKey));
    for (const read of this.#pending) {
      if (read.keys.some((key) => this.#wantedKeys.has(key))) continue;
      this.#pending.delete(read);
      read.cancel.abort();
    }
    this.#startReads();
  }

  retry(): void {
    this.failure = undefined;
    this.#startReads();
    this.#changed();
  }

  /** Blocks that follow each other, read and not kept. */
  async stream(first: BlockId, count: number, signal: AbortSignal): Promise<readonly Block[]> {
    const selection = blockSelection(this.series, this.grid, first, count);
    const array = await this.#data.read(this.series.path, { selection, signal });
    this.#countRead(array);
    return splitBlocks(array, this.grid.rowsPerBlock);
  }

  #startReads(): void {
    if (this.failure !== undefined) return;
    const busy = new Set([...this.#pending].flatMap(({ keys }) => keys));
    for (let at = 0; at < this.#wanted.length && this.#pending.size < READS_AT_ONCE; ) {
      const first = this.#wanted[at];
      const count = this.#runLength(at, busy);
      if (first !== undefined && count > 0)
        this.#read(first, this.#wanted.slice(at, at + count).map(blockKey));
      at += Math.max(1, count);
    }
  }

  /** How many wanted blocks from `at` on follow each other in the series and are to be read. */
  #runLength(at: number, busy: ReadonlySet<string>): number {
    const first = this.#wanted[at];
    if (first === undefined) return 0;
    const most = Math.max(1, Math.floor(READ_BYTES / blockBytes(this.grid, first.group)));
    let count = 0;
    while (count < most) {
      const next = this.#wanted[at + count];
      if (next === undefined || next.group !== first.group || next.index !== first.index + count) break;
      const key = blockKey(next);
      if (this.#blocks.has(key) || busy.has(key)) break;
      count += 1;
    }
    return count;
  }

  #read(first: BlockId, keys: readonly string[]): void {
    const read: PendingRead = { keys, cancel: new AbortController() };
    this.#pending.add(read);
    const selection = blockSelection(this.series, this.grid, first, keys.length);
    this.#data.read(this.series.path, { selection, signal: read.cancel.signal }).then(
      (array) => {
        if (!this.#pending.delete(read)) return;
        this.#countRead(array);
        splitBlocks(array, this.grid.rowsPerBlock).forEach((block, at) => {
          const key = keys[at];
          if (key !== undefined) this.#keep(key, block);
        });
        this.#startReads();
        this.#changed();
      },
      (error: unknown) => {
        if (!this.#pending.delete(read)) return;
        this.failure = error;
        this.#changed();
      },
    );
  }

  #keep(key: string, block: Block): void {
    this.#blocks.set(key, block);
    this.#held += heldBytes(block);
    for (const [oldest, old] of this.#blocks) {
      if (this.#held <= this.#cacheBytes) break;
      if (this.#wantedKeys.has(oldest)) continue;
      this.#blocks.delete(oldest);
      this.#held -= heldBytes(old);
    }
  }

  #countRead({ data }: NDArray): void {
    if (!Array.isArray(data)) this.bytesRead += data.byteLength;
  }

  #changed(): void {
    this.#told ??= setTimeout(() => {
      this.#told = undefined;
      this.version += 1;
      for (const listener of this.#listeners) listener();
    }, TELL_EVERY_MS);
  }
}
