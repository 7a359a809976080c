import { nextTurn } from "@tvb-storage/files";

/**
 * Work on a page's only thread that lets the page's other work run now and then. All that do the same work share one:
 * those that went on while another one waits would hold up the page.
 */
export class PageTurns {
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

/** Pieces of a result as one. */
export function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}
