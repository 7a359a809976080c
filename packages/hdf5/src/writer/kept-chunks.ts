/** Bytes of chunks that are kept, at most. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Chunks that are not full, decoded, for the next write into them. */
export class KeptChunks {
  readonly #chunks = new Map<string, Uint8Array>();
  #bytes = 0;

  /** By the place of its first element. */
  get(offset: readonly number[]): Uint8Array | undefined {
    return this.#chunks.get(offset.join());
  }

  /** Does nothing where the chunk is kept already. */
  keep(offset: readonly number[], bytes: Uint8Array): void {
    const key = offset.join();
    if (this.#chunks.has(key)) return;
    if (this.#bytes + bytes.length > MAX_BYTES) {
      this.#chunks.clear();
      this.#bytes = 0;
    }
    this.#chunks.set(key, bytes);
    this.#bytes += bytes.length;
  }

  drop(offset: readonly number[]): void {
    const key = offset.join();
    this.#bytes -= this.#chunks.get(key)?.length ?? 0;
    this.#chunks.delete(key);
  }
}
