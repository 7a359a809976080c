/** Bytes that are read at once where a few are asked for. */
const BLOCK_BYTES = 8192;
/** Longer reads do not use the cache. */
const MAX_CACHED_READ = 2048;
const MAX_BLOCKS = 256;

/** Memory of caches that ended, to be used again: allocating it takes longer than reading a block. */
const spare: Uint8Array[] = [];
const MAX_SPARE = 64;

/**
 * Answers small reads from blocks that were read before: opening a file and
 * finding a dataset takes dozens of them, most within a few blocks. Only for
 * bytes that do not change while the cache is in use.
 */
export class BlockCache {
  readonly #blocks = new Map<number, Uint8Array>();
  /** Blocks whose content may have changed; their memory is used again. */
  readonly #expired = new Set<number>();

  /**
   * `limit`: bytes from here on are never cached. `beneath` fills its target, with
   * fewer bytes only at the end.
   */
  constructor(
    readonly limit: number,
    private readonly beneath: (target: Uint8Array, position: number) => number,
  ) {}

  /** The file now has `data` at `position`. */
  update(data: Uint8Array, position: number): void {
    const end = position + data.length;
    for (let at = position; at < end; ) {
      const index = Math.floor(at / BLOCK_BYTES);
      const start = index * BLOCK_BYTES;
      const stop = Math.min(end, start + BLOCK_BYTES);
      const block = this.#blocks.get(index);
      if (block !== undefined) {
        const piece = data.subarray(at - position, stop - position);
        block.set(piece.subarray(0, Math.max(0, start + block.length - at)), at - start);
      }
      at = stop;
    }
  }

  /** Every block is read again at its next use. */
  expire(): void {
    for (const index of this.#blocks.keys()) this.#expired.add(index);
  }

  /** Gives its memory back; it must not be used afterwards. */
  dispose(): void {
    for (const block of this.#blocks.values()) {
      if (spare.length < MAX_SPARE && block.buffer.byteLength === BLOCK_BYTES)
        spare.push(new Uint8Array(block.buffer));
    }
    this.#blocks.clear();
  }

  read(target: Uint8Array, position: number): number {
    const end = position + target.length;
    if (target.length > MAX_CACHED_READ || end > this.limit) return this.beneath(target, position);
    for (let at = position; at < end; ) {
      const index = Math.floor(at / BLOCK_BYTES);
      const start = index * BLOCK_BYTES;
      const block = this.#block(index, start);
      const count = Math.min(end, start + block.length) - at;
      if (count <= 0) return at - position;
      target.set(block.subarray(at - start, at - start + count), at - position);
      at += count;
    }
    return target.length;
  }

  #block(index: number, start: number): Uint8Array {
    const known = this.#blocks.get(index);
    const isExpired = this.#expired.size > 0 && this.#expired.has(index);
    if (known !== undefined && !isExpired) return known;
    const length = Math.min(BLOCK_BYTES, this.limit - start);
    const buffer = known?.length === length ? known : this.#memory();
    const block = buffer.subarray(0, this.beneath(buffer.subarray(0, length), start));
    // Only now: if the read failed, the block stays expired.
    if (isExpired) this.#expired.delete(index);
    this.#blocks.set(index, block);
    return block;
  }

  /** Memory for one more block: that of the oldest, where there are many. */
  #memory(): Uint8Array {
    const [oldest] = this.#blocks.size < MAX_BLOCKS ? [] : this.#blocks;
    if (oldest === undefined) return spare.pop() ?? new Uint8Array(BLOCK_BYTES);
    const [index, { buffer }] = oldest;
    this.#blocks.delete(index);
    this.#expired.delete(index);
    return new Uint8Array(buffer, 0, BLOCK_BYTES);
  }
}
