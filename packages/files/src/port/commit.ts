import { FileStorageException } from "@tvb-storage/errors";
import { parentOf } from "../file-path.js";
import { syncDirectorySync } from "../sync-directory.js";
import { errorMessage, systemErrorCode } from "../system-error.js";
import { HEAD_BYTES } from "./commit-record.js";
import type { DataFile, Head } from "./data-file.js";
import type { FileBytes } from "./file-port.js";
import { partialPathOf, takeFreeName } from "./new-file.js";
import type { StagedWrites } from "./staged-writes.js";
import type { WriterLock } from "./writer-lock.js";

/** What a commit survives: the death of the process, or a power cut too. */
export type Durability = "process" | "power";

export interface CommitOptions {
  /** The file has no name yet. */
  readonly isNew: boolean;
  readonly durability: Durability | undefined;
  /** Where in the file its superblock is. */
  readonly headPosition: (file: FileBytes) => number;
}

/** Bytes that a commit writes before other calls may run. */
const STEP_BYTES = 4 * 1024 * 1024;

/**
 * The protocol by which what a transaction staged takes effect at once:
 *
 * 1. sync the file (only with `"power"`, as all syncs)
 * 2. write the journal; sync it
 * 3. write the journal's bytes into the file; sync it
 *
 * From the end of step 2 on it is committed. The release of the lock then removes the journal. A commit that
 * only adds to the file needs no journal, and a new file gets its name instead.
 */
export class Commit {
  /**
   * `"pending"`: nothing is committed, and what was staged can be undone. `"committed"`: the journal is complete, or
   * may be, and this writer or the next one must finish it. `"done"`: there is nothing more to do.
   */
  #state: "pending" | "committed" | "done" = "pending";
  readonly #isSynced: boolean;

  constructor(
    private readonly lock: WriterLock,
    private readonly file: DataFile,
    private readonly staged: StagedWrites,
    private readonly options: CommitOptions,
  ) {
    this.#isSynced = options.durability === "power";
  }

  get state(): "pending" | "committed" | "done" {
    return this.#state;
  }

  /**
   * Makes it, in steps none of which takes longer than writing STEP_BYTES.
   *
   * @throws FileStorageException after which `state` says whether it can be undone.
   */
  *steps(): Generator<void, void> {
    const { file } = this;
    let isJournaled: boolean;
    try {
      isJournaled = this.options.isNew ? this.#create() : this.#writeJournal();
      // Nothing refers to what was added: there is nothing to make atomic.
      if (!this.options.isNew && !isJournaled && file.isTouched && this.#isSynced) file.sync();
    } catch (error) {
      this.#abort(error);
      throw this.options.isNew && systemErrorCode(error) === "EEXIST"
        ? createdByOther(this.lock.path, error)
        : notCommitted(this.lock.path, error);
    }
    if (!isJournaled) {
      this.#state = "done";
      if (this.options.isNew) this.#syncFolder();
      return;
    }
    this.#state = "committed";
    yield* this.#apply();
    this.#state = "done";
    this.#assertAppliedAlone();
  }

  /** Gives the new file its name; that needs no journal. */
  #create(): false {
    const { fs, path } = this.lock;
    this.staged.cutTail();
    if (this.#isSynced) this.file.sync();
    this.lock.assertHeld();
    // Else the next writer removes the second name.
    if (!takeFreeName(fs, partialPathOf(path), path)) this.lock.leaveForRecovery();
    return false;
  }

  #syncFolder(): void {
    const { fs, path } = this.lock;
    try {
      if (this.#isSynced) syncDirectorySync(fs, parentOf(path));
    } catch (cause) {
      throw new FileStorageException(
        `${path} is created, but its folder could not be synced: a power cut may still undo it`,
        { cause },
      );
    }
  }

  /** Commits by a journal. False where none is needed, since no committed byte changes. */
  #writeJournal(): boolean {
    const { lock, file, staged } = this;
    if (!staged.isCut && staged.buffer.isEmpty) return false;
    const journal = staged.buffer.toJournal();
    if (!staged.isCut && journal.isEmpty) return false;
    const head = this.#committedHead();
    file.assertUnchanged(head);
    staged.cutTail();
    if (this.#isSynced && file.isTouched) {
      // Its length too: recovery identifies the file by it.
      file.sync();
      // The sync took long.
      file.assertUnchanged(head);
    }
    lock.assertHeld();
    journal.complete({
      id: lock.newCommitId(),
      oldLength: staged.committed,
      newLength: staged.size,
      writtenLength: file.length,
      synced: this.#isSynced,
      oldHead: head.bytes,
      headPosition: head.position,
    });
    if (this.#isSynced) {
      lock.fs.fsyncSync(lock.journalFd);
      syncDirectorySync(lock.fs, parentOf(lock.journalPath));
    }
    return true;
  }

  /** The superblock, or what is at the beginning, as of the last commit. */
  #committedHead(): Head {
    const { committed: size, cache } = this.staged;
    const read = (target: Uint8Array, at: number): number =>
      cache.read(target.subarray(0, Math.max(0, size - at)), at);
    const found = this.options.headPosition({ size, read });
    // The record has 32 bits for it.
    const position = found < 2 ** 32 ? found : 0;
    const bytes = new Uint8Array(Math.min(HEAD_BYTES, size - position));
    read(bytes, position);
    return { position, bytes };
  }

  *#apply(): Generator<void, void> {
    try {
      yield* this.#applyOnce();
    } catch {
      try {
        yield* this.#applyOnce();
      } catch (cause) {
        throw new FileStorageException(
          `${this.lock.path}: it is committed, but could not be written into the file (${errorMessage(cause)}); ` +
            `it is in ${this.lock.journalPath}, where readers see it, and the next writer or recover() finishes it`,
          { cause },
        );
      }
    }
  }

  *#applyOnce(): Generator<void, void> {
    let applied = 0;
    for (const bytes of this.staged.apply()) {
      applied += bytes;
      if (applied < STEP_BYTES) continue;
      applied = 0;
      yield;
    }
    if (this.#isSynced) this.file.sync();
  }

  /**
   * After the commit. A file that has the name now came during the call; but it is an error if the committed file has
   * no name at all. And a program that opened it in the middle of the commit may have read it half, and write it so.
   */
  #assertAppliedAlone(): void {
    const { path } = this.lock;
    if (!this.file.hasName)
      throw new FileStorageException(
        `${path}: nothing of this session is in a file of this name: another program removed or replaced it ` +
          "in the middle of the commit",
      );
    try {
      this.file.assertNotOpenElsewhere();
    } catch (cause) {
      throw new FileStorageException(
        `${path}: the commit was made, but another program opened the file in the middle of it, and may ` +
          `write over it (${errorMessage(cause)}). When the file is closed there, look whether it holds what was stored`,
        { cause },
      );
    }
  }

  /**
   * After a failure: removes what may be a commit from the journal, so that what was staged can be undone.
   *
   * @throws FileStorageException that failed too; the next writer finishes or discards it.
   */
  #abort(cause: unknown): void {
    try {
      this.lock.eraseRecord();
    } catch {
      this.#state = "committed";
      throw new FileStorageException(
        `${this.lock.path}: the commit failed and could not be taken back (${errorMessage(cause)}); ` +
          "the next writer, or recover(), finds it whole and finishes it, or not whole and discards it",
        { cause },
      );
    }
  }
}

function createdByOther(path: string, cause: unknown): FileStorageException {
  return new FileStorageException(
    `${path}: nothing of this session was stored: another program created a file of this name before the ` +
      "first commit here; that file is as it was. Do it again to have it in that file",
    { cause },
  );
}

/** The error of a transaction that has no effect. */
export function notCommitted(path: string, cause: unknown): FileStorageException {
  return new FileStorageException(
    `${path}: nothing of this session was stored, what was committed before is as it was: ${errorMessage(cause)}`,
    { cause },
  );
}
