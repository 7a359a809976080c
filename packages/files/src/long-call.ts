import { cancelledException, throwIfAborted } from "./cancellation.js";
import type { LongOptions, Progress } from "./long-options.js";
import { nextTurn } from "./next-turn.js";
import { reportProgress } from "./report-progress.js";

/** A call that may take long: it can be cancelled, reports progress, and lets other work run. */
export class LongCall {
  /** The whole work in units of progress; 0 where that is not known. */
  total = 0;
  readonly #signals: readonly AbortSignal[];
  readonly #onProgress: Progress | undefined;
  #done = 0;
  #reported: number | undefined;

  /**
   * @param what For messages: what is not done when a signal ends the call.
   * @param given Every signal is obeyed; only the last listener is called.
   */
  constructor(
    readonly what: string,
    ...given: readonly (LongOptions | undefined)[]
  ) {
    this.#signals = given.flatMap((options) => options?.signal ?? []);
    this.#onProgress = given.flatMap((options) => options?.onProgress ?? []).at(-1);
  }

  /**
   * To be called between the steps of the work.
   *
   * @throws FileStorageException a signal is aborted.
   */
  check(): void {
    for (const signal of this.#signals) throwIfAborted(signal, this.what);
  }

  /** Lets others run, and then checks. */
  async pause(): Promise<void> {
    await nextTurn();
    this.check();
  }

  /**
   * What `work` gives. Where a signal is aborted before, `work` is not awaited any more: it may hang.
   *
   * @throws FileStorageException a signal is aborted.
   */
  async orCancelled<T>(work: Promise<T>): Promise<T> {
    this.check();
    const removals: (() => void)[] = [];
    const cancelled = new Promise<never>((_, reject) => {
      for (const signal of this.#signals) {
        const stop = () => reject(cancelledException(signal, this.what));
        signal.addEventListener("abort", stop);
        removals.push(() => signal.removeEventListener("abort", stop));
      }
    });
    try {
      return await Promise.race([work, cancelled]);
    } finally {
      for (const remove of removals) remove();
    }
  }

  /**
   * Adds to what is done.
   *
   * @throws FileStorageException the listener threw.
   */
  advance(amount: number): void {
    this.advanceTo(this.#done + amount);
  }

  /** Sets what is done in all. Throws as `advance`. */
  advanceTo(done: number): void {
    this.#done = done;
    this.#report(this.total === 0 ? done : Math.min(done, this.total));
  }

  /** Reports that all is done, unless that was reported before. Throws as `advance`. */
  finish(): void {
    if (this.#reported !== this.total) this.#report(this.total);
  }

  /** The same call without a listener, for a part that progress does not count. */
  quiet(): LongCall {
    return new LongCall(this.what, ...this.#signals.map((signal) => ({ signal })));
  }

  #report(done: number): void {
    this.#reported = done;
    reportProgress(this.#onProgress, done, this.total, this.what);
  }
}
