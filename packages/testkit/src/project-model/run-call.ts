import { isDeepStrictEqual } from "node:util";
import type { ProjectStructure } from "@tvb-storage/core";
import { sourceOf, targetOf, whatBecame } from "./call-streams.js";
import { progressProblem } from "./predict-copy.js";
import { contentText, type ProjectCall } from "./project-call.js";

/** The reason of every signal that is aborted. */
export const ABORT_REASON = new Error("the caller's reason");
/** What listeners throw. */
export const LISTENER_ERROR = new Error("the listener's own");

/** Something that no outcome of a call can excuse. */
export class Odd extends Error {}

/** Calls the layout, and returns its result. `bytesOf` gives the size of a file, before the call. */
export async function runCall(
  projects: ProjectStructure,
  call: ProjectCall,
  bytesOf: (path: string) => number,
): Promise<unknown> {
  if (call.method === "copyFile") return runCopy(projects, call.args, bytesOf);
  // Each method with arguments of its own type, which the compiler does not connect.
  const method = projects[call.method] as (...args: readonly unknown[]) => unknown;
  const args: readonly unknown[] = structuredClone(call.args);
  const before = structuredClone(args);
  const ask = async (): Promise<unknown> => method.apply(projects, [...args]);
  const result = ask();
  await errorOf(result);
  if (!isDeepStrictEqual(args, before)) throw new Odd("the arguments of the call have changed");
  return call.method === "readProjectMetadata" ? unshared(await result, ask) : result;
}

/** The error of a call that has ended; undefined where there is none. */
async function errorOf(call: Promise<unknown>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** A result that was handed out is the caller's: writing into it changes no later one. */
async function unshared(result: unknown, ask: () => Promise<unknown>): Promise<unknown> {
  const copy: unknown = structuredClone(result);
  if (typeof result === "object" && result !== null)
    for (const key of Object.keys(result)) Reflect.set(result, key, "written by the caller");
  if (!isDeepStrictEqual(await ask(), copy))
    throw new Odd("a result shares memory with an earlier one, which the caller wrote into");
  return copy;
}

async function runCopy(
  projects: ProjectStructure,
  args: Extract<ProjectCall, { method: "copyFile" }>["args"],
  bytesOf: (path: string) => number,
): Promise<unknown> {
  const [source, dest, settings = {}] = args;
  const { abort, listener, ...options } = settings;
  const controller = new AbortController();
  if (abort === "before") controller.abort(ABORT_REASON);
  const reports: [number, number][] = [];
  const onProgress = (done: number, total: number): void => {
    if (listener === "throws") throw LISTENER_ERROR;
    reports.push([done, total]);
    if (typeof abort === "number" && done >= abort) controller.abort(ABORT_REASON);
  };
  const from = typeof source === "string" ? source : await sourceOf(source);
  const to = typeof dest === "string" ? dest : await targetOf(dest);
  const size = typeof source === "string" ? bytesOf(source) : bytesGiven(source.gives);
  const given = { ...options, onProgress, ...(abort === undefined ? {} : { signal: controller.signal }) };
  const before = { ...given };
  const failure = await errorOf(projects.copyFile(from, typeof to === "string" ? to : to.stream, given));
  if (!isDeepStrictEqual(given, before)) throw new Odd("the options of the call have changed");
  const left = await whatBecame(from, to, failure !== undefined);
  if (left !== undefined) throw new Odd(left);
  if (failure !== undefined) throw failure.error;
  const problem = progressProblem(args, size, reports);
  if (problem !== undefined) throw new Odd(`onProgress got ${problem}`);
  return typeof to === "string" ? undefined : { written: to.text(), ended: to.stream.writableFinished };
}

function bytesGiven(gives: readonly unknown[]): number {
  return gives.reduce<number>(
    (total, chunk) =>
      total +
      (typeof chunk === "string" ? contentText(chunk).length : Array.isArray(chunk) ? chunk.length : 0),
    0,
  );
}
