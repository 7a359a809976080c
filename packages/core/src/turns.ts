/** A lock that is had by one at a time, in the order in which they asked. */
export class Turns {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  /** Whether somebody has it. */
  get taken(): boolean {
    return this.#taken;
  }

  /** Undefined where it was free and is the caller's from now on; else a promise of that. */
  take(): Promise<void> | undefined {
    if (this.#taken) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#taken = true;
    return undefined;
  }

  /** Hands it to the next. To be called once by whoever has it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken = false;
    else next();
  }
}
