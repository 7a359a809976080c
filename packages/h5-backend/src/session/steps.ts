import { nextTurn } from "@tvb-storage/files";

// What takes long is a generator that yields where others may run. Driven with
// pauses it is a call of a manager; driven without, it is the same at the end
// of the process, where nothing can be waited for.

/** Lets others run between the steps. */
export async function inTurns(steps: Iterable<void>): Promise<void> {
  for (const _ of steps) await nextTurn();
}

/** All at once. */
export function atOnce(steps: Iterable<void>): void {
  for (const _ of steps) {
    // The work is in the iterator.
  }
}
