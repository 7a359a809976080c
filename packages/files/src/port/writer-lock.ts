import { FileStorageException } from "@tvb-storage/errors";
import type { ProcessIdentity } from "#platform";
import { cancelledException, throwIfAborted } from "../cancellation.js";
import { fileException } from "../file-exception.js";
import type { SyncFileStats, SyncFileSystem } from "../file-system.js";
import { HOLDER_BYTES, journalPathOf } from "./commit-record.js";
import { closeQuietly, syncFolderOf, writeAt } from "./file-io.js";
import { abandon, type HeldLockFile, LockFileAttempt, stateOfLock } from "./lock-file.js";
import { describeHolder, encodeHolder, HEARTBEAT_MS, releaseHolder } from "./lock-holder.js";
import { type RecoveryOutcome, recoverFile } from "./recovery.js";

export interface WriterLockOptions {
  /**
   * How long to wait for another writer. Default 10,000, and longer for one of another host that gives no sign of
   * life: until it is taken for dead.
   */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Runs each pause between two attempts; in it others may open files. */
  readonly whileWaiting?: (wait: () => Promise<void>) => Promise<void>;
  /** Throws where another program has the file, so that a dead writer's commit must not be finished now. */
  readonly guard?: (file: SyncFileStats) => void;
  /** Who asks; default this thread of this process. For tests. */
  readonly identity?: ProcessIdentity;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** By default a holder is outwaited that only has to go on being silent for so long: one of another host. */
const OUTWAITED_MS = 60_000;
const MAX_PAUSE_MS = 50;
/** Within this time after the last look nobody can have taken the lock by our rules. */
const TRUSTED_MS = 1000;
/** Nor within this one; but then it is better to look. Half of what a holder has to be silent. */
const UNTAKEN_MS = 30_000;

/** Both clocks: the one on the wall can be set, the other one stands still while a computer sleeps. */
interface Moment {
  readonly wall: number;
  readonly steady: number;
}

function thisMoment(): Moment {
  return { wall: Date.now(), steady: performance.now() };
}

/** At least as many milliseconds as have passed. */
function elapsedSince({ wall, steady }: Moment): number {
  return Math.max(Math.abs(Date.now() - wall), performance.now() - steady);
}

/**
 * The right to write one file, among all processes and threads that use this
 * package. Its file is the journal of the commit too: so a commit cannot be
 * without its lock, whoever takes over a dead writer's lock has its commit in hand, and
 * a session creates and removes one file, not two.
 *
 * Why not a library: those without native code (proper-lockfile, lockfile) know
 * a holder by the age of a folder only, so that a killed one delays everybody
 * for the whole stale limit, and take over by removing, which two can do at
 * once; those on flock(2) are native, and neither works on memfs or in a browser.
 */
export class WriterLock {
  #released = false;
  /** Something that the next writer has to finish: a decided commit that could not be brought into the file. */
  #leftForRecovery = false;
  #mayHoldRecord = false;
  #synced = false;
  #commits = 0;
  /** When it was last seen to be held. */
  #seenAt = thisMoment();
  /** At the last look it was not. */
  #isSuspect = false;
  readonly #heartbeat: ReturnType<typeof setInterval>;

  /** Use `acquireWriterLock`. */
  constructor(
    readonly fs: SyncFileSystem,
    /** The data file. */
    readonly path: string,
    private readonly file: HeldLockFile,
    /** What the writer before had left to be done, and is done now. */
    readonly recovered: RecoveryOutcome,
  ) {
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    // In a browser it is a number, and keeps nobody from leaving.
    if (typeof this.#heartbeat === "object") this.#heartbeat.unref();
  }

  /** Where the lock and the journal are. */
  get journalPath(): string {
    return journalPathOf(this.path);
  }

  /** Differs from that of every other commit of anybody. */
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
      writeAt(this.fs, this.file.fd, encodeHolder(this.file.holder), 0);
    } catch {
      // The next beat tries again, and a commit asks whether the lock is still held.
    }
  }

  /** Whether nobody took the lock meanwhile: this thread did not run for minutes, or somebody removed the file. */
  stillHeld(): boolean {
    return !this.#released && this.#look() === "held";
  }

  #look(): ReturnType<typeof stateOfLock> {
    const state = stateOfLock(this.fs, this.journalPath, this.file);
    this.#isSuspect = state !== "held";
    if (state === "held") this.#seenAt = thisMoment();
    return state;
  }

  /** The state of the lock, asked on the disk only where our rules alone cannot tell. */
  #state(): ReturnType<typeof stateOfLock> {
    return !this.#isSuspect && elapsedSince(this.#seenAt) < TRUSTED_MS ? "held" : this.#look();
  }

  /**
   * To be called right before what only the holder may do. Costs nothing within
   * a second of the last time.
   *
   * @throws FileStorageException the lock was lost meanwhile, or released.
   */
  assertHeld(): void {
    if (this.#released)
      throw new FileStorageException(`${this.path} cannot be written: its lock was released`);
    const state = this.#state();
    if (state === "held") return;
    const what = state === "unknown" ? "cannot be looked at" : "was taken by another writer or removed";
    throw new FileStorageException(`${this.path} cannot be written: its lock ${this.journalPath} ${what}`);
  }

  /**
   * As `assertHeld`, for the writes of a decided commit, which must go on where that is possible: if the lock's file
   * was only removed, nobody else can finish them.
   */
  assertNotTaken(): void {
    const isRecent = elapsedSince(this.#seenAt) < UNTAKEN_MS;
    const state = this.#state();
    if (state !== "held" && (state === "taken" || !isRecent)) this.assertHeld();
  }

  /** For the port, before it writes a record: a second transaction under one lock begins without the first one's. */
  expectRecord(synced: boolean): void {
    this.#synced ||= synced;
    this.#mayHoldRecord = true;
  }

  /** For the port: afterwards no commit stands in the journal. Throws what the file system throws. */
  eraseRecord(): void {
    if (!this.#mayHoldRecord) return;
    this.fs.ftruncateSync(this.file.fd, HOLDER_BYTES);
    if (this.#synced) this.fs.fsyncSync(this.file.fd);
    this.#mayHoldRecord = false;
  }

  /** For the port: something is left to be finished (a decided commit that is not in the file), so releasing must not remove the journal. */
  leaveForRecovery(): void {
    this.#leftForRecovery = true;
  }

  /**
   * Lets others write. Idempotent. Does not throw: what was committed is
   * committed, and a lock's file that cannot be removed is left to whoever
   * comes next, as one that nobody holds.
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
      syncFolderOf(this.fs, this.path);
    } catch {
      // The commit is durable without it; a journal that comes back after a power cut is applied once more, in vain.
    }
  }
}

/**
 * Waits for the right to write the file at `path` (resolved, so that two
 * spellings of one file wait for each other; it need not exist). A dead
 * writer's lock is taken over and its commit finished first.
 *
 * @throws FileStorageException not had in time (names the holder), cancelled, or the disk failed.
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
      const file =
        attempt.lastHolder !== undefined && fs.existsSync(journalPath)
          ? attempt.takeOver(finish)
          : (attempt.create() ?? attempt.takeOver(finish));
      if (file !== undefined) return new WriterLock(fs, path, file, recovered);
    } catch (error) {
      throw fileException(error, `cannot lock ${path} for writing`, { fs, path, creates: true });
    }
    const waitedMs = performance.now() - started;
    const timeoutMs = options.timeoutMs ?? defaultTimeout(waitedMs, attempt.remainingSilenceMs);
    if (waitedMs >= timeoutMs) throw timeoutException(path, attempt, waitedMs);
    const ms = Math.min(pauseMs * (0.5 + Math.random() / 2), timeoutMs - waitedMs + 1);
    const wait = () => pause(ms, options.signal, path);
    await (options.whileWaiting?.(wait) ?? wait());
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
}

function defaultTimeout(waitedMs: number, remainingSilenceMs = Number.POSITIVE_INFINITY): number {
  const outwaitMs = remainingSilenceMs <= OUTWAITED_MS ? waitedMs + remainingSilenceMs + MAX_PAUSE_MS : 0;
  return Math.max(DEFAULT_TIMEOUT_MS, outwaitMs);
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

function pause(ms: number, signal: AbortSignal | undefined, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      if (signal !== undefined) reject(cancelledException(signal, `${path} was not locked for writing`));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
