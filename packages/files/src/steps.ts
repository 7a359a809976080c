import { nextTurn } from "./next-turn.js";

// What takes long is a generator that yields where others may run. With pauses it runs in a call of
// a manager; without, where it is known to be short, and at the end of the process, where nothing can be awaited.

/** Lets others run between the steps. */
export async function inTurns(steps: Iterable<unknown>): Promise<void> {
  for (const _ of steps) await nextTurn();
}

/** All at once. */
export function atOnce(steps: Iterable<unknown>): void {
  for (const _ of steps) {
    // The work is in the iterator.
  }
}
