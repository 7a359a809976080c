import { elementCount, itemSize, type NDArray } from "@tvb-storage/core";
import { type LongOptions, reportProgress, throwIfAborted } from "@tvb-storage/files";

/** Counts the elements that a call has read or written, and ends it where it is cancelled. */
export class ElementProgress {
  #done = 0;
  readonly #itemBytes: number;
  readonly #total: number;

  /** @param what The call, for the message: `reading /x of ...`. */
  constructor(
    dtype: NDArray["dtype"],
    shape: readonly number[],
    private readonly what: string,
    private readonly call: LongOptions = {},
  ) {
    this.#itemBytes = itemSize(dtype);
    this.#total = elementCount(shape);
  }

  get signal(): AbortSignal | undefined {
    return this.call.signal;
  }

  /** Before each chunk. @throws FileStorageException the call was cancelled. */
  check(): void {
    throwIfAborted(this.call.signal, this.what);
  }

  /** After each chunk; the last report is made by the manager. */
  add(elements: number): void {
    this.#done += elements;
    if (this.#done < this.#total)
      reportProgress(this.call.onProgress, this.#done * this.#itemBytes, this.#total * this.#itemBytes);
  }
}
