import type { SyncFileStats, SyncFileSystem } from "../file-system.js";
import type { BlockCache } from "./block-cache.js";

// How a file is recognized as unchanged since our last commit
// -----------------------------------------------------------
// A file is often changed again right after a commit. What was read of it before can be
// used again if no other program has changed it since. But two writes within one tick of
// the system's clock (up to 10 ms) have the same modification time. So a commit sets that
// time a little back: every later write, by any program, gives the file a later time. The
// time also grows from commit to commit, so that two commits differ.
//
// If another program wrote the file just now, its time cannot both grow and be back far
// enough. It is then set back below that write: readers do not trust a time as recent as
// that one (RACY_MS), and the new one is later than every time that they may trust. Only
// a commit of ours before that write, in the same tick, can have set exactly this time,
// by chance in microseconds.

/** Readers do not trust a modification time more recent than this: another write might not change it. */
export const RACY_MS = 20;
/** How far a commit sets the time back: so far that readers trust it at once. */
const BEHIND_MS = RACY_MS + 5;
/** Not less far back than this, or a write in the same tick could set the same time. */
const CLOSEST_MS = 12;
/** Where it cannot grow: later than any time that readers trust, at random within the spread. */
const RECENT_BEHIND_MS = RACY_MS - 2;
const RECENT_SPREAD_MS = 4;
/** The least growth where the file system keeps only milliseconds, and where it keeps finer times. */
const COARSE_STEP_MS = 1;
const FINE_STEP_MS = 0.002;

/** Differs between two files, and between one file before and after a write. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
  /** Undefined where the file system has none. */
  readonly ctimeMs: number | undefined;
  readonly ino: number;
  readonly dev: number;
  /** How many names lead to it, which is not compared; undefined where the file system does not say. */
  readonly nlink: number | undefined;
}

/** Undefined where the file system does not give enough. */
export function fileState({ size, mtimeMs, ctimeMs, ino, dev, nlink }: SyncFileStats): FileState | undefined {
  if (mtimeMs === undefined || ino === undefined || dev === undefined) return undefined;
  return { size, mtimeMs, ctimeMs, ino, dev, nlink };
}

const COMPARED = ["size", "mtimeMs", "ctimeMs", "ino", "dev"] as const;

type Compared = { readonly [Key in (typeof COMPARED)[number]]?: number | undefined };

/** Whether two stats are of the same file, unchanged between them; what the file system does not give is not compared. */
export function isSameState(one: Compared, other: Compared): boolean {
  return COMPARED.every((key) => one[key] === other[key]);
}

/** What this process has cached of a file at its last commit, and how to recognize the file in that state. */
export class CachedState {
  constructor(
    readonly cache: BlockCache,
    readonly state: FileState,
    /** Whether the file system keeps fractions of milliseconds. */
    readonly hasFineTimes: boolean,
  ) {}

  /** Whether it is the same file, unchanged. */
  matches(state: FileState | undefined): boolean {
    return state !== undefined && isSameState(state, this.state);
  }
}

/**
 * Sets the modification time of the open file so that any later write changes it. Returns the state of the file
 * then; undefined where that is not possible: times are too coarse, commits too fast for them, or the file belongs
 * to another user. Does not throw.
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
    // The commit does not depend on it; the next change reads the file again.
    return undefined;
  }
}
