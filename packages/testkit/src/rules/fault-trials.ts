import type { StorageManager } from "@tvb-storage/core";
import { enumerateFaults, type FaultPoint } from "../faults/enumerate-faults.js";
import type { FaultEffect, FaultPlan } from "../faults/faulty-fs.js";
import { createMemoryFs, type MemoryFileSystem } from "../memory-fs.js";
import type { RequestFate } from "./kit-store.js";
import { fileMedium } from "./medium.js";
import type { StorageContext } from "./storage-context.js";

/** A way in which what a backend stores in fails. */
export interface FaultKind {
  /** Calls of a file system that fail, and how much is done of them. */
  readonly files: { readonly plan: FaultPlan; readonly effects: readonly FaultEffect[] };
  /** What becomes of a request to a remote store, and of all after it. */
  readonly requests: readonly (readonly [RequestFate, after: RequestFate])[];
}

export interface FaultTrial {
  /** Makes the file as it is before, without faults. */
  readonly before?: (m: StorageManager) => Promise<unknown>;
  /** What the fault happens in. */
  readonly run: (m: StorageManager) => Promise<unknown>;
  /** Looks at what is left, without faults. Throws where it is wrong. */
  readonly check: (left: AfterFault) => Promise<unknown>;
}

interface AfterFault {
  /** What `run` rejected with; undefined where it resolved in spite of the fault. */
  readonly error: unknown;
  /** A manager that works. */
  open(): Promise<StorageManager>;
  /** A manager of another process. */
  openCold(): Promise<StorageManager>;
  /** All that is stored, by names. */
  stored(): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** With more points than this, a backend is taken to repeat a failing request for ever. */
const MAX_REQUESTS = 10_000;

/**
 * Does a trial once for each call of the file system, or each request to a remote store, that can fail: each time in a
 * store of its own. Rejects with an error that names the point where `check` threw.
 */
export async function tryFaults(t: StorageContext, kind: FaultKind, trial: FaultTrial): Promise<void> {
  if (t.remote === undefined) return tryCalls(t, kind.files, trial);
  for (const fates of kind.requests)
    for (let at = 1; await t.inNewStore((store) => tryRequest(store, at, fates, trial)); at++)
      if (at > MAX_REQUESTS) throw new Error(`the call still makes requests after ${at}`);
}

/** Faults of files are tried in memory only: the result does not depend on the medium, and one run has many faults. */
async function tryCalls(
  t: StorageContext,
  { plan, effects }: FaultKind["files"],
  trial: FaultTrial,
): Promise<void> {
  await enumerateFaults({
    plan,
    effects,
    fs: async () => {
      const fs = createMemoryFs();
      fs.mkdirSync(t.folder, { recursive: true });
      const m = await t.openOn(fs);
      await trial.before?.(m);
      await m.closeFile();
      return fs;
    },
    run: async (fs) => trial.run(await t.openOn(fs)),
    check: (fs: MemoryFileSystem, _notes, { error }: FaultPoint) =>
      trial.check({
        error,
        // The manager that met the fault was on another file system, as far as it knows.
        open: () => t.openOn(fs),
        openCold: () => t.openOn(fs),
        stored: () => fileMedium({ fs, folder: t.folder }, t.openOn).stored(),
      }),
  });
}

/** Whether there was a request for the fault to happen in. */
async function tryRequest(
  t: StorageContext,
  at: number,
  [fate, after]: readonly [RequestFate, RequestFate],
  trial: FaultTrial,
): Promise<boolean> {
  const m = t.open();
  await trial.before?.(m);
  await m.closeFile();
  let count = 0;
  let hit: string | undefined;
  t.remote?.onRequest((request) => {
    count += 1;
    if (count === at) hit = request;
    return count < at ? "done" : count === at ? fate : after;
  });
  let error: unknown;
  try {
    await trial.run(t.open());
  } catch (thrown) {
    error = thrown;
  }
  t.remote?.onRequest(undefined);
  if (hit === undefined) {
    if (error !== undefined) throw new Error("the call fails without a fault", { cause: error });
    return false;
  }
  try {
    await trial.check({
      error,
      open: async () => t.open(),
      openCold: () => t.openCold(),
      stored: () => t.medium.stored(),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const point = `request ${at}, ${hit}, was ${fate}, and each after it ${after}`;
    throw new Error(`wrong where ${point}: ${reason}`, { cause });
  }
  return true;
}
