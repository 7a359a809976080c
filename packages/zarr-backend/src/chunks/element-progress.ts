import { elementCount, itemSize, type NDArray } from "@tvb-storage/core";
import { type LongOptions, reportProgress, throwIfAborted } from "@tvb-storage/files";
import { Turns } from "@tvb-storage/files/internal";

/** Others have their turn after so many bytes. One chunk of the usual length has fewer. */
const TURN_BYTES = 2 * 1024 * 1024;

/** Counts the elements that a call has read or written, lets others run, and ends it where it is cancelled. */
export class ElementProgress {
  #done = 0;
  readonly #turns = new Turns(TURN_BYTES);
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

  /** Before each chunk, of so many bytes. @throws FileStorageException the call was cancelled. */
  async begin(bytes: number): Promise<void> {
    await this.#turns.spend(bytes);
    throwIfAborted(this.call.signal, this.what);
  }

  /** After each chunk; the last report is made by the manager. */
  add(elements: number): void {
    this.#done += elements;
    if (this.#done < this.#total)
      reportProgress(this.call.onProgress, this.#done * this.#itemBytes, this.#total * this.#itemBytes);
  }
}
