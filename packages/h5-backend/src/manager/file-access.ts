import { FileStorageException } from "@tvb-storage/errors";
import {
  acquireWriterLock,
  type FileSlot,
  nextTurn,
  type SyncFileSystem,
  withFile,
} from "@tvb-storage/files";
import { isUnused } from "@tvb-storage/files/internal";
import { endSessionsWithProcess } from "../session/end-sessions.js";
import type { H5Handle } from "../session/h5-handle.js";
import { fileGuard } from "../session/other-programs.js";
import { ReadSession } from "../session/read-session.js";
import { StoreInProgress } from "../session/store-in-progress.js";
import { type FileOptions, rolledBack, WriteSession } from "../session/write-session.js";
import { callTurns, whileWaiting } from "./call-turns.js";
import { waitForDescriptors } from "./wait-for-descriptors.js";

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

/**
 * One file, as all managers of this process on it share it: at most one
 * session, one call at a time, in the order in which they came.
 */
export class FileAccess {
  readonly #fs: SyncFileSystem;
  readonly path: string;
  readonly #options: AccessOptions;
  /** Where the file was found last; while something is open there, links are not resolved again. */
  #slot: FileSlot | undefined;

  constructor(fs: SyncFileSystem, path: string, options: AccessOptions) {
    this.#fs = fs;
    this.path = path;
    this.#options = options;
  }

  /**
   * Runs a read on the last commit, or on what this process has appended since.
   * `work` may run again where a commit of another process came in between.
   */
  read<T>(work: (handle: H5Handle) => T | Promise<T>, options: { keepOpen: boolean }): Promise<T> {
    return this.#withSlot(async (slot) => {
      if (slot.open instanceof WriteSession) return this.#readOwn(slot, slot.open, work);
      if (!(slot.open instanceof StoreInProgress)) return this.#readCommitted(slot, work, options.keepOpen);
      // During a store: in a session for this read only.
      return this.#readCommitted({ path: slot.path, open: undefined, locked: true }, work, false);
    });
  }

  /**
   * Runs a read before the event loop turns, which needs no lock, where no call
   * of this process is at the file: in the session that is kept open, or in one
   * of its own where nothing is open. Undefined where it must take its turn in
   * `read`: where `work` gave undefined, the file cannot be opened, or a commit came.
   *
   * @throws what `work` throws of a file that did not change meanwhile.
   */
  readNow<T>(work: (handle: H5Handle) => T | undefined, options: { keepOpen: boolean }): T | undefined {
    const slot = this.#slot;
    const open = slot?.open;
    if (open === undefined) return options.keepOpen ? undefined : this.#readOnce(work);
    if (!options.keepOpen || slot?.locked === true || !(open instanceof ReadSession)) return undefined;
    return this.#suits(open) && open.resume() ? settled(open, work) : undefined;
  }

  #readOnce<T>(work: (handle: H5Handle) => T | undefined): T | undefined {
    // The journal and temporary files are beside the file that links lead to.
    if (this.#options.resolvesExternal || !isUnused(this.#fs, this.path)) return undefined;
    const session = this.#openDirectly();
    if (session === undefined) return undefined;
    try {
      return settled(session, work);
    } finally {
      session.close();
    }
  }

  /** A session for one read; undefined where a link leads to the file, or `read` is to say why it cannot be opened. */
  #openDirectly(): ReadSession | undefined {
    const { ignoreLocks } = this.#options;
    try {
      if (this.#fs.realpathSync !== undefined && this.#fs.lstatSync?.(this.path).isSymbolicLink() !== false)
        return undefined;
      return ReadSession.open(this.#fs, this.path, { verified: false, resolvesExternal: false, ignoreLocks });
    } catch {
      return undefined;
    }
  }

  async #readOwn<T>(
    slot: FileSlot,
    session: WriteSession,
    work: (handle: H5Handle) => T | Promise<T>,
  ): Promise<T> {
    try {
      await session.flush();
    } catch (error) {
      session.rollBack();
      slot.open = undefined;
      throw rolledBack(error, session);
    }
    return work(session.handle);
  }

  async #readCommitted<T>(
    slot: FileSlot,
    work: (handle: H5Handle) => T | Promise<T>,
    keepOpen: boolean,
  ): Promise<T> {
    let isGrowing = false;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const isOptimistic = isGrowing || attempt < OPTIMISTIC_ATTEMPTS;
      const lock = isOptimistic ? undefined : await this.#tryLock(slot.path);
      try {
        const session = await waitForDescriptors(() => this.#readSession(slot, attempt > 0));
        const outcome = await outcomeOf(() => work(session.handle));
        isGrowing = session.isGrowing;
        if (isGrowing && "error" in outcome && attempt + 1 < ATTEMPTS && !session.isStill) {
          // It may have come into the middle of a write.
          closeRead(slot);
          await pause(attempt);
          continue;
        }
        if (lock !== undefined || session.validate()) {
          if (!keepOpen || "error" in outcome) closeRead(slot);
          if ("error" in outcome) throw outcome.error;
          return outcome.value;
        }
      } catch (error) {
        closeRead(slot);
        throw error;
      } finally {
        lock?.release();
      }
      closeRead(slot);
      await nextTurn();
    }
    throw new FileStorageException(
      `${this.path} is committed to by another process faster than it can be read; try again`,
    );
  }

  /** Keeps writers of other processes away for one read; undefined where one is at work or the directory cannot be written. */
  async #tryLock(path: string): Promise<{ release(): void } | undefined> {
    try {
      const guard = fileGuard(this.#fs, path, this.#options);
      return await acquireWriterLock(this.#fs, path, { timeoutMs: 5, whileWaiting, ...guard });
    } catch {
      return undefined;
    }
  }

  /** Whether a session that another manager may have opened is one as this would open. */
  #suits(session: ReadSession): boolean {
    const { resolvesExternal, ignoreLocks } = this.#options;
    return session.resolvesExternal === resolvesExternal && session.ignoresLocks === ignoreLocks;
  }

  #readSession(slot: FileSlot, verified: boolean): ReadSession {
    const { resolvesExternal, ignoreLocks } = this.#options;
    if (slot.open instanceof ReadSession) {
      if (this.#suits(slot.open) && slot.open.isCurrent()) return slot.open;
      closeRead(slot);
    }
    const session = ReadSession.open(this.#fs, slot.path, {
      verified,
      resolvesExternal,
      ignoreLocks,
    });
    slot.open = session;
    return session;
  }

  /**
   * Runs a change in a transaction of its own: what was appended before and
   * not committed yet is committed first, so that this change fails alone.
   */
  change<T>(work: (handle: H5Handle) => T | Promise<T>, options: ChangeOptions): Promise<T> {
    return this.#withFreeSlot(async (slot) => {
      const session = await this.#ownSession(slot, options);
      slot.open = session;
      try {
        return await workAndCommit(session, work);
      } finally {
        slot.open = undefined;
      }
    });
  }

  /** A new session for one change, once what was open is committed and closed. */
  async #ownSession(slot: FileSlot, options: ChangeOptions): Promise<WriteSession> {
    const { open } = slot;
    slot.open = undefined;
    await open?.release();
    return this.#openWriting(slot.path, options);
  }

  /**
   * Runs a change that waits for others (a source of blocks) on the way. The file
   * is not locked for reads meanwhile, which see the last commit.
   */
  async changeSlowly<T>(work: (handle: H5Handle) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const store = new StoreInProgress(this.path);
    const { session, slot } = await this.#withFreeSlot(async (slot) => {
      const session = await this.#ownSession(slot, { create: true, signal });
      slot.open = store;
      return { session, slot };
    });
    try {
      return await workAndCommit(session, work);
    } finally {
      // By its own slot: the path may lead elsewhere by now.
      const leave = async (): Promise<void> => {
        if (slot.open === store) slot.open = undefined;
      };
      await withFile(this.#fs, this.path, leave, slot);
      store.finish();
    }
  }

  /**
   * Runs an append at once where it only fills the buffer of a session that is
   * open and that no call is using; false where it must wait for its turn.
   */
  appendNow(work: (session: WriteSession) => boolean): boolean {
    const slot = this.#slot;
    if (slot === undefined || slot.locked || !(slot.open instanceof WriteSession)) return false;
    // One that ended takes no rows: see `#withSlot`.
    return !slot.open.ended && work(slot.open);
  }

  /** Runs an append in the open session, and commits it unless it is kept open. */
  append(work: (session: WriteSession) => Promise<void>, keepOpen: boolean): Promise<void> {
    return this.#withFreeSlot(async (slot) => {
      const session = await this.#writeSession(slot);
      session.changesBefore = session.handle.changes;
      try {
        await work(session);
        session.hasPending = true;
        if (keepOpen) {
          session.acknowledge();
          return;
        }
        await session.commit();
        slot.open = undefined;
      } catch (error) {
        // Refused before anything changed: rows that were taken before stay.
        if (session.hasPending && session.handle.changes === session.changesBefore && !session.ended)
          throw error;
        session.rollBack();
        slot.open = undefined;
        throw rolledBack(error, session);
      }
    });
  }

  async #writeSession(slot: FileSlot): Promise<WriteSession> {
    if (slot.open instanceof WriteSession) return slot.open;
    closeRead(slot);
    const session = await this.#openWriting(slot.path, { create: true });
    slot.open = session;
    return session;
  }

  #openWriting(path: string, options: ChangeOptions): Promise<WriteSession> {
    endSessionsWithProcess();
    const all = { ...this.#options, ...options, whileWaiting };
    return waitForDescriptors(() => WriteSession.open(this.#fs, path, all), this.#options.lockTimeoutMs);
  }

  /** Flushes, commits and closes the open session, if there is one. */
  close(): Promise<void> {
    return this.#withFreeSlot(async (slot) => {
      const { open } = slot;
      slot.open = undefined;
      if (!(open instanceof WriteSession)) return open?.release();
      try {
        await open.commit();
      } catch (error) {
        throw rolledBack(error, open);
      }
    });
  }

  /** Closes the file where it is open for reading only. */
  closeReading(): Promise<void> {
    return withFile(this.#fs, this.path, async (slot) => {
      if (slot.open instanceof ReadSession) closeRead(slot);
    });
  }

  /** The slot when no store of blocks is running. */
  async #withFreeSlot<T>(work: (slot: FileSlot) => Promise<T>): Promise<T> {
    for (;;) {
      const outcome = await this.#withSlot(async (slot) =>
        slot.open instanceof StoreInProgress ? { waitFor: slot.open.over } : { value: await work(slot) },
      );
      if ("value" in outcome) return outcome.value;
      await outcome.waitFor;
    }
  }

  #withSlot<T>(work: (slot: FileSlot) => Promise<T>): Promise<T> {
    const turn = (slot: FileSlot): Promise<T> => {
      this.#slot = slot;
      // Left over if another call released it (to move the file) and the commit failed.
      if (slot.open instanceof WriteSession && slot.open.ended) slot.open = undefined;
      return callTurns.run(() => work(slot));
    };
    return withFile(this.#fs, this.path, turn, this.#slot);
  }
}

/** The result of a read of one commit, or its error; undefined where it may be of two. */
function settled<T>(session: ReadSession, work: (handle: H5Handle) => T | undefined): T | undefined {
  let outcome: Outcome<T | undefined>;
  try {
    outcome = { value: work(session.handle) };
  } catch (error) {
    // Where a SWMR writer appends, it may have come into the middle of a write.
    if (session.isGrowing) return undefined;
    outcome = { error };
  }
  if (!isOfOneCommit(session)) return undefined;
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}

function isOfOneCommit(session: ReadSession): boolean {
  try {
    return session.validate();
  } catch {
    // It was removed, or cannot be read any more: `read` says so.
    return false;
  }
}

function closeRead(slot: FileSlot): void {
  if (slot.open instanceof ReadSession) slot.open.close();
  slot.open = undefined;
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

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** The outcome of a read; its error counts only when the read is known to be of one commit. */
async function outcomeOf<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}
