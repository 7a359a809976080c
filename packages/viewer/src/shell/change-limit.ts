/** Safari throws at more than 100 changes of the address in 30 seconds, and Chromium leaves out those above 200 in 10. */
const WINDOW_MS = 30_000;
const AT_ONCE = 50;
const LATER_MS = 1000;

/** How long the next change of the page's address has to wait, so that browsers take it: nothing as long as they are few. */
export class ChangeLimit {
  /** Times of the last changes, in milliseconds. */
  #changes: number[] = [];

  /** In milliseconds. Of changes that wait only the last one is made, once the time is over. */
  delay(now: number): number {
    this.#changes = this.#changes.filter((time) => now - time < WINDOW_MS);
    const last = this.#changes.at(-1);
    if (last === undefined || this.#changes.length < AT_ONCE) return 0;
    return Math.max(0, last + LATER_MS - now);
  }

  changed(now: number): void {
    this.#changes.push(now);
  }
}
