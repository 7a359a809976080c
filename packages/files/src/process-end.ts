import { failAtEnd, onProcessEnd } from "#platform";
import { errorMessage } from "./system-error.js";

/** What a backend does with files that are still open when the process (or worker thread) ends by itself. */
export interface EndWork {
  /** Before an ordinary end, when nothing else is left to be done. */
  finish(): Promise<void>;
  /** At the very end, without waiting for anything. */
  finishNow(): void;
}

/** One hook per process (and thread), also where two copies of this package are loaded. */
const KEY = Symbol.for("@tvb-storage/process-end/1");

/**
 * Has `work` done at the end of the process: also after `process.exit` and an uncaught exception, not when it is
 * killed. What it throws is written to the error output, and the process ends with a failure.
 */
export function atProcessEnd(work: EndWork): void {
  // A registered symbol is the one way to a place that every copy of this package finds.
  const holder = globalThis as { [KEY]?: Set<EndWork> };
  if (holder[KEY] === undefined) {
    const works = new Set<EndWork>();
    holder[KEY] = works;
    onProcessEnd({
      beforeExit: () => {
        for (const one of works) one.finish().catch(tell);
      },
      exit: () => {
        for (const one of works) finishNow(one);
      },
    });
  }
  holder[KEY].add(work);
}

function finishNow(work: EndWork): void {
  try {
    work.finishNow();
  } catch (error) {
    tell(error);
  }
}

function tell(error: unknown): void {
  const all: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  for (const one of all) failAtEnd(`at the end of the process: ${errorMessage(one)}`);
}
