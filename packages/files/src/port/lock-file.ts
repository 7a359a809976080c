import { type ProcessIdentity, thisProcess } from "#platform";
import type { SyncFileSystem, SyncStats } from "../file-system.js";
import { closeQuietly, writeAllSync } from "../read-write.js";
import { systemErrorCode } from "../system-error.js";
import {
  encodeHolder,
  type LockHolder,
  maxSilenceOf,
  newHolder,
  readHolder,
  releaseHolder,
} from "./lock-holder.js";
import { MAX_INCOMPLETE_MS, SLOW_CREATION_MS } from "./lock-timing.js";
import { forgetSilence, silenceOf } from "./silence.js";

// How a lock is taken over
// ------------------------
// A lock is a file that only one process can create ("wx"), with its holder's
// identity in it. When the holder died, only one other process may take the lock
// over. The new holder of a dead holder D is the one that creates
// `<lock>.<token of D>`, which again only one can. It checks that the lock is still
// D's (another one may have taken over from D and be done already), finishes what D
// left, and renames its own file onto the lock. If it dies before that, it is taken
// over by the same rule.
//
// A creator that was slow may write its identity after another process found it missing and
// created `<lock>.torn`. Then both that claim and one by the creator's token could be renamed onto
// the lock, one after the other. So a claim by a token yields to one that is called torn: whoever
// creates that one later finds the identity, and gives up.

/** In place of the token of a holder that did not write its own. A name on the disk, which versions share. */
const INCOMPLETE_TOKEN = "torn";
/** More than this many holders that died while they took over is not an accident. */
const MAX_DEPTH = 8;

/** A lock file that this thread created or took over. */
export interface HeldLockFile {
  readonly fd: number;
  readonly holder: LockHolder;
}

/** With these errors a file was certainly not created; with others (an I/O error) it may exist. */
const REFUSALS: ReadonlySet<string> = new Set([
  "EACCES",
  "EDQUOT",
  "EISDIR",
  "EMFILE",
  "ENAMETOOLONG",
  "ENFILE",
  "ENOENT",
  "ENOSPC",
  "ENOTDIR",
  "EPERM",
  "EROFS",
]);

/** Files that this thread created, or may have, and could neither write nor remove. */
const unfinished = new Set<string>();

/** Repeated attempts to acquire one lock. */
export class LockFileAttempt {
  /** Who held the lock at the last attempt, for messages. */
  lastHolder: LockHolder | undefined;
  /** For how long the holder must stay silent until it is dead; undefined where it gave a sign of life just now. */
  remainingSilenceMs: number | undefined;

  constructor(
    private readonly fs: SyncFileSystem,
    private readonly path: string,
    private readonly identity: ProcessIdentity = thisProcess(),
  ) {}

  /** Creates the lock; undefined where it exists. Throws what the file system throws. */
  create(path = this.path): HeldLockFile | undefined {
    const { fs } = this;
    const started = performance.now();
    // Before the file: until its identity is written, others may take it for a dead holder's.
    const holder = newHolder(this.identity);
    let fd: number;
    try {
      fd = fs.openSync(path, "wx+");
    } catch (error) {
      releaseHolder(holder);
      const code = systemErrorCode(error) ?? "";
      if (code === "EEXIST") return undefined;
      if (!REFUSALS.has(code)) unfinished.add(path);
      // Windows refuses (EPERM, EACCES) while a removed file is still open somewhere.
      if (fs.existsSync(path)) return undefined;
      throw error;
    }
    unfinished.add(path);
    try {
      writeAllSync(fs, fd, encodeHolder(holder), 0);
    } catch (error) {
      releaseHolder(holder);
      removeUnfinished(fs, fd, path);
      throw error;
    }
    unfinished.delete(path);
    const held = { fd, holder };
    if (performance.now() - started < SLOW_CREATION_MS || this.#isStillOurs(path, held)) return held;
    abandon(fs, held);
    return undefined;
  }

  /** No process began to take over while our identity was missing, and the name is still that of our file: in this order. */
  #isStillOurs(path: string, held: HeldLockFile): boolean {
    return !this.fs.existsSync(`${path}.${INCOMPLETE_TOKEN}`) && stateOfLock(this.fs, path, held) === "held";
  }

  /**
   * Takes the lock over from a dead holder; undefined where the holder is alive
   * or another process was first. `finish` finishes what the dead holder left,
   * and runs while no other process can.
   */
  takeOver(finish: () => void, path = this.path, depth = 0): HeldLockFile | undefined {
    const seen = this.#deadHolder(path);
    if (seen === undefined || depth > MAX_DEPTH) return undefined;
    const claim = `${path}.${seen}`;
    const held = this.create(claim) ?? this.takeOver(() => undefined, claim, depth + 1);
    if (held === undefined) return undefined;
    const { fs } = this;
    try {
      const mayTake =
        this.#deadHolder(path) === seen && (seen === INCOMPLETE_TOKEN || this.#isNotTorn(path, depth));
      if (mayTake) {
        finish();
        fs.renameSync(claim, path);
        unfinished.delete(path);
        return held;
      }
    } catch (error) {
      remove(fs, held, claim);
      throw error;
    }
    remove(fs, held, claim);
    return undefined;
  }

  /** No process is taking the lock over as one without an identity. What one left that died doing so is removed. */
  #isNotTorn(path: string, depth: number): boolean {
    const torn = `${path}.${INCOMPLETE_TOKEN}`;
    if (!this.fs.existsSync(torn)) return true;
    const held = this.takeOver(() => undefined, torn, depth + 1);
    if (held !== undefined) remove(this.fs, held, torn);
    return false;
  }

  /** The token of a holder that is dead; undefined where there is none or it is alive. */
  #deadHolder(path: string): string | undefined {
    const holder = readHolder(this.fs, path);
    if (path === this.path) this.remainingSilenceMs = undefined;
    const stats = holder === "gone" ? undefined : statsOf(this.fs, path);
    if (holder === "gone" || stats === undefined) {
      forgetSilence(this.fs, path);
      return undefined;
    }
    const token = holder === "incomplete" ? INCOMPLETE_TOKEN : holder.token;
    const silenceMs = silenceOf(this.fs, path, `${token} ${stats.ino} ${stats.mtimeMs}`);
    if (holder === "incomplete")
      return unfinished.has(path) || silenceMs > MAX_INCOMPLETE_MS ? INCOMPLETE_TOKEN : undefined;
    const maxSilenceMs = maxSilenceOf(holder, this.identity);
    if (path === this.path) {
      this.lastHolder = holder;
      if (silenceMs > 0) this.remainingSilenceMs = maxSilenceMs - silenceMs;
    }
    return maxSilenceMs === 0 || silenceMs > maxSilenceMs ? token : undefined;
  }
}

/**
 * The state of a lock that was held: `"held"` still, `"taken"` by another process, `"missing"` where its file was
 * removed, or `"unknown"` where the file system fails.
 */
export function stateOfLock(
  fs: SyncFileSystem,
  path: string,
  { fd, holder }: HeldLockFile,
): "held" | "taken" | "missing" | "unknown" {
  try {
    const open = fs.fstatSync(fd);
    const { ino } = fs.statSync(path);
    if (open.nlink === 0 || (ino !== undefined && open.ino !== undefined && ino !== open.ino)) return "taken";
    return isReadableAs(fs, path, holder) ? "held" : "taken";
  } catch (error) {
    const code = systemErrorCode(error);
    // ESTALE: a file server does not have it any more.
    return code === "ENOENT" || code === "ESTALE" ? "missing" : "unknown";
  }
}

/** As `holds`; true where no more files can be opened, since the file at `path` has the right inode. */
function isReadableAs(fs: SyncFileSystem, path: string, holder: LockHolder): boolean {
  try {
    return holds(fs, path, holder);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EMFILE" || code === "ENFILE") return true;
    throw error;
  }
}

/** Whether the file at `path` is the one that `holder` wrote. */
export function holds(fs: SyncFileSystem, path: string, holder: LockHolder): boolean {
  const now = readHolder(fs, path);
  return typeof now === "object" && now.token === holder.token && now.abandoned !== true;
}

/** Leaves the file, marked so that the next writer takes over. Does not throw. */
export function abandon(fs: SyncFileSystem, { fd, holder }: HeldLockFile): void {
  releaseHolder(holder);
  try {
    writeAllSync(fs, fd, encodeHolder({ ...holder, abandoned: true }), 0);
  } catch {
    // Then the next writer takes over when this process has ended, or by its silence.
  }
  closeQuietly(fs, fd);
}

function removeUnfinished(fs: SyncFileSystem, fd: number, path: string): void {
  closeQuietly(fs, fd);
  try {
    fs.unlinkSync(path);
    unfinished.delete(path);
  } catch {
    // It stays in `unfinished`, and the next attempt takes it over.
  }
}

function remove(fs: SyncFileSystem, held: HeldLockFile, path: string): void {
  try {
    fs.unlinkSync(path);
  } catch {
    abandon(fs, held);
    return;
  }
  releaseHolder(held.holder);
  closeQuietly(fs, held.fd);
}

function statsOf(fs: SyncFileSystem, path: string): SyncStats | undefined {
  try {
    return fs.statSync(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
