import { nextTurn } from "./next-turn.js";

/**
 * Work on the only thread that lets other work run now and then. All that do the same work share one: those that went
 * on while another one waits would hold up the others.
 */
export class Turns {
  #since = 0;
  #turn: Promise<void> = Promise.resolve();

  /** Others run after so many bytes. */
  constructor(private readonly bytes: number) {}

  /** To be awaited before or after each piece of work. */
  async spend(bytes: number): Promise<void> {
    this.#since += bytes;
    if (this.#since >= this.bytes) {
      this.#since = 0;
      // Each has a turn of its own, where several wait.
      this.#turn = this.#turn.then(nextTurn);
    }
    await this.#turn;
  }
}
