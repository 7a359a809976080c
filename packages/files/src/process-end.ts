import { failAtEnd, onProcessEnd } from "#platform";
import { errorMessage } from "./system-error.js";

/** Something that is still open when the process (or worker thread) ends. */
interface OpenAtEnd {
  /** Before an ordinary end, when the event loop is empty. */
  finish(): Promise<void>;
  /** At the very end, without waiting for anything. */
  finishNow(): void;
}

/** Lists what is open now. */
export type ListOpen = () => readonly OpenAtEnd[];

/** One hook per process (and thread), also where two copies of this package are loaded. */
const KEY = Symbol.for("@tvb-storage/process-end/1");

/**
 * Closes what is open at the end of the process: also after `process.exit` and an uncaught exception, not when it
 * is killed. Errors are written to stderr, and the process ends with a failure.
 *
 * @param list The same function in all calls of a caller.
 */
export function atProcessEnd(list: ListOpen): void {
  // All copies of this package find the same list by a registered symbol.
  const holder = globalThis as { [KEY]?: Set<ListOpen> };
  if (holder[KEY] === undefined) {
    const lists = new Set<ListOpen>();
    holder[KEY] = lists;
    const open = () => [...lists].flatMap((each) => each());
    onProcessEnd({
      beforeExit: () => {
        for (const one of open()) one.finish().catch(tell);
      },
      exit: () => {
        for (const one of open()) finishNow(one);
      },
    });
  }
  holder[KEY].add(list);
}

function finishNow(open: OpenAtEnd): void {
  try {
    open.finishNow();
  } catch (error) {
    tell(error);
  }
}

function tell(error: unknown): void {
  failAtEnd(`at the end of the process: ${errorMessage(error)}`);
}
