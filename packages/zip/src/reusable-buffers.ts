/** Allocating a smaller one is cheaper than finding a free one. */
const SMALLEST = 64 * 1024;
/** Lengths are rounded up, so that a buffer of one entry fits the next. */
const STEP = 256 * 1024;
/** Maximum bytes of free buffers that are kept. */
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * Buffers that are used again. New ones for each entry would make V8 collect
 * garbage every few entries, since it counts bytes outside its heap.
 */
export class ReusableBuffers {
  readonly #free: ArrayBufferLike[] = [];
  #freeBytes = 0;

  /** A buffer of `length` bytes with any content. */
  take(length: number): Buffer {
    if (length < SMALLEST) return Buffer.allocUnsafe(length);
    const found = this.#free.findIndex((memory) => memory.byteLength >= length);
    const [memory = new ArrayBuffer(Math.ceil(length / STEP) * STEP)] =
      found < 0 ? [] : this.#free.splice(found, 1);
    if (found >= 0) this.#freeBytes -= memory.byteLength;
    return Buffer.from(memory, 0, length);
  }

  /** Releases a buffer of `take`, which must not be used any more. */
  giveBack({ buffer: memory, length }: Buffer): void {
    if (length < SMALLEST || this.#freeBytes + memory.byteLength > KEPT_BYTES) return;
    this.#free.push(memory);
    this.#freeBytes += memory.byteLength;
  }
}
