import { parentPort, workerData } from "node:worker_threads";
import { type Failure, failuresUntil, type Subject } from "./find-catch.js";

// The program of a thread: the kit, on one wrong backend.

/** What the thread is given: the URL of a module that exports a `subject`. */
export interface Task {
  readonly module: string;
  readonly uses: RegExp;
  /** The rules to begin with. */
  readonly first: string;
}

/** What it sends: the rule that begins, and at last the failures. */
export type Report =
  | { readonly group: string; readonly rule: string }
  | { readonly failures: readonly Failure[] }
  | { readonly broken: string };

const report = (message: Report): void => parentPort?.postMessage(message);

async function run({ module, uses, first }: Task): Promise<void> {
  const loaded: unknown = await import(module);
  const { subject } = loaded as { subject: Subject }; // what the modules in subjects/ export
  const failures = await failuresUntil(uses, first, subject, (group, rule) => report({ group, rule }));
  report({ failures });
}

// What a wrong backend leaves unhandled is no failure of a rule.
process.on("unhandledRejection", () => undefined);
process.on("uncaughtException", () => undefined);

run(workerData as Task).catch((error: unknown) => report({ broken: String(error) })); // what the pool passes
