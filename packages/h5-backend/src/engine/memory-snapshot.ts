const PAGE_BYTES = 65536;

/** The memory of WASM as it was at one moment, to go back to. Empty pages are not kept. */
export class MemorySnapshot {
  readonly #pages = new Map<number, Uint8Array>();
  /** The end of the last page that is not empty; behind it there was only free memory. */
  readonly #end: number;

  constructor(heap: Uint8Array) {
    const words = new Int32Array(heap.buffer, heap.byteOffset, heap.length / 4);
    let end = 0;
    for (let start = 0; start < heap.length; start += PAGE_BYTES) {
      if (isEmpty(words, start / 4, PAGE_BYTES / 4)) continue;
      this.#pages.set(start, heap.slice(start, start + PAGE_BYTES));
      end = start + PAGE_BYTES;
    }
    this.#end = end;
  }

  /**
   * Restores the memory. Free memory need not be zeros; with `clear` it is set to zeros too, so
   * that no later content is left in it.
   */
  restore(heap: Uint8Array, clear: boolean): void {
    if (clear) heap.fill(0, this.#end);
    for (let start = 0; start < this.#end; start += PAGE_BYTES) {
      const page = this.#pages.get(start);
      if (page === undefined) heap.fill(0, start, start + PAGE_BYTES);
      else heap.set(page, start);
    }
  }
}

function isEmpty(words: Int32Array, start: number, count: number): boolean {
  // A loop: `every` with a function takes six times as long, and this is in the first call of each process.
  for (let at = start; at < start + count; at++) if (words[at] !== 0) return false;
  return true;
}
