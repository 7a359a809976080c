const PAGE_BYTES = 65536;

/** The memory of WASM as it was at one moment, to go back to. Empty pages are not kept. */
export class HeapImage {
  readonly #pages = new Map<number, Uint8Array>();
  readonly #bytes: number;

  constructor(heap: Uint8Array) {
    this.#bytes = heap.length;
    const words = new BigUint64Array(heap.buffer, heap.byteOffset, heap.length / 8);
    const wordsOfPage = PAGE_BYTES / 8;
    for (let start = 0; start < heap.length; start += PAGE_BYTES) {
      const first = start / 8;
      if (words.subarray(first, first + wordsOfPage).every((word) => word === 0n)) continue;
      this.#pages.set(start, heap.slice(start, start + PAGE_BYTES));
    }
  }

  /** Makes the memory what it was. What it has grown by since is free, and stays as it is. */
  restore(heap: Uint8Array): void {
    for (let start = 0; start < this.#bytes; start += PAGE_BYTES) {
      const page = this.#pages.get(start);
      if (page === undefined) heap.fill(0, start, Math.min(start + PAGE_BYTES, this.#bytes));
      else heap.set(page, start);
    }
  }

  /** Bytes that the image takes. */
  get size(): number {
    return this.#pages.size * PAGE_BYTES;
  }
}
