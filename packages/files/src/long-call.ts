import { throwIfAborted } from "./cancellation.js";
import type { LongOptions, Progress } from "./long-options.js";
import { nextTurn } from "./next-turn.js";
import { reportProgress } from "./report-progress.js";

/** A call that may take long: it can be cancelled, tells how far it is, and lets others run. */
export class LongCall {
  /** What there is to do, as progress counts it; 0 where that is not known. */
  total = 0;
  readonly #signals: readonly AbortSignal[];
  readonly #onProgress: Progress | undefined;
  #done = 0;
  #told: number | undefined;

  /**
   * @param what Names in messages what is not done when a signal ends the call.
   * @param given Every signal counts, and the last listener.
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
   * Counts so much as done.
   *
   * @throws FileStorageException the listener threw.
   */
  advance(amount: number): void {
    this.advanceTo(this.#done + amount);
  }

  /** Counts so much in all as done. Throws as `advance`. */
  advanceTo(done: number): void {
    this.#done = done;
    this.#tell(this.total === 0 ? done : Math.min(done, this.total));
  }

  /** Tells that all is done, where that was not told before. Throws as `advance`. */
  finish(): void {
    if (this.#told !== this.total) this.#tell(this.total);
  }

  /** The same call without a listener, for a part of it that does not count. */
  quiet(): LongCall {
    return new LongCall(this.what, ...this.#signals.map((signal) => ({ signal })));
  }

  #tell(done: number): void {
    this.#told = done;
    reportProgress(this.#onProgress, done, this.total, this.what);
  }
}
