import type { SyncFileSystem } from "../file-system.js";
import { spaceIdentity } from "../open-files.js";

// How long a file has been silent is measured by this thread alone, on a clock
// that cannot be set. The difference between a file's modification time and the
// time of day would compare two clocks: if one jumps, every holder looks old,
// and a living one would lose its lock.

interface Seen {
  readonly sign: string;
  /** When it was first seen, as `performance.now()` counts. */
  readonly since: number;
}

const seenIn = new WeakMap<object, Map<string, Seen>>();

/**
 * For how many milliseconds this thread has seen the file at `path` with the same `sign` of life: 0 at the first
 * look. Signs do not repeat, so it need not be watched between two looks.
 */
export function silenceOf(fs: SyncFileSystem, path: string, sign: string): number {
  const space = spaceIdentity(fs);
  let files = seenIn.get(space);
  if (files === undefined) {
    files = new Map();
    seenIn.set(space, files);
  }
  const seen = files.get(path);
  const now = performance.now();
  if (seen?.sign === sign) return now - seen.since;
  files.set(path, { sign, since: now });
  return 0;
}

/** To be called when the file is removed or has another holder. */
export function forgetSilence(fs: SyncFileSystem, path: string): void {
  seenIn.get(spaceIdentity(fs))?.delete(path);
}
