export interface WorkAheadLimits {
  /** Jobs at a time. */
  readonly jobs: number;
  /** Bytes that the running jobs may hold together; one job alone may hold more. */
  readonly bytes: number;
}

/** Runs jobs in parallel, up to a number of jobs and of bytes. */
export class WorkAhead {
  readonly #limits: WorkAheadLimits;
  readonly #running = new Set<Promise<void>>();
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(limits: WorkAheadLimits) {
    this.#limits = limits;
  }

  /**
   * Waits until `job` fits and starts it, without waiting for its end. `bytes` is
   * what it will hold. Rejects with the error of an earlier job that failed;
   * `job` is not started then.
   */
  async start(bytes: number, job: () => Promise<void>): Promise<void> {
    while (this.#failure === undefined && !this.#hasRoom(bytes)) await Promise.race(this.#running);
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#bytes += bytes;
    const running = job()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#bytes -= bytes;
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /** Waits until no job runs any more. Rejects with the first error of a job. */
  async finish(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #hasRoom(bytes: number): boolean {
    if (this.#running.size === 0) return true;
    return this.#running.size < this.#limits.jobs && this.#bytes + bytes <= this.#limits.bytes;
  }
}
