import type { LongOptions } from "@tvb-storage/files";
import { reportProgress, throwIfAborted } from "@tvb-storage/files";
import { inParallel } from "../chunks/in-parallel.js";
import type { RootDocument } from "../hierarchy/root-document.js";
import type { WriteAccess } from "../hierarchy/write-access.js";
import { findLeftovers, type Leftover } from "./leftovers.js";

export interface SweepOptions extends LongOptions {
  /** Only says what would be removed; default false. */
  dryRun?: boolean;
}

export interface SweepReport {
  /** What was removed, or with `dryRun` would be. */
  readonly leftovers: readonly Leftover[];
  /** Their bytes, where the store tells. */
  readonly bytes: number;
  /** Keys that are no part of the hierarchy and may be of another program: they stay. */
  readonly unknown: readonly string[];
}

/** Removes what killed writers have left in a hierarchy that nobody else writes. */
export async function sweep(
  access: WriteAccess,
  root: Pick<RootDocument, "format" | "nodes">,
  { dryRun = false, signal, onProgress }: SweepOptions,
): Promise<SweepReport> {
  const { store } = access;
  const what = `sweeping ${store.label}`;
  throwIfAborted(signal, what);
  const { leftovers, unknown } = findLeftovers(root, await store.list("", { signal, withSizes: true }));
  const bytes = leftovers.reduce((sum, { size = 0 }) => sum + size, 0);
  let done = 0;
  if (!dryRun && leftovers.length > 0) await access.confirm();
  if (!dryRun)
    await inParallel(leftovers, async ({ key, version, size = 0 }) => {
      throwIfAborted(signal, what);
      await store.delete(key, { ifVersion: version });
      done += size;
      if (done < bytes) reportProgress(onProgress, done, bytes);
    });
  throwIfAborted(signal, what);
  reportProgress(onProgress, bytes, bytes);
  return { leftovers, bytes, unknown };
}
