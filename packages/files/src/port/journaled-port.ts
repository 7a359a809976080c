import { FileStorageException } from "@tvb-storage/errors";
import { fileException } from "../file-exception.js";
import type { SyncFileStats } from "../file-system.js";
import { closeQuietly } from "../read-write.js";
import { BlockCache } from "./block-cache.js";
import { Commit, type Durability, notCommitted } from "./commit.js";
import { DataFile, type FileGuard } from "./data-file.js";
import type { FileBytes, FilePort } from "./file-port.js";
import { JournalWriter } from "./journal-writer.js";
import { openOrCreate, partialPathOf } from "./new-file.js";
import { StagedWrites } from "./staged-writes.js";
import { WriteBuffer } from "./write-buffer.js";
import type { WriterLock } from "./writer-lock.js";

export interface JournaledPortOptions {
  /** Of a file that is created, less what the umask of the process takes off; default 0o744. */
  readonly fileMode?: number;
  /** Default `"process"`. */
  readonly durability?: Durability;
  /**
   * The length of the file as of its last commit, as the file's content gives it: what is
   * beyond was left by a writer that died, and is cut off. Default: all of the file.
   */
  readonly committedLength?: (file: FileBytes) => number;
  /** Where the superblock is, which identifies the file; default its beginning. */
  readonly headPosition?: (file: FileBytes) => number;
  /** Buffered writes beyond this go to the journal before the commit; default 4 MiB. */
  readonly bufferBytes?: number;
  /**
   * Throws where another program has the file open. Called before anything else, and again before the commit.
   */
  readonly guard?: FileGuard;
}

const DEFAULT_MODE = 0o744;
const NEW_FILE: SyncFileStats = { size: 0, mtimeMs: 0 };
/** A program that opened the file within this time, and has not changed it yet, is found before the commit. */
const GUARD_AGE_MS = 2;
const DEFAULT_BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * One transaction on a file: nothing that is written through it takes effect
 * before `commit`, and then all of it does, wherever the process dies. Ends with
 * `commit` or `rollBack`; the caller releases the lock afterwards. A file that
 * does not exist is written under a temporary name, which the commit changes.
 *
 * `read`, `write` and `truncate` throw what the file system throws.
 */
export class JournaledPort implements FilePort {
  readonly #file: DataFile;
  readonly #staged: StagedWrites;
  readonly #commit: Commit;
  #failure: unknown;
  #ended = false;

  private constructor(
    private readonly lock: WriterLock,
    fd: number,
    /** Whether the file is being created, under its temporary name. */
    readonly isNew: boolean,
    options: JournaledPortOptions,
  ) {
    const opened = isNew ? NEW_FILE : lock.fs.fstatSync(fd);
    const { durability, headPosition = () => 0, bufferBytes = DEFAULT_BUFFER_BYTES } = options;
    if (!isNew) options.guard?.(opened, GUARD_AGE_MS);
    const file = new DataFile(lock, fd, opened, options.guard);
    const cache = committedCache(file, options.committedLength);
    const startJournal = (): JournalWriter => {
      lock.expectRecord(durability === "power");
      return new JournalWriter(lock.fs, lock.journalFd);
    };
    const kept = new WriteBuffer(startJournal, (target, at) => cache.read(target, at), bufferBytes);
    this.#file = file;
    this.#staged = new StagedWrites(file, cache, kept);
    this.#commit = new Commit(lock, file, this.#staged, { isNew, durability, headPosition });
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

  get size(): number {
    return this.#staged.size;
  }

  read(target: Uint8Array, position: number): number {
    return this.#staged.read(target, position);
  }

  write(data: Uint8Array, position: number): void {
    this.#change(() => this.#staged.write(data, position));
  }

  truncate(length: number): void {
    this.#change(() => this.#staged.truncate(length));
  }

  /** Keeps the first failure: what HDF5 believes to be written is not, so it must not be committed. */
  #change(make: () => void): void {
    if (this.#ended) throw new FileStorageException(`${this.lock.path}: written to after its session ended`);
    try {
      make();
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }

  /**
   * To be called before buffered rows are written and committed.
   *
   * @throws FileStorageException another program made the file longer or shorter; a look is trusted for 2 ms.
   */
  assertUnchanged(): void {
    try {
      this.#file.assertOwnLength();
    } catch (error) {
      throw notCommitted(this.lock.path, error);
    }
  }

  /**
   * Makes everything since `open` take effect at once, and ends the port.
   *
   * @throws FileStorageException nothing of it took effect and the file is as of the commit before, or, where
   *   the message says that it is committed, all of it will have: readers see it, the next writer finishes it.
   */
  commit(): void {
    for (const _ of this.commitSteps()) {
      // Without pauses.
    }
  }

  /** `commit` in short steps. Between steps of a long one other calls may run. */
  *commitSteps(): Generator<void, void> {
    const { path } = this.lock;
    if (this.#ended) throw new FileStorageException(`${path}: committed after its session ended`);
    try {
      if (this.#failure !== undefined) throw notCommitted(path, this.#failure);
      yield* this.#commit.steps();
    } catch (error) {
      this.rollBack();
      throw error;
    }
    this.#end();
  }

  /**
   * Leaves the file as of the last commit, and removes a new one. Ends the port.
   * Idempotent; does not throw. If the steps of a commit were begun and the file
   * is committed already, it stays so: the next writer finishes it.
   */
  rollBack(): void {
    if (this.#ended) return;
    if (this.#commit.state === "pending") this.#undo();
    else if (this.#commit.state === "committed") this.lock.leaveForRecovery();
    this.#end();
  }

  #undo(): void {
    try {
      // If another writer has the lock now, it may have begun to write there.
      if (!this.lock.stillHeld()) return;
      if (this.isNew) this.lock.fs.unlinkSync(partialPathOf(this.lock.path));
      // If it was moved, it may have a writer under its new name.
      else if (this.#file.isOwn()) {
        this.#file.assertNotOpenElsewhere();
        this.#staged.dropTail();
      }
    } catch {
      // What stays is beyond the committed length, or under the temporary name; the next writer removes it.
    }
  }

  #end(): void {
    this.#ended = true;
    this.#staged.dispose();
    this.#file.close();
  }
}

/** The file as of its last commit, whose length is the limit of the cache. */
function committedCache(
  file: DataFile,
  committedLength: JournaledPortOptions["committedLength"],
): BlockCache {
  const size = file.length;
  const cacheOf = (length: number): BlockCache =>
    new BlockCache(length, (target, position) => file.read(target, position));
  const cache = cacheOf(size);
  const committed = Math.min(
    size,
    committedLength?.({ size, read: (target, position) => cache.read(target, position) }) ?? size,
  );
  // Committed bytes do not change before the commit; what is beyond does.
  return committed === size ? cache : cacheOf(committed);
}
