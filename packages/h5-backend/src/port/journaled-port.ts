import {
  errorMessage,
  fileException,
  type SyncFileStats,
  type SyncFileSystem,
  systemErrorCode,
} from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { BlockCache } from "./block-cache.js";
import { HEAD_BYTES } from "./commit-record.js";
import { closeQuietly, readAt, syncFolderOf, writeAt } from "./file-io.js";
import type { FilePort } from "./file-port.js";
import { JournalWriter } from "./journal-writer.js";
import { KeptWrites } from "./kept-writes.js";
import { fileState, KnownContent, markModified } from "./known-content.js";
import { openOrCreate, takeFreeName } from "./new-file.js";
import { describeLoss, hasName, pathState } from "./path-state.js";
import { partialPathOf } from "./side-files.js";
import type { WriterLock } from "./writer-lock.js";

/** What a commit outlives: the death of the process, or also a power cut. */
export type Durability = "process" | "power";

export interface JournaledPortOptions {
  /** Of a file that is created, less what the umask of the process takes off; default 0o744. */
  readonly fileMode?: number;
  /** Default `"process"`. */
  readonly durability?: Durability;
  /**
   * The length of the file as of its last commit, by what stands in it: what is
   * beyond was left by a writer that died, and is cut off. Default: all of the file.
   */
  readonly committedLength?: (file: Pick<FilePort, "size" | "read">) => number;
  /** Where the superblock is, by which a file is known; default its beginning. */
  readonly headPosition?: (file: Pick<FilePort, "size" | "read">) => number;
  /** Kept writes beyond this go to the journal before the commit; default 4 MiB. */
  readonly heldBytes?: number;
  /**
   * Throws where another program has the open file, of which it is told what stat tells: asked before anything
   * else, and again before the commit is decided.
   */
  readonly guard?: FileGuard;
  /** What the transaction before knew of the file; used where the file is still as it left it. */
  readonly known?: KnownContent;
}

/** Throws where the file must not be changed. `maxAgeMs`: how old what it goes by may be; default 0. */
export type FileGuard = (file: SyncFileStats, maxAgeMs?: number) => void;

/** Bytes by which the file is known as of the last commit. */
interface Head {
  readonly position: number;
  readonly bytes: Uint8Array;
}

const DEFAULT_MODE = 0o744;
const NEW_FILE: SyncFileStats = { size: 0, mtimeMs: 0 };
/** A program that opened a file within this time, and has not changed it yet, shows before the commit all the same. */
const GUARD_AGE_MS = 2;
/** Within this time after a look at its length a file is written to without another look. */
const SIZE_AGE_MS = 2;
/** Bytes that a commit writes before it lets others run. */
const STEP_BYTES = 4 * 1024 * 1024;
const DEFAULT_HELD_BYTES = 4 * 1024 * 1024;

/**
 * One transaction on a file: nothing that is written through it is in the file
 * until `commit`, and then all of it, wherever the process dies. Ends with
 * `commit` or `rollBack`; the caller releases the lock afterwards.
 *
 * Writes beyond the committed length go straight to the file, where nothing
 * refers to them yet; writes below it are kept as pages, and put into the
 * journal when they become many and at the commit. A file that does not exist
 * is written under another name, which the commit changes.
 *
 * `read`, `write` and `truncate` throw what the file system throws.
 */
export class JournaledPort implements FilePort {
  #size: number;
  /** Length of the file as it is on the disk; its bytes from `#committed` on are this transaction's. */
  #written: number;
  readonly #committed: number;
  readonly #cache: BlockCache;
  readonly #kept: KeptWrites;
  /** The file is as the transaction before had left it. */
  readonly isAsKnown: boolean;
  /** Modification time at the beginning. */
  readonly #mtimeMs: number;
  #known: KnownContent | undefined;
  readonly #synced: boolean;
  readonly #guard: FileGuard | undefined;
  readonly #headPosition: NonNullable<JournaledPortOptions["headPosition"]>;
  /** What stat told of the file at the beginning. */
  readonly #opened: SyncFileStats;
  /** When the file was last seen to be as long as it should be. */
  #sizeSeenAt = performance.now();
  /** The file itself was written, cut or extended, which a power cut may undo until it is synced. */
  #touched = false;
  /** The journal is complete: the transaction can no longer be undone. */
  #decided = false;
  #failure: unknown;
  #ended = false;
  readonly #fs: SyncFileSystem;

  private constructor(
    private readonly lock: WriterLock,
    private readonly fd: number,
    /** Whether the file is being created, under its other name. */
    readonly isNew: boolean,
    options: JournaledPortOptions,
  ) {
    this.#fs = lock.fs;
    this.#synced = options.durability === "power";
    this.#guard = options.guard;
    this.#headPosition = options.headPosition ?? (() => 0);
    this.#kept = new KeptWrites(
      () => {
        lock.expectRecord(this.#synced);
        return new JournalWriter(this.#fs, lock.journalFd);
      },
      (target, position) => this.#cache.read(target, position),
      options.heldBytes ?? DEFAULT_HELD_BYTES,
    );
    const stats = isNew ? NEW_FILE : this.#fs.fstatSync(fd);
    this.#opened = stats;
    this.isAsKnown = !isNew && options.known?.isOf(fileState(stats)) === true;
    if (!isNew) options.guard?.(stats, this.isAsKnown ? GUARD_AGE_MS : 0);
    const { size } = stats;
    this.#written = size;
    this.#mtimeMs = stats.mtimeMs ?? Number.POSITIVE_INFINITY;
    const cacheOf = (length: number, before?: BlockCache): BlockCache =>
      new BlockCache(length, (target, position) => readAt(this.#fs, fd, target, position), before);
    if (this.isAsKnown) {
      // What a commit leaves has no tail.
      this.#known = options.known;
      this.#committed = size;
      this.#size = size;
      this.#cache = cacheOf(size, options.known?.cache);
      return;
    }
    const cache = cacheOf(size);
    const file = {
      size,
      read: (target: Uint8Array, position: number) => cache.read(target, position),
    };
    this.#committed = isNew ? 0 : Math.min(size, options.committedLength?.(file) ?? size);
    this.#size = this.#committed;
    // What was committed does not change before the commit; what is beyond does.
    this.#cache = this.#committed === size ? cache : cacheOf(this.#committed);
  }

  /**
   * Begins a transaction under a lock that is held.
   *
   * @throws FileStructureException it cannot be opened or created: no permission, a folder, no such folder.
   * @throws FileStorageException the disk failed.
   */
  static open(lock: WriterLock, options: JournaledPortOptions = {}): JournaledPort {
    const { fs, path } = lock;
    try {
      lock.eraseRecord();
      const { fd, isNew } = openOrCreate(fs, path, options.fileMode ?? DEFAULT_MODE);
      try {
        return new JournaledPort(lock, fd, isNew, options);
      } catch (error) {
        closeQuietly(fs, fd);
        throw error;
      }
    } catch (error) {
      throw fileException(error, `cannot open ${path} for writing`, { fs, path });
    }
  }

  /** After a commit: what is known of the file, for the next transaction. Undefined where it could not be told from a changed one. */
  get known(): KnownContent | undefined {
    return this.#ended ? this.#known : undefined;
  }

  get size(): number {
    return this.#size;
  }

  read(target: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.#size - position));
    if (length === 0) return 0;
    this.#kept.read(target.subarray(0, length), position);
    return length;
  }

  write(data: Uint8Array, position: number): void {
    this.#change(() => {
      if (data.length === 0) return;
      const end = position + data.length;
      if (position > this.#size) this.#zeroBelow(position);
      const below = Math.max(0, Math.min(end, this.#committed) - position);
      if (below > 0) this.#kept.write(data.subarray(0, below), position);
      if (below < data.length) {
        this.#assertOwnTail();
        this.#cutTail(this.#size);
        writeAt(this.#fs, this.fd, data.subarray(below), position + below);
        this.#written = Math.max(this.#written, end);
        this.#touched = true;
      }
      this.#size = Math.max(this.#size, end);
    });
  }

  truncate(length: number): void {
    this.#change(() => {
      if (length > this.#size) this.#extend(length);
      else if (length < this.#size) {
        this.#kept.cut(length);
        this.#cutTail(length);
        this.#size = length;
      }
    });
  }

  /** Remembers the first failure: what HDF5 believes to be written then is not, so it must not be committed. */
  #change(make: () => void): void {
    if (this.#ended) throw new FileStorageException(`${this.lock.path}: written to after its session ended`);
    try {
      make();
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }

  /** Below the committed length, where the file was cut before, zeros must show and not what was there. */
  #zeroBelow(length: number): void {
    const end = Math.min(length, this.#committed);
    if (end > this.#size) this.#kept.writeZeros(this.#size, end);
  }

  #extend(length: number): void {
    this.#zeroBelow(length);
    if (length > this.#committed) {
      this.#assertOwnTail();
      // What a writer that died left there must not show.
      this.#cutTail(this.#size);
      this.#fs.ftruncateSync(this.fd, length);
      this.#written = length;
      this.#touched = true;
    }
    this.#size = length;
  }

  /**
   * Before the file is written beyond the committed length, or cut: whoever has the lock now may have begun to write
   * there, and a program that copied another file over this one (`cp` writes in place) has its content there.
   */
  #assertOwnTail(): void {
    this.lock.assertHeld();
    this.#assertOwnLength();
  }

  /**
   * To be called before what was buffered is written and committed.
   *
   * @throws FileStorageException another program made the file longer or shorter; a look is trusted for 2 ms.
   */
  assertUnchanged(): void {
    try {
      this.#assertOwnLength();
    } catch (error) {
      throw notCommitted(this.lock.path, error);
    }
  }

  #assertOwnLength(): void {
    const now = performance.now();
    if (now - this.#sizeSeenAt < SIZE_AGE_MS) return;
    if (this.#fs.fstatSync(this.fd).size !== this.#written) {
      // It names the program, where that has the file open.
      this.#guard?.(this.#opened);
      throw changedByOther();
    }
    this.#sizeSeenAt = now;
  }

  /** Cuts the file on the disk, but never below what the last commit needs. */
  #cutTail(length: number): void {
    const keep = Math.max(length, this.#committed);
    if (this.#written <= keep) return;
    this.#assertOwnTail();
    this.#fs.ftruncateSync(this.fd, keep);
    this.#written = keep;
    this.#touched = true;
  }

  /**
   * Makes everything since `open` take effect at once, and ends the port.
   *
   * @throws FileStorageException nothing of it took effect and the file is as of the commit before, or, where
   *   the message says that the commit stands, all of it will have: readers see it, the next writer finishes it.
   */
  commit(): void {
    for (const _ of this.commitSteps()) {
      // All at once: the steps are for those who let others run in between.
    }
  }

  /** `commit` in steps, none of which takes longer than writing a slab. Between steps of a long one others may run. */
  *commitSteps(): Generator<void, void> {
    const { path } = this.lock;
    if (this.#ended) throw new FileStorageException(`${path}: committed after its session ended`);
    if (this.#failure !== undefined) {
      this.rollBack();
      throw notCommitted(path, this.#failure);
    }
    const before = this.#known;
    this.#known = undefined;
    if (this.isNew) this.#commitNew();
    else yield* this.#commitExisting(before);
    if (this.#touched || this.#decided) this.#remember(before?.hasFineTimes === true);
    else this.#known = before;
    if (this.#decided) this.#assertAppliedAlone();
    this.#end();
  }

  #remember(hasFineTimes: boolean): void {
    // A synced file would have to be synced once more for it.
    if (this.#synced) return;
    const marked = markModified(this.#fs, this.fd, { mtimeMs: this.#mtimeMs }, hasFineTimes);
    if (marked !== undefined) this.#known = new KnownContent(this.#cache, marked.state, marked.hasFineTimes);
  }

  #commitNew(): void {
    const { path } = this.lock;
    const fs = this.#fs;
    try {
      this.#cutTail(this.#size);
      if (this.#synced) fs.fsyncSync(this.fd);
      this.lock.assertHeld();
      // Else the next writer removes the second name.
      if (!takeFreeName(fs, partialPathOf(path), path)) this.lock.leaveForRecovery();
    } catch (error) {
      this.rollBack();
      throw systemErrorCode(error) === "EEXIST" ? createdByOther(path, error) : notCommitted(path, error);
    }
    try {
      if (this.#synced) syncFolderOf(fs, path);
    } catch (error) {
      this.#end();
      throw new FileStorageException(
        `${path} is created, but its folder could not be synced: a power cut may still undo it`,
        { cause: error },
      );
    }
  }

  *#commitExisting(before: KnownContent | undefined): Generator<void, void> {
    const shrinks = this.#size < this.#committed;
    try {
      if (!shrinks && this.#kept.isEmpty) {
        this.#commitGrowth();
        return;
      }
      const journal = this.#kept.toJournal();
      if (!shrinks && journal.isEmpty) {
        this.#commitGrowth();
        return;
      }
      const head = this.#committedHead();
      this.#assertUndisturbed(head, before);
      this.#cutTail(this.#size);
      if (this.#synced && this.#touched) {
        // Its length too: recovery knows the file by it.
        this.#fs.fsyncSync(this.fd);
        // That took long.
        this.#assertUndisturbed(head, undefined);
      }
      this.lock.assertHeld();
      journal.complete({
        id: this.lock.newCommitId(),
        oldLength: this.#committed,
        newLength: this.#size,
        writtenLength: this.#written,
        synced: this.#synced,
        oldHead: head.bytes,
        headPosition: head.position,
      });
      if (this.#synced) {
        this.#fs.fsyncSync(this.lock.journalFd);
        syncFolderOf(this.#fs, this.lock.journalPath);
      }
    } catch (error) {
      this.#withdraw(error);
    }
    this.#decided = true;
    yield* this.#apply();
  }

  /** The superblock, or what is at the beginning, as of the last commit. */
  #committedHead(): Head {
    const size = this.#committed;
    const read = (target: Uint8Array, at: number): number =>
      this.#cache.read(target.subarray(0, Math.max(0, size - at)), at);
    const found = this.#headPosition({ size, read });
    // The record has 32 bits for it.
    const position = found < 2 ** 32 ? found : 0;
    const bytes = new Uint8Array(Math.min(HEAD_BYTES, size - position));
    read(bytes, position);
    return { position, bytes };
  }

  /**
   * Before the commit is decided, and before the file is cut. The file must still have its name, or nobody would find
   * the commit. And another program may have opened it since, and even have closed it again: one that adds anything
   * changes the length or the superblock, of which `head` is what we read. If the times are as `known` from the commit
   * before, nobody wrote at all; but what this transaction added to the file changes them too.
   */
  #assertUndisturbed(head: Head, known: KnownContent | undefined): void {
    this.#guard?.(this.#opened);
    const found = pathState(this.#fs, this.lock.path, this.#opened);
    if (found.state !== "same") throw new FileStorageException(describeLoss(found.state));
    if (!this.#touched && known?.isOf(fileState(found.stats)) === true) return;
    const now = new Uint8Array(head.bytes.length);
    readAt(this.#fs, this.fd, now, head.position);
    if (found.stats.size === this.#written && now.every((byte, index) => byte === head.bytes[index])) return;
    throw changedByOther();
  }

  /**
   * After the commit. Whatever took the name since the look came during the call; but that the file has no name at
   * all is told. And a program that opened it in the middle of the commit may have seen it half, and write it so.
   */
  #assertAppliedAlone(): void {
    const { path } = this.lock;
    // What is remembered was looked at after the commit.
    if (this.#known === undefined ? !hasName(this.#fs, this.fd) : this.#known.state.nlink === 0) {
      this.#known = undefined;
      this.#end();
      throw new FileStorageException(
        `${path}: nothing of this session is in a file of this name: another program removed or replaced it ` +
          "in the middle of the commit",
      );
    }
    try {
      this.#guard?.(this.#opened);
    } catch (cause) {
      this.#known = undefined;
      this.#end();
      throw new FileStorageException(
        `${path}: the commit was made, but another program opened the file in the middle of it, and may ` +
          `write over it (${errorMessage(cause)}). When the file is closed there, look whether it holds what was stored`,
        { cause },
      );
    }
  }

  /** Nothing below the committed length changed, so nothing refers to what was added: there is nothing to make atomic. */
  #commitGrowth(): void {
    if (this.#touched && this.#synced) this.#fs.fsyncSync(this.fd);
  }

  /** A journal that may be complete is taken back before anything else is undone. */
  #withdraw(cause: unknown): never {
    const { path } = this.lock;
    try {
      this.lock.eraseRecord();
    } catch {
      this.lock.leaveForRecovery();
      this.#end();
      throw new FileStorageException(
        `${path}: the commit failed and could not be taken back (${errorMessage(cause)}); ` +
          "the next writer, or recover(), finds it whole and finishes it, or not whole and discards it",
        { cause },
      );
    }
    this.rollBack();
    throw notCommitted(path, cause);
  }

  /** From here on the commit stands: the journal is complete. */
  *#apply(): Generator<void, void> {
    try {
      yield* this.#applyOnce();
    } catch {
      try {
        yield* this.#applyOnce();
      } catch (cause) {
        this.lock.leaveForRecovery();
        this.#end();
        throw new FileStorageException(
          `${this.lock.path}: the commit stands, but could not be brought into the file (${errorMessage(cause)}); ` +
            `it is in ${this.lock.journalPath}, where readers see it, and the next writer or recover() finishes it`,
          { cause },
        );
      }
    }
  }

  *#applyOnce(): Generator<void, void> {
    let applied = 0;
    for (const { position, data } of this.#kept.journal?.extents() ?? []) {
      const count = Math.min(data.length, this.#size - position);
      if (count > 0) {
        this.lock.assertNotTaken();
        const piece = data.subarray(0, count);
        writeAt(this.#fs, this.fd, piece, position);
        this.#cache.update(piece, position);
      }
      applied += data.length;
      if (applied < STEP_BYTES) continue;
      applied = 0;
      yield;
    }
    if (this.#size < this.#written) {
      this.lock.assertNotTaken();
      this.#fs.ftruncateSync(this.fd, this.#size);
    }
    if (this.#synced) this.#fs.fsyncSync(this.fd);
  }

  /**
   * Leaves the file as of the last commit, and a new one not there at all. Ends
   * the port. Idempotent; does not throw. A commit whose steps were begun and
   * is decided stands: the next writer finishes it.
   */
  rollBack(): void {
    if (this.#ended) return;
    this.#known = undefined;
    if (this.#decided) {
      // The steps of a commit were left off in the middle.
      this.lock.leaveForRecovery();
      this.#end();
      return;
    }
    try {
      // Whoever has the lock now may have begun to write there.
      if (this.lock.stillHeld()) {
        if (this.isNew) this.#fs.unlinkSync(partialPathOf(this.lock.path));
        // Elsewhere by now, it may have a writer under its new name.
        else if (pathState(this.#fs, this.lock.path, this.#fs.fstatSync(this.fd)).state === "same")
          this.#cutOwnTail();
      }
    } catch {
      // What stays is beyond the committed length, or under a name that nobody opens; the next writer removes it.
    }
    this.#end();
  }

  /** Cuts off what this transaction added, if nobody else can have added to it. Throws where another program has the file. */
  #cutOwnTail(): void {
    this.#guard?.(this.#opened);
    if (this.#fs.fstatSync(this.fd).size === this.#written) this.#cutTail(this.#committed);
  }

  #end(): void {
    this.#ended = true;
    this.#kept.dispose();
    closeQuietly(this.#fs, this.fd);
  }
}

function changedByOther(): FileStorageException {
  return new FileStorageException("another program changed it while it was open here");
}

function createdByOther(path: string, cause: unknown): FileStorageException {
  return new FileStorageException(
    `${path}: nothing of this session was stored: another program created a file of this name before the ` +
      "first commit here; that file is as it was. Do it again to have it in that file",
    { cause },
  );
}

function notCommitted(path: string, cause: unknown): FileStorageException {
  return new FileStorageException(
    `${path}: nothing of this session was stored, what was committed before is as it was: ${errorMessage(cause)}`,
    { cause },
  );
}
