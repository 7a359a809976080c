import { failAtEnd, onProcessEnd } from "#platform";
import { errorMessage } from "./system-error.js";

/** What is still open when the process (or worker thread) ends by itself. */
interface OpenAtEnd {
  /** Before an ordinary end, when nothing else is left to be done. */
  finish(): Promise<void>;
  /** At the very end, without waiting for anything. */
  finishNow(): void;
}

/** Lists what is open now. */
export type ListOpen = () => readonly OpenAtEnd[];

/** One hook per process (and thread), also where two copies of this package are loaded. */
const KEY = Symbol.for("@tvb-storage/process-end/1");

/**
 * Has what is open finished at the end of the process: also after `process.exit` and an uncaught exception, not when it
 * is killed. What that throws is written to the error output, and the process ends with a failure.
 *
 * @param list One function for all calls of a caller.
 */
export function atProcessEnd(list: ListOpen): void {
  // A registered symbol is the one way to a place that every copy of this package finds.
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
