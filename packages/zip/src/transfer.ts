import { type LongOptions, type Progress, tellProgress, throwIfAborted } from "@tvb-storage/files";

/** The progress and the signals of one call; those of the archive and of the call both count. */
export class Transfer {
  /** Bytes. */
  total = 0;
  #done = 0;
  readonly #signals: readonly AbortSignal[];
  readonly #onProgress: Progress | undefined;

  /** `what` names what is not done when a signal ends it. */
  constructor(
    readonly what: string,
    ofArchive: LongOptions,
    ofCall?: LongOptions,
  ) {
    this.#signals = [ofArchive.signal, ofCall?.signal].filter((signal) => signal !== undefined);
    this.#onProgress = ofCall?.onProgress ?? ofArchive.onProgress;
  }

  /** @throws FileStorageException a signal is aborted. */
  check(): void {
    for (const signal of this.#signals) throwIfAborted(signal, this.what);
  }

  /**
   * Counts `bytes` as done.
   *
   * @throws FileStorageException `onProgress` threw.
   */
  advance(bytes: number): void {
    this.#done += bytes;
    tellProgress(this.#onProgress, this.#done, this.total, this.what);
  }
}
