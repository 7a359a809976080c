import { FileStorageException } from "@tvb-storage/errors";
import type { SyncFileStats, SyncFileSystem } from "../file-system.js";
import { closeQuietly, readAllSync, writeAllSync } from "../read-write.js";
import { systemErrorCode } from "../system-error.js";
import type { WriterLock } from "./writer-lock.js";

/** Throws where the file must not be changed. `maxAgeMs`: how old the information may be that it uses; default 0. */
export type FileGuard = (file: SyncFileStats, maxAgeMs?: number) => void;

/** Bytes that identify the file as of the last commit. */
export interface Head {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Within this time after a look at its length a file is written to without another look. */
const SIZE_AGE_MS = 2;

const LOSS = {
  missing: "another program removed or moved it while it was open here",
  replaced: "another program put another file in its place while it was open here",
} as const;

/**
 * The data file of a transaction as it is on the disk. Before it is changed, it is checked that this writer
 * still has the lock and that no other program changed the file.
 *
 * Methods throw what the file system throws, besides FileStorageException.
 */
export class DataFile {
  #length: number;
  #lengthSeenAt = performance.now();
  #isTouched = false;
  readonly #fs: SyncFileSystem;

  /** `opened`: the stats of the open file. */
  constructor(
    private readonly lock: WriterLock,
    private readonly fd: number,
    readonly opened: SyncFileStats,
    private readonly guard: FileGuard | undefined,
  ) {
    this.#fs = lock.fs;
    this.#length = opened.size;
  }

  /** As this transaction left it; a commit that is being applied may change it further. */
  get length(): number {
    return this.#length;
  }

  /** Whether it was written, cut or extended before the commit, which a power cut may undo until it is synced. */
  get isTouched(): boolean {
    return this.#isTouched;
  }

  read(target: Uint8Array, position: number): number {
    return readAllSync(this.#fs, this.fd, target, position);
  }

  /** Writes beyond the committed length, which must be at or before `position`. */
  append(data: Uint8Array, position: number): void {
    this.assertOwnTail();
    this.#isTouched = true;
    const end = position + data.length;
    try {
      writeAllSync(this.#fs, this.fd, data, position);
    } catch (error) {
      // A disk that fills up takes a part of it, which is then to be cut off again.
      const { size } = this.#fs.fstatSync(this.fd);
      if (size > this.#length && size < end) this.#length = size;
      throw error;
    }
    this.#length = Math.max(this.#length, end);
  }

  /** Cuts or extends it, not below the committed length. */
  resize(length: number): void {
    this.assertOwnTail();
    this.#fs.ftruncateSync(this.fd, length);
    this.#length = length;
    this.#isTouched = true;
  }

  /** Writes bytes of a commit that is in the journal. */
  apply(data: Uint8Array, position: number): void {
    this.lock.assertNotTaken();
    writeAllSync(this.#fs, this.fd, data, position);
  }

  /** Gives it the length of a commit that is in the journal. */
  applyLength(length: number): void {
    if (length >= this.#length) return;
    this.lock.assertNotTaken();
    this.#fs.ftruncateSync(this.fd, length);
  }

  sync(): void {
    this.#fs.fsyncSync(this.fd);
  }

  close(): void {
    closeQuietly(this.#fs, this.fd);
  }

  /**
   * Before the tail is written or cut: another writer that took the lock may have begun to write there, and a
   * program that copied another file over this one (`cp` writes in place) has its content there.
   */
  assertOwnTail(): void {
    this.lock.assertHeld();
    this.assertOwnLength();
  }

  /** @throws FileStorageException another program made the file longer or shorter; a look is trusted for 2 ms. */
  assertOwnLength(): void {
    const now = performance.now();
    if (now - this.#lengthSeenAt < SIZE_AGE_MS) return;
    if (this.#fs.fstatSync(this.fd).size !== this.#length) {
      // Its message names the program, if that has the file open.
      this.assertNotOpenElsewhere();
      throw changedByOther();
    }
    this.#lengthSeenAt = now;
  }

  /** Throws where another program has the file open. */
  assertNotOpenElsewhere(): void {
    this.guard?.(this.opened);
  }

  /**
   * Before the commit, and before the file is cut. The file must still have its name, or the commit could not be
   * found. And another program may have opened it since, and even have closed it again: one that adds anything
   * changes the length or the superblock, which was read as `head`.
   */
  assertUnchanged(head: Head): void {
    this.assertNotOpenElsewhere();
    const found = this.#lookUp(this.opened);
    if (typeof found === "string") throw new FileStorageException(LOSS[found]);
    const now = new Uint8Array(head.bytes.length);
    this.read(now, head.position);
    if (found.size === this.#length && now.every((byte, index) => byte === head.bytes[index])) return;
    throw changedByOther();
  }

  /** Whether its path still leads to it, and it is as long as this transaction made it. */
  isOwn(): boolean {
    const open = this.#fs.fstatSync(this.fd);
    return typeof this.#lookUp(open) !== "string" && open.size === this.#length;
  }

  /** The stats of what its path leads to, if that is still the open file, whose stats are `open`. */
  #lookUp(open: SyncFileStats): SyncFileStats | keyof typeof LOSS {
    try {
      const stats = this.#fs.statSync(this.lock.path);
      const { ino } = stats;
      // memfs gives the inode of an open file to the next one, but counts the names of the open one right.
      const isSame = open.nlink !== 0 && (ino === undefined || open.ino === undefined || ino === open.ino);
      return isSame ? stats : "replaced";
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === "ENOENT" || code === "ENOTDIR") return "missing";
      throw error;
    }
  }

  /** Whether it still has a name; true where the file system does not say. Does not throw. */
  get hasName(): boolean {
    try {
      return this.#fs.fstatSync(this.fd).nlink !== 0;
    } catch {
      return true;
    }
  }
}

function changedByOther(): FileStorageException {
  return new FileStorageException("another program changed it while it was open here");
}
