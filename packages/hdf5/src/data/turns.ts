import { nextTurn, throwIfAborted } from "@tvb-storage/files";

/** The event loop waits for no longer piece of work than one of so many bytes. */
export const BLOCK_BYTES: number = 4 * 1024 * 1024;

/** A long read's contact with its caller. */
export interface ReadControl {
  readonly signal?: AbortSignal | undefined;
  /** Told after each piece how many elements it had. */
  readonly onElements?: (count: number) => void;
}

/** A piece of work that was done. */
export interface Step {
  /** Elements that are in the result now. */
  readonly count: number;
  /** What it cost, in bytes that could have been moved meanwhile. */
  readonly bytes: number;
}

/** Lets others run after each few MiB, and hears whether the caller cancels. */
export class Turns {
  #bytes = 0;

  /** `what` names the dataset in messages. */
  constructor(
    readonly what: string,
    readonly control: ReadControl,
  ) {}

  async pause(): Promise<void> {
    await nextTurn();
    throwIfAborted(this.control.signal, `reading ${this.what}`);
  }

  /** To be called after each step; what it gives is to be awaited. */
  did({ count, bytes }: Step): Promise<void> | undefined {
    if (count > 0) this.control.onElements?.(count);
    this.#bytes += bytes;
    if (this.#bytes < BLOCK_BYTES) return undefined;
    this.#bytes = 0;
    return this.pause();
  }
}
