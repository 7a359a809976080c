/** A browser's end of a channel; Node's own type has no `onmessage`. */
interface Port {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** What runtimes offer to let other work run; not every one has both. */
interface Scheduler {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: new () => { readonly port1: Port; readonly port2: Port };
}

/**
 * Lets timers, I/O and other promises run. Awaited between two blocks of
 * a long operation, so that nothing waits longer than one block.
 */
export function nextTurn(): Promise<void> {
  // Typed as in a browser.
  const { setImmediate, MessageChannel } = globalThis as unknown as Scheduler;
  return new Promise((resolve) => {
    if (setImmediate !== undefined) setImmediate(resolve);
    else if (MessageChannel !== undefined) {
      // Browsers delay nested timers by 4 ms each, but not messages.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    } else setTimeout(resolve, 0);
  });
}
