/** The most calls of a thread that have files open at a time: two each, and some systems allow a process only 256. */
const MAX_CALLS = 64;

/**
 * Limits the calls that open files at a time. Their input and output is synchronous, so more of
 * them at a time would not be faster; but each has files open until it is done, and a process may
 * open only a limited number.
 *
 * A turn lasts as long as a call, not as long as a file is kept open, and a call that has one waits
 * for nothing that needs one: so there is no deadlock.
 */
export class CallTurns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(maxCalls: number = MAX_CALLS) {
    this.#free = maxCalls;
  }

  /** Runs `work` in a turn, in the order in which calls came. It must not ask for another. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const entering = this.#enter();
    if (entering !== undefined) await entering;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Gives the turn that the caller is in to others while it waits, and takes another one afterwards. */
  async whileWaiting<T>(wait: () => Promise<T>): Promise<T> {
    this.#leave();
    try {
      return await wait();
    } finally {
      await this.#enter();
    }
  }

  #enter(): Promise<void> | undefined {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
    return undefined;
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** Those of this thread. */
export const callTurns = new CallTurns();

/** For `acquireWriterLock` within a turn: a call that waits for another writer lets others have theirs. */
export const whileWaiting = (wait: () => Promise<void>): Promise<void> => callTurns.whileWaiting(wait);
