import { type ProcessIdentity, thisProcess } from "#platform";
import type { SyncFileSystem, SyncStats } from "../file-system.js";
import { systemErrorCode } from "../system-error.js";
import { closeQuietly, writeAt } from "./file-io.js";
import {
  encodeHolder,
  type LockHolder,
  maxSilenceOf,
  newHolder,
  readHolder,
  releaseHolder,
} from "./lock-holder.js";
import { forgetSilence, silenceOf } from "./silence.js";

// A lock is a file that one of several can create ("wx"), with its holder's
// identity in it. The hard part is to take it from a holder that died, without
// two doing so: a holder D is succeeded by whoever creates `<lock>.<token of D>`,
// which again only one can. The successor looks whether the lock is still D's (somebody may
// have succeeded D and be done before), does what D left undone, and renames its own file
// onto the lock. A successor that dies on the way is succeeded by the same rule.

/** A file without a whole identity is taken for a dead holder's once it was seen so for this long. */
const INCOMPLETE_MS = 20;
/**
 * A creator that took longer than this, between creating and having written
 * its identity, makes sure that nobody took its file for a dead holder's. Less
 * than INCOMPLETE_MS, so that whoever could be taken over does look.
 */
const SLOW_CREATION_MS = 10;
/** Stands for the token of a holder that did not get to write its own. */
const INCOMPLETE_TOKEN = "torn";
/** Successors that died one after the other; more is no accident. */
const MAX_DEPTH = 8;

/** A lock file that was had: its descriptor, and who has it. */
export interface HeldLockFile {
  readonly fd: number;
  readonly holder: LockHolder;
}

/** With these a file was surely not created; with others (an I/O error) it may be there nevertheless. */
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

/** Files that this thread created, or may have, and then could neither fill nor remove. */
const unfinished = new Set<string>();

/** One attempt after the other to have one lock. */
export class LockFileAttempt {
  /** Who held the lock at the last attempt, for messages. */
  lastHolder: LockHolder | undefined;
  /** For how long the holder has to go on being silent until it is taken for dead; undefined where it gave a sign of life just now. */
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
    let fd: number;
    try {
      fd = fs.openSync(path, "wx+");
    } catch (error) {
      const code = systemErrorCode(error) ?? "";
      if (code === "EEXIST") return undefined;
      if (!REFUSALS.has(code)) unfinished.add(path);
      // Windows refuses (EPERM, EACCES) while a removed file is still open somewhere.
      if (fs.existsSync(path)) return undefined;
      throw error;
    }
    const holder = newHolder(this.identity);
    unfinished.add(path);
    try {
      writeAt(fs, fd, encodeHolder(holder), 0);
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

  /** No successor began while our identity was missing, and the name is still of our file: in this order. */
  #isStillOurs(path: string, held: HeldLockFile): boolean {
    return !this.fs.existsSync(`${path}.${INCOMPLETE_TOKEN}`) && stateOfLock(this.fs, path, held) === "held";
  }

  /**
   * Takes the lock from a dead holder; undefined where the holder is alive or
   * somebody else was first. `finish` does what the dead holder left undone and
   * runs while nobody else can.
   */
  takeOver(finish: () => void, path = this.path, depth = 0): HeldLockFile | undefined {
    const seen = this.#deadHolder(path);
    if (seen === undefined || depth > MAX_DEPTH) return undefined;
    const successor = `${path}.${seen}`;
    const held = this.create(successor) ?? this.takeOver(() => undefined, successor, depth + 1);
    if (held === undefined) return undefined;
    const { fs } = this;
    try {
      if (this.#deadHolder(path) === seen) {
        finish();
        fs.renameSync(successor, path);
        unfinished.delete(path);
        return held;
      }
    } catch (error) {
      remove(fs, held, successor);
      throw error;
    }
    remove(fs, held, successor);
    return undefined;
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
      return unfinished.has(path) || silenceMs > INCOMPLETE_MS ? INCOMPLETE_TOKEN : undefined;
    const maxSilenceMs = maxSilenceOf(holder, this.identity);
    if (path === this.path) {
      this.lastHolder = holder;
      if (silenceMs > 0) this.remainingSilenceMs = maxSilenceMs - silenceMs;
    }
    return maxSilenceMs === 0 || silenceMs > maxSilenceMs ? token : undefined;
  }
}

/**
 * What became of a lock that was had: `"held"` still, `"taken"` by another, `"missing"` where nobody has it, or
 * `"unknown"` where the file system does not tell.
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

/** As `holds`; true where no more files can be opened, since the file at `path` is the holder's by its number. */
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

/** Leaves the file, and says in it that whoever comes next takes over. Does not throw. */
export function abandon(fs: SyncFileSystem, { fd, holder }: HeldLockFile): void {
  releaseHolder(holder);
  try {
    writeAt(fs, fd, encodeHolder({ ...holder, abandoned: true }), 0);
  } catch {
    // Then the next one finds out by the death of this process, or by its silence.
  }
  closeQuietly(fs, fd);
}

function removeUnfinished(fs: SyncFileSystem, fd: number, path: string): void {
  closeQuietly(fs, fd);
  try {
    fs.unlinkSync(path);
    unfinished.delete(path);
  } catch {
    // It stays among the unfinished, and the next attempt takes it over.
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
