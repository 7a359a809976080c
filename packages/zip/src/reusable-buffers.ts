/** Smaller ones cost less than to look for one that is free. */
const SMALLEST = 64 * 1024;
/** Lengths are rounded up, so that a buffer of one entry fits the next. */
const STEP = 256 * 1024;
/** Bytes that are kept while nobody uses them. */
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * Buffers that are used again. A new one for each entry would make V8 collect
 * its garbage every few entries, as it does by the bytes outside of its heap.
 */
export class ReusableBuffers {
  readonly #free: ArrayBufferLike[] = [];
  #freeBytes = 0;

  /** A buffer of `length` bytes, which hold anything. */
  take(length: number): Buffer {
    if (length < SMALLEST) return Buffer.allocUnsafe(length);
    const found = this.#free.findIndex((memory) => memory.byteLength >= length);
    const [memory = new ArrayBuffer(Math.ceil(length / STEP) * STEP)] =
      found < 0 ? [] : this.#free.splice(found, 1);
    if (found >= 0) this.#freeBytes -= memory.byteLength;
    return Buffer.from(memory, 0, length);
  }

  /** The caller uses a buffer of `take` no more, and nor does anybody to whom it gave it. */
  giveBack({ buffer: memory, length }: Buffer): void {
    if (length < SMALLEST || this.#freeBytes + memory.byteLength > KEPT_BYTES) return;
    this.#free.push(memory);
    this.#freeBytes += memory.byteLength;
  }
}
