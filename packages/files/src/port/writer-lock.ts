import { FileStorageException } from "@tvb-storage/errors";
import type { ProcessIdentity } from "#platform";
import { throwIfAborted } from "../cancellation.js";
import { elapsedSince, momentOf } from "../elapsed.js";
import { fileException } from "../file-exception.js";
import { parentOf } from "../file-path.js";
import type { SyncFileStats, SyncFileSystem } from "../file-system.js";
import { pause } from "../pause.js";
import { closeQuietly, writeAllSync } from "../read-write.js";
import { syncDirectorySync } from "../sync-directory.js";
import { HOLDER_BYTES, journalPathOf } from "./commit-record.js";
import { abandon, type HeldLockFile, LockFileAttempt, stateOfLock } from "./lock-file.js";
import { describeHolder, encodeHolder, releaseHolder } from "./lock-holder.js";
import {
  DEFAULT_LOCK_TIMEOUT_MS,
  HEARTBEAT_MS,
  MAX_PAUSE_MS,
  MAX_SILENCE_OF_HOST_MS,
  TRUSTED_MS,
  UNTAKEN_MS,
} from "./lock-timing.js";
import { type RecoveryOutcome, recoverFile } from "./recovery.js";

export interface WriterLockOptions {
  /**
   * How long to wait for another writer. Default DEFAULT_LOCK_TIMEOUT_MS, and longer for a silent one of another
   * host: until it is dead.
   */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Runs each pause between two attempts, in which other calls may open files. */
  readonly whileWaiting?: (wait: () => Promise<void>) => Promise<void>;
  /** Throws where another program has the file, so that a dead writer's commit must not be finished now. */
  readonly guard?: (file: SyncFileStats) => void;
  /** Default: this thread of this process. For tests. */
  readonly identity?: ProcessIdentity;
}

/**
 * The right to write one file, among all processes and threads that use this
 * package. Its file is the journal of the commit too: so there is no commit
 * without its lock, taking over a dead writer's lock gives its commit too, and a
 * session creates and removes one file, not two.
 *
 * Why not a library: those without native code (proper-lockfile, lockfile) know
 * a holder only by the age of a directory, so that a killed one delays all others
 * for the whole stale limit, and they take over by removing, which two can do at
 * once; those on flock(2) are native, and neither works on memfs or in a browser.
 */
export class WriterLock {
  #released = false;
  /** The file is committed, but the journal could not be applied to it: the next writer must finish that. */
  #leftForRecovery = false;
  #mayHoldRecord = false;
  #synced = false;
  #commits = 0;
  /** When the last look found it held. */
  #seenAt = momentOf();
  /** The last look did not. */
  #isSuspect = false;
  readonly #heartbeat: ReturnType<typeof setInterval>;

  /** Use `acquireWriterLock`. */
  constructor(
    readonly fs: SyncFileSystem,
    /** The data file. */
    readonly path: string,
    private readonly file: HeldLockFile,
    /** What the dead writer before left, and was finished when the lock was taken over. */
    readonly recovered: RecoveryOutcome,
    /** The holder before died, or left what it did for recovery. */
    readonly tookOver = false,
  ) {
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    // In a browser it is a number, which keeps no page open.
    if (typeof this.#heartbeat === "object") this.#heartbeat.unref();
  }

  /** The file of lock and journal. */
  get journalPath(): string {
    return journalPathOf(this.path);
  }

  /** Different for every commit of every process. */
  newCommitId(): string {
    this.#commits += 1;
    return `${this.file.holder.token}.${this.#commits}`;
  }

  /** For the port: the open journal. */
  get journalFd(): number {
    return this.file.fd;
  }

  #beat(): void {
    try {
      writeAllSync(this.fs, this.file.fd, encodeHolder(this.file.holder), 0);
    } catch {
      // The next beat tries again, and a commit checks that the lock is still held.
    }
  }

  /** False where the lock was lost: another process took it while this thread did not run for minutes, or removed it. */
  stillHeld(): boolean {
    return !this.#released && this.#look() === "held";
  }

  #look(): ReturnType<typeof stateOfLock> {
    const state = stateOfLock(this.fs, this.journalPath, this.file);
    this.#isSuspect = state !== "held";
    if (state === "held") this.#seenAt = momentOf();
    return state;
  }

  /** The state of the lock; looks at the disk only if the last look is too old. */
  #state(): ReturnType<typeof stateOfLock> {
    return !this.#isSuspect && elapsedSince(this.#seenAt) < TRUSTED_MS ? "held" : this.#look();
  }

  /**
   * To be called right before what only the holder may do. Costs nothing within
   * TRUSTED_MS of the last look.
   *
   * @throws FileStorageException the lock was lost meanwhile, or released.
   */
  assertHeld(): void {
    if (this.#released)
      throw new FileStorageException(`${this.path} cannot be written: its lock was released`);
    const state = this.#state();
    if (state === "held") return;
    const what = state === "unknown" ? "cannot be read" : "was taken by another writer or removed";
    throw new FileStorageException(`${this.path} cannot be written: its lock ${this.journalPath} ${what}`);
  }

  /**
   * As `assertHeld`, for the writes of a commit whose journal is complete. They must go on if possible: if the lock
   * file was only removed, no other process can finish them.
   */
  assertNotTaken(): void {
    const isRecent = elapsedSince(this.#seenAt) < UNTAKEN_MS;
    const state = this.#state();
    if (state !== "held" && (state === "taken" || !isRecent)) this.assertHeld();
  }

  /** For the port, before it writes to the journal: the next transaction under this lock erases that first. */
  expectRecord(synced: boolean): void {
    this.#synced ||= synced;
    this.#mayHoldRecord = true;
  }

  /** For the port: afterwards there is no commit in the journal. Throws what the file system throws. */
  eraseRecord(): void {
    if (!this.#mayHoldRecord) return;
    this.fs.ftruncateSync(this.file.fd, HOLDER_BYTES);
    if (this.#synced) this.fs.fsyncSync(this.file.fd);
    this.#mayHoldRecord = false;
  }

  /** For the port: the file is committed, but that is not applied yet, so `release` must not remove the journal. */
  leaveForRecovery(): void {
    this.#leftForRecovery = true;
  }

  /**
   * Lets other processes write. Idempotent. Does not throw: the commit does not
   * depend on it, and a lock file that cannot be removed is marked, so that the
   * next writer takes it over.
   */
  release(): void {
    if (this.#released) return;
    const state = this.#state();
    this.#released = true;
    clearInterval(this.#heartbeat);
    if (this.#leftForRecovery || state === "unknown") {
      abandon(this.fs, this.file);
      return;
    }
    try {
      if (state === "held") this.fs.unlinkSync(this.journalPath);
    } catch {
      abandon(this.fs, this.file);
      return;
    }
    releaseHolder(this.file.holder);
    closeQuietly(this.fs, this.file.fd);
    if (this.#synced && state === "held") this.#syncFolder();
  }

  #syncFolder(): void {
    try {
      syncDirectorySync(this.fs, parentOf(this.path));
    } catch {
      // The commit is durable without it; a journal that reappears after a power cut is applied again, which changes nothing.
    }
  }
}

/**
 * Waits for the right to write the file at `path` (resolved, so that two
 * spellings of one file have one lock; it need not exist). A dead writer's lock
 * is taken over and its commit finished first.
 *
 * @throws FileStorageException not acquired in time (names the holder), cancelled, or the disk failed.
 * @throws FileStructureException the folder is missing or may not be written.
 */
export async function acquireWriterLock(
  fs: SyncFileSystem,
  path: string,
  options: WriterLockOptions = {},
): Promise<WriterLock> {
  const journalPath = journalPathOf(path);
  const attempt = new LockFileAttempt(fs, journalPath, options.identity);
  const started = performance.now();
  let recovered: RecoveryOutcome = "clean";
  let pauseMs = 1;
  for (;;) {
    throwIfAborted(options.signal, `${path} was not locked for writing`);
    try {
      const finish = (): void => {
        recovered = recoverFile(fs, path, journalPath, options.guard);
      };
      const isThere = attempt.lastHolder !== undefined && fs.existsSync(journalPath);
      const created = isThere ? undefined : attempt.create();
      const file = created ?? attempt.takeOver(finish);
      if (file !== undefined) return new WriterLock(fs, path, file, recovered, file !== created);
    } catch (error) {
      throw fileException(error, `cannot lock ${path} for writing`, { fs, path, creates: true });
    }
    const waitedMs = performance.now() - started;
    const timeoutMs = options.timeoutMs ?? defaultTimeout(waitedMs, attempt.remainingSilenceMs);
    if (waitedMs >= timeoutMs) throw timeoutException(path, attempt, waitedMs);
    const ms = Math.min(pauseMs * (0.5 + Math.random() / 2), timeoutMs - waitedMs + 1);
    const wait = () => pause(ms, options.signal, `${path} was not locked for writing`);
    await (options.whileWaiting?.(wait) ?? wait());
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
}

function defaultTimeout(waitedMs: number, remainingSilenceMs = Number.POSITIVE_INFINITY): number {
  // A silent holder of another host is waited for until it is dead, one of this host (ten minutes) is not.
  const untilDead = remainingSilenceMs <= MAX_SILENCE_OF_HOST_MS;
  return Math.max(DEFAULT_LOCK_TIMEOUT_MS, untilDead ? waitedMs + remainingSilenceMs + MAX_PAUSE_MS : 0);
}

function timeoutException(path: string, attempt: LockFileAttempt, waitedMs: number): FileStorageException {
  const holder = attempt.lastHolder === undefined ? "an unknown process" : describeHolder(attempt.lastHolder);
  return new FileStorageException(
    `${path} is being written by ${holder}; waited ${Math.round(waitedMs)} ms for its lock ` +
      `${journalPathOf(path)}. Close the file there or raise the time limit (lockTimeoutMs); ` +
      "the lock of a process that ended is taken over by itself, that of another host once it was seen here for a " +
      "minute without a sign of life",
  );
}
