import { fork } from "node:child_process";
import type { Children } from "./children.js";

// A part of the work in a process of its own, and what it tells.

type Report =
  | { readonly kind: "progress"; readonly bytes: number }
  | { readonly kind: "result"; readonly result: unknown; readonly peakBytes: number };

export interface PartResult {
  readonly result: unknown;
  /** The most memory that its process had. */
  readonly peakBytes: number;
}

/**
 * Runs one of the programs beside this file.
 *
 * @param onProgress Called with the bytes done so far.
 */
export async function runPart(
  children: Children,
  program: string,
  task: object,
  environment: Readonly<Record<string, string>>,
  onProgress: (bytes: number) => void,
): Promise<PartResult> {
  const child = fork(new URL(program, import.meta.url), [JSON.stringify(task)], {
    env: { ...process.env, ...environment },
  });
  let found: PartResult | undefined;
  child.on("message", (report: Report) => {
    if (report.kind === "progress") onProgress(report.bytes);
    else found = report;
  });
  await children.add(child, program);
  if (found === undefined) throw new Error(`${program} ended without a result`);
  return found;
}

/** The other side: does the task of this process, and ends with it. */
export async function doPart<Task>(
  work: (task: Task, onProgress: (bytes: number) => void) => Promise<unknown>,
): Promise<void> {
  if (process.send === undefined) throw new Error("this is a part of main.js, which starts it");
  const tell = (report: Report): void => void process.send?.(report);
  // The one that it works for has gone.
  process.once("disconnect", () => process.exit(1));
  // Its own terminal has told this process too; the one that it works for ends it.
  process.on("SIGINT", () => undefined);
  const task = JSON.parse(process.argv[2] ?? "{}") as Task; // runPart gave it
  try {
    const result = await work(task, (bytes) => tell({ kind: "progress", bytes }));
    tell({ kind: "result", result, peakBytes: process.resourceUsage().maxRSS * 1024 });
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  process.removeAllListeners("disconnect");
  process.disconnect();
}
