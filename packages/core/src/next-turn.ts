/** What a runtime offers for giving way to whatever else is waiting; not every one has `setImmediate`. */
const scheduler = globalThis as { setImmediate?: (callback: () => void) => unknown };

/**
 * Lets timers, I/O and other promises run: to be awaited between two slabs of
 * a long operation, so that none of them waits longer than one slab.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (scheduler.setImmediate !== undefined) scheduler.setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
