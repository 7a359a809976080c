import { FileStorageException, isTVBException } from "@tvb-storage/errors";
import { nextTurn, resolvePath, type SyncFileSystem, systemErrorCode } from "@tvb-storage/files";
import { spaceIdentity } from "@tvb-storage/files/internal";
import type { H5Handle } from "../session/h5-handle.js";
import { NOT_NOW, type NotNow } from "../session/not-now.js";
import { lockListSoon } from "../session/other-programs.js";
import { ReadSession } from "../session/read-session.js";
import { type FileOptions, rolledBack, WriteSession } from "../session/write-session.js";
import { callTurns, whileWaiting } from "./call-turns.js";
import { ifDescriptorsFree, waitForDescriptors } from "./descriptors.js";
import { endSessionsWithProcess } from "./end-sessions.js";
import { FileQueue, type FileTurn } from "./file-queue.js";

/** A read during which another process committed is repeated this often, before it waits for a pause of the writer. */
const OPTIMISTIC_ATTEMPTS = 4;
const ATTEMPTS = 200;

export interface AccessOptions extends FileOptions {
  /** External content is read too. */
  readonly resolvesExternal: boolean;
}

export interface ChangeOptions {
  /** A file that is not there is created; else it is an exception. */
  readonly create: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Reads and changes of one file, in the sessions that all managers of this process share. */
export class FileAccess {
  readonly #queue: FileQueue;
  readonly #options: AccessOptions;

  constructor(
    private readonly fs: SyncFileSystem,
    readonly path: string,
    options: AccessOptions,
  ) {
    this.#queue = new FileQueue(fs, path);
    this.#options = options;
    void lockListSoon(fs, options);
  }

  /**
   * Runs a read on the last commit, or on what this process has appended since.
   * `work` may run again where a commit of another process came in between.
   */
  read<T>(work: (handle: H5Handle) => T | Promise<T>, { keepOpen }: { keepOpen: boolean }): Promise<T> {
    return this.#queue.run((file) => {
      const { state } = file;
      if (state.kind === "writing") return readOwn(file, state, work);
      // During a store: in a session for this read only.
      return this.#readCommitted(file, work, keepOpen && state.kind !== "storing");
    });
  }

  /**
   * Runs a read before the event loop turns, which needs no lock, where no call
   * of this process is at the file: in the session that is kept open, or in one
   * of its own where nothing is open. `NOT_NOW` where it must take its turn in `read`:
   * `work` says so, the list of locks would have to be waited for, a link leads to the file, no descriptor
   * is free, or a commit came.
   */
  readNow<T>(work: (handle: H5Handle) => T | NotNow, { keepOpen }: { keepOpen: boolean }): T | NotNow {
    const state = this.#queue.stateNow();
    if (state === NOT_NOW || lockListSoon(this.fs, this.#options) !== undefined) return NOT_NOW;
    if (state.kind === "idle" && !keepOpen) return ifDescriptorsFree(() => this.#readOnce(work));
    if (state.kind !== "reading" || !keepOpen || !this.#suits(state)) return NOT_NOW;
    return state.resume() ? readOneCommit(state, work) : NOT_NOW;
  }

  #readOnce<T>(work: (handle: H5Handle) => T | NotNow): T | NotNow {
    // The journal and temporary files are beside the file that links lead to.
    if (this.#options.resolvesExternal || isLink(this.fs, this.path)) return NOT_NOW;
    const session = this.#openReading(this.path, false);
    try {
      return readOneCommit(session, work);
    } finally {
      session.close();
    }
  }

  async #readCommitted<T>(
    file: FileTurn,
    work: (handle: H5Handle) => T | Promise<T>,
    keepOpen: boolean,
  ): Promise<T> {
    await lockListSoon(this.fs, this.#options);
    let isGrowing = false;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const isOptimistic = isGrowing || attempt < OPTIMISTIC_ATTEMPTS;
      const lock = isOptimistic ? undefined : await this.#tryLock(file);
      let session: ReadSession | undefined;
      try {
        session = await waitForDescriptors(() => this.#readSession(file, attempt > 0));
        isGrowing = session.isGrowing;
        const outcome = await outcomeOf(session, work);
        const isLast = attempt + 1 === ATTEMPTS;
        const result = ofOneCommit(session, outcome, { isLocked: lock !== undefined, isLast });
        if (result !== NOT_NOW) {
          if (keepOpen) file.slot.open = session;
          return result;
        }
      } finally {
        if (session !== undefined && file.state !== session) session.close();
        lock?.release();
      }
      await pause(attempt);
    }
    throw new FileStorageException(
      `${this.path} is committed to by another process faster than it can be read; try again`,
    );
  }

  /** Keeps writers of other processes away for one read; undefined where one is at work or the directory cannot be written. */
  async #tryLock(file: FileTurn): Promise<{ release(): void } | undefined> {
    try {
      return await file.lock({ ignoreLocks: this.#options.ignoreLocks, timeoutMs: 5 });
    } catch (error) {
      if (isTVBException(error)) return undefined;
      throw error;
    }
  }

  /** Whether a session that another manager may have opened is one as this would open. */
  #suits(session: ReadSession): boolean {
    const { resolvesExternal, ignoreLocks } = this.#options;
    return session.resolvesExternal === resolvesExternal && session.ignoresLocks === ignoreLocks;
  }

  /** The session that is kept open, out of its slot, or a new one. */
  #readSession(file: FileTurn, verified: boolean): ReadSession {
    const { state } = file;
    if (state.kind === "reading") {
      file.slot.open = undefined;
      if (this.#suits(state) && state.isCurrent()) return state;
      state.close();
    }
    return this.#openReading(file.path, verified);
  }

  #openReading(path: string, verified: boolean): ReadSession {
    const { resolvesExternal, ignoreLocks } = this.#options;
    return ReadSession.open(this.fs, path, { verified, resolvesExternal, ignoreLocks });
  }

  /**
   * Runs a change in a transaction of its own: what was appended before and
   * not committed yet is committed first, so that this change fails alone.
   */
  change<T>(work: (handle: H5Handle) => T | Promise<T>, options: ChangeOptions): Promise<T> {
    return this.#queue.runAlone(async (file) => workAndCommit(await this.#begin(file, options), work));
  }

  /**
   * Runs a change that waits for others (a source of blocks) on the way. The file
   * is not locked for reads meanwhile, which see the last commit.
   */
  changeSlowly<T>(work: (handle: H5Handle) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const begin = (file: FileTurn) => this.#begin(file, { create: true, signal });
    return this.#queue.runStore(begin, (session) => workAndCommit(session, work));
  }

  /**
   * Runs an append at once where it only fills the buffer of a session that is
   * open and that no call is using; false where it must wait for its turn.
   */
  appendNow(work: (session: WriteSession) => boolean): boolean {
    const state = this.#queue.stateNow();
    return state !== NOT_NOW && state.kind === "writing" && work(state);
  }

  /** Runs an append in the open session, and commits it unless it is kept open. */
  append(work: (session: WriteSession) => Promise<void>, keepOpen: boolean): Promise<void> {
    return this.#queue.runAlone(async (file) => {
      const { state } = file;
      const session = state.kind === "writing" ? state : await this.#begin(file, { create: true });
      session.changesBefore = session.handle.changes;
      try {
        await work(session);
        session.hasPending = true;
        if (keepOpen) session.acknowledge();
        else await session.commit();
      } catch (error) {
        // Refused before anything changed: rows that were taken before stay.
        if (session.hasPending && session.handle.changes === session.changesBefore && !session.ended)
          throw error;
        session.rollBack();
        throw rolledBack(error, session);
      } finally {
        file.slot.open = session.ended ? undefined : session;
      }
    });
  }

  /** A new session, once what was open is committed and closed. */
  async #begin(file: FileTurn, options: ChangeOptions): Promise<WriteSession> {
    await file.close();
    endSessionsWithProcess();
    const all = { ...this.#options, ...options, whileWaiting };
    return waitForDescriptors(() => WriteSession.open(this.fs, file.path, all), this.#options.lockTimeoutMs);
  }

  /** The file as it is committed, with what this process has appended; for the caller to validate and close. */
  async openCommitted(): Promise<ReadSession> {
    await this.close();
    await lockListSoon(this.fs, this.#options);
    const open = () => this.#openReading(resolvePath(this.fs, this.path), false);
    return callTurns.run(() => waitForDescriptors(open));
  }

  /** Whether another is on the same file. */
  isSameFile({ fs, path }: FileAccess): boolean {
    return (
      spaceIdentity(fs) === spaceIdentity(this.fs) &&
      resolvePath(fs, path) === resolvePath(this.fs, this.path)
    );
  }

  /** Flushes, commits and closes the open session, if there is one. */
  close(): Promise<void> {
    return this.#queue.runAlone((file) => file.close());
  }

  /** Closes the file where it is open for reading only. */
  closeReading(): Promise<void> {
    return this.#queue.run(async (file) => {
      if (file.state.kind === "reading") await file.close();
    });
  }
}

/** Whether a link leads to the file, or may. */
function isLink(fs: SyncFileSystem, path: string): boolean {
  if (fs.realpathSync === undefined) return false;
  try {
    return fs.lstatSync?.(path).isSymbolicLink() !== false;
  } catch (error) {
    // A file that is not there is no link; to open it gives the error.
    return systemErrorCode(error) !== "ENOENT";
  }
}

/** Reads what was appended and is not committed yet, too. */
async function readOwn<T>(
  file: FileTurn,
  session: WriteSession,
  work: (handle: H5Handle) => T | Promise<T>,
): Promise<T> {
  try {
    await session.flush();
  } catch (error) {
    session.rollBack();
    file.slot.open = undefined;
    throw rolledBack(error, session);
  }
  return work(session.handle);
}

/** An error of a read counts only where the read is known to be of one commit. */
type Outcome<T> = { readonly value: T } | { readonly error: unknown };

async function outcomeOf<T>(
  { handle }: ReadSession,
  work: (handle: H5Handle) => T | Promise<T>,
): Promise<Outcome<T>> {
  try {
    return { value: await work(handle) };
  } catch (error) {
    return { error };
  }
}

/** A read that does not wait. */
function readOneCommit<T>(session: ReadSession, work: (handle: H5Handle) => T | NotNow): T | NotNow {
  let outcome: Outcome<T>;
  try {
    const value = work(session.handle);
    if (value === NOT_NOW) return NOT_NOW;
    outcome = { value };
  } catch (error) {
    outcome = { error };
  }
  return ofOneCommit(session, outcome);
}

interface Attempt {
  /** No other process can commit. */
  readonly isLocked: boolean;
  readonly isLast: boolean;
}

/** The value or error of a read; `NOT_NOW` where it may be of two commits. */
function ofOneCommit<T>(session: ReadSession, outcome: Outcome<T>, attempt?: Attempt): T | NotNow {
  // A SWMR writer appends, and the read may have come into the middle of a write.
  if (session.isGrowing && "error" in outcome && attempt?.isLast !== true && !session.isStill) return NOT_NOW;
  if (attempt?.isLocked !== true && !session.validate()) return NOT_NOW;
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}

/** Runs the one change of a session; where it or the commit fails, nothing has taken effect. */
async function workAndCommit<T>(
  session: WriteSession,
  work: (handle: H5Handle) => T | Promise<T>,
): Promise<T> {
  try {
    const result = await work(session.handle);
    await session.commit();
    return result;
  } catch (error) {
    session.rollBack();
    throw rolledBack(error, session);
  }
}

/** Lets others run; after some attempts, so long that a writer gets ahead. */
function pause(attempt: number): Promise<void> {
  return attempt < OPTIMISTIC_ATTEMPTS ? nextTurn() : new Promise((resolve) => setTimeout(resolve, 1));
}
