import type { SyncFileStats, SyncFileSystem } from "../file-system.js";
import type { BlockCache } from "./block-cache.js";

// A file that was just committed to is often changed again at once. What was read of
// it needs no reading then, if surely nobody else has changed it in between; but within
// one tick of the system's clock (up to 10 ms) two writes have the same modification
// time. So a commit sets that time back a little: whoever writes later, by whichever
// program, gives the file a later one. From commit to commit it grows, so that these
// too can be told from each other.
//
// Where the file was written just now by another program, its time cannot grow and be
// back enough. It is then set behind that: readers trust no time that is so recent
// (RACY_MS), and the new one is later than all that they may trust.
// Only a commit of ours that was made before that write, in the same tick, could have
// given the file the very same time, by chance in microseconds.

/** Readers trust no modification time that was less than this before they looked: a further write might not show. */
export const RACY_MS = 20;
/** So much that readers trust the file's time at once. */
const BEHIND_MS = RACY_MS + 5;
/** Not closer to now than this, or a write in the same tick could give the same time. */
const CLOSEST_MS = 12;
/** Where it cannot grow: later than what any reader trusts, by chance within this. */
const RECENT_BEHIND_MS = RACY_MS - 2;
const RECENT_SPREAD_MS = 4;
/** By how much a time grows at least where the file system keeps only milliseconds, and where it keeps finer times. */
const COARSE_STEP_MS = 1;
const FINE_STEP_MS = 0.002;

/** Tells a file as it is now from every other, and from itself after another write. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
  /** Undefined where the file system has none. */
  readonly ctimeMs: number | undefined;
  readonly ino: number;
  readonly dev: number;
  /** How many names lead to it, which does not count here; undefined where the file system does not tell. */
  readonly nlink: number | undefined;
}

/** Undefined where the file system does not tell enough. */
export function fileState({ size, mtimeMs, ctimeMs, ino, dev, nlink }: SyncFileStats): FileState | undefined {
  if (mtimeMs === undefined || ino === undefined || dev === undefined) return undefined;
  return { size, mtimeMs, ctimeMs, ino, dev, nlink };
}

/** What is known of the content of a file as of the commit that this process made last. */
export class CachedState {
  constructor(
    readonly cache: BlockCache,
    readonly state: FileState,
    /** Whether the file system keeps fractions of milliseconds. */
    readonly hasFineTimes: boolean,
  ) {}

  /** Whether the file is still that one, and as it was then. */
  matches(state: FileState | undefined): boolean {
    const { size, mtimeMs, ctimeMs, ino, dev } = this.state;
    return (
      state !== undefined &&
      state.size === size &&
      state.mtimeMs === mtimeMs &&
      state.ctimeMs === ctimeMs &&
      state.ino === ino &&
      state.dev === dev
    );
  }
}

/**
 * Gives the open file a modification time by which any later write shows, and
 * tells what it is then; undefined where that cannot be: times are too coarse,
 * commits too fast for them, or the file is somebody else's. Does not throw.
 */
export function markModified(
  fs: SyncFileSystem,
  fd: number,
  before: Pick<FileState, "mtimeMs">,
  hasFineTimes: boolean,
): { readonly state: FileState; readonly hasFineTimes: boolean } | undefined {
  if (fs.futimesSync === undefined) return undefined;
  const now = Date.now();
  const step = hasFineTimes ? FINE_STEP_MS : COARSE_STEP_MS;
  // With a fraction, which shows whether the file system keeps it.
  const grown = Math.max(now - BEHIND_MS + Math.random(), before.mtimeMs + step);
  const grows = grown <= now - CLOSEST_MS;
  const mark = grows ? grown : now - RECENT_BEHIND_MS + RECENT_SPREAD_MS * Math.random();
  try {
    fs.futimesSync(fd, now / 1000, mark / 1000);
    const state = fileState(fs.fstatSync(fd));
    const off = state === undefined ? Number.POSITIVE_INFINITY : Math.abs(state.mtimeMs - mark);
    const isExact = off < FINE_STEP_MS;
    const isLater = state !== undefined && state.mtimeMs > before.mtimeMs && off < COARSE_STEP_MS;
    if (state !== undefined && (grows ? isLater : isExact))
      return { state, hasFineTimes: isExact && (hasFineTimes || mark % 1 > FINE_STEP_MS) };
    fs.futimesSync(fd, now / 1000, now / 1000);
    return undefined;
  } catch {
    // The commit stands without it; the next change looks at the file anew.
    return undefined;
  }
}
