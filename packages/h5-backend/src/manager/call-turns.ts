/** So many calls of a thread have files open at a time: two each, and systems allow a process as few as 256. */
const MAX_CALLS = 64;

/**
 * Who may open files now. Calls do their input and output at once, so more of them side by side would not be
 * quicker; but each has files open until it is done, and a process may open only so many.
 *
 * A turn lasts as long as a call, not as long as a file is kept open, and a call that has one waits for nothing that
 * needs one: so nobody waits for ever.
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
