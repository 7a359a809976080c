import type { LongCall } from "@tvb-storage/files/internal";

/** The longest piece of work that the event loop waits for, in bytes. */
export const BLOCK_BYTES: number = 4 * 1024 * 1024;

/** A piece of work that was done. */
export interface Step {
  /** Elements that are in the result now. */
  readonly count: number;
  /** What it cost, in bytes that could have been moved meanwhile. */
  readonly bytes: number;
}

/** Lets others run after each few MiB. */
export class Turns {
  #bytes = 0;

  /** Progress is counted in bytes of elements of this size. */
  constructor(
    readonly call: LongCall,
    readonly elementSize: number,
  ) {}

  /** To be called after each step; what it returns is to be awaited. */
  did({ count, bytes }: Step): Promise<void> | undefined {
    if (count > 0) this.call.advance(count * this.elementSize);
    this.#bytes += bytes;
    if (this.#bytes < BLOCK_BYTES) return undefined;
    this.#bytes = 0;
    return this.call.pause();
  }
}
