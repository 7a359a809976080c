import { fileException, type SyncFileSystem, type SyncStats, systemErrorCode } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { lookup3 } from "../format/checksum.js";
import { BlockCache } from "./block-cache.js";
import { CommittedJournal, readRecord } from "./committed-journal.js";
import { closeQuietly, readAt } from "./file-io.js";
import type { FilePort } from "./file-port.js";
import { GrowingPort } from "./growing-port.js";
import { RACY_MS } from "./known-content.js";
import { journalPathOf } from "./side-files.js";

// Why a reader without a lock sees one commit and not parts of two
// ----------------------------------------------------------------
// A writer changes committed bytes of the file only while a complete journal
// is there ("applying"); what it writes before that lies beyond the committed
// length, where nothing refers to it. So at any moment
//   (1) without a complete journal, the file is exactly one committed state;
//   (2) with one, the file with the journal's bytes put over it is.
// A view is taken so: stat the file, look for a journal, open the file. Let T
// be the moment of the look. By (1) and (2) the view shows at T a committed state.
//
// `validate` says yes where all reads since were of one such state:
//   (a) File, modification time and size are still those of the stat before T, and
//       that time was not so recent that a further write could have got the same
//       (a commit of ours sets a later one than there was, see known-content.ts): the
//       file did not change between, all reads are of the state at T. What a writer adds
//       before its commit gives the file times too, which the time that the commit sets
//       could meet by chance; the time of the last change of status tells those apart.
//   (b) The journal that the view was taken with is still there. A next commit
//       needs it gone first, and applying this one writes what the view shows anyway.
//   (c) `careful`: a new view is taken, its T lying after all reads, and what was
//       read is read again through it and is the same. Each byte was then the same
//       before T and after T. So, but for a byte that changed and changed back in
//       between, all reads are of the state at T. (For a wrong yes, two commits within the
//       read must each restore what the one before had changed, around T.)
// Otherwise no: the reads may be of two states, and are to be done again.

/** `isCurrent` reads again at most this much; beyond, opening anew is as cheap. */
const CHEAP_BYTES = 1024 * 1024;
/** A look fails only where a writer ended its commit in the middle of it. */
const MAX_LOOKS = 100;

export interface ReadPortOptions {
  /**
   * Remembers a checksum of everything that is read, so that reads can be
   * validated though the file changes. Default: where the file was modified
   * just now.
   */
  readonly careful?: boolean;
}

interface ReadRecord {
  readonly position: number;
  readonly length: number;
  readonly count: number;
  readonly checksum: number;
}

/** The state of the last commit at one moment. */
interface View {
  readonly stats: SyncStats;
  /** A further write may not show in `stats`. */
  readonly isRacy: boolean;
  readonly fd: number;
  readonly size: number;
  readonly journal: CommittedJournal | undefined;
  /** Open only where the journal is too long to be held. */
  readonly journalFd: number | undefined;
}

/**
 * Reads a file as of its last commit, without a lock and while others write.
 * Optimistic: whoever reads several things that belong together asks `validate`
 * afterwards, and where it says no, opens a new port and reads again.
 */
export class ReadPort implements FilePort {
  #records: ReadRecord[] | undefined;
  #recordedBytes = 0;
  /** A block stays what it was when it was read; whether that is still so, `validate` tells of the record of its read. */
  readonly #cache: BlockCache;
  readonly #journalPath: string;
  #isGrowing = false;

  private constructor(
    private readonly fs: SyncFileSystem,
    private readonly path: string,
    private view: View,
    options: ReadPortOptions,
  ) {
    if (options.careful ?? view.isRacy) this.#records = [];
    this.#journalPath = journalPathOf(path);
    this.#cache = new BlockCache(view.size, (target, position) => this.#readFile(target, position));
  }

  /**
   * @throws FileStructureException missing, a folder, without permission.
   * @throws FileStorageException the disk failed.
   */
  static open(fs: SyncFileSystem, path: string, options: ReadPortOptions = {}): ReadPort {
    return new ReadPort(fs, path, takeView(fs, path), options);
  }

  get size(): number {
    return this.view.size;
  }

  /** What stat told of the file. */
  get stats(): SyncStats {
    return this.view.stats;
  }

  /** Whether reads can be validated though the file changes. */
  get careful(): boolean {
    return this.#records !== undefined;
  }

  /**
   * The file as it is now, for a file that a SWMR writer of another program appends to: see there why
   * it is read right. From now on there is nothing to validate here.
   */
  growing(): FilePort {
    this.#isGrowing = true;
    this.#records = undefined;
    return new GrowingPort(this.fs, this.view.fd, this.path);
  }

  read(target: Uint8Array, position: number): number {
    return this.#cache.read(target, position);
  }

  /**
   * To be called before a port that was kept open is used again: what another program changes by memory mapping
   * shows in no time of the file while the page is not written out, so nothing but reading shows it.
   */
  expireBlocks(): void {
    this.#cache.expire();
  }

  #readFile(target: Uint8Array, position: number): number {
    const count = readView(this.fs, this.view, target, position);
    if (this.#records !== undefined) {
      const checksum = lookup3(target.subarray(0, count));
      this.#records.push({ position, length: target.length, count, checksum });
      this.#recordedBytes += count;
    }
    return count;
  }

  /**
   * Before a long read of a file that was modified just now: waits until a
   * further modification would show, so that what is read need not be
   * remembered. Where somebody goes on writing, it stays `careful`.
   */
  async settle(): Promise<void> {
    if (this.#records === undefined || !this.view.isRacy) return;
    await new Promise((resolve) => setTimeout(resolve, RACY_MS));
    // What was read so far goes with the new view, or `validate` will say that it does not.
    if (this.#readAgain() && !this.view.isRacy) this.#records = undefined;
  }

  /** Refused: a port for reading. */
  write(): void {
    throw readOnly(this.path);
  }

  /** Refused: a port for reading. */
  truncate(): void {
    throw readOnly(this.path);
  }

  /**
   * Whether everything that was read through this port is of one commit. On no,
   * what was read may mix two: close, and open a new port; a `careful` one where
   * somebody keeps writing. Throws as `open`.
   */
  validate(): boolean {
    if (this.#isGrowing) return true;
    if (!this.view.isRacy && this.#isUnchanged()) return true;
    if (
      this.view.journal !== undefined &&
      decidedId(this.fs, this.#journalPath) === this.view.journal.record.id
    )
      return true;
    return this.#readAgain();
  }

  /**
   * Whether what was read through this port, and is cached by HDF5, is still
   * the last commit; to be asked before a port that was kept open is used again.
   */
  isCurrent(): boolean {
    if (this.#isGrowing) return false;
    try {
      if (!this.view.isRacy && this.#isUnchanged()) {
        const id = decidedId(this.fs, this.#journalPath);
        return id === undefined || id === this.view.journal?.record.id;
      }
      return this.#recordedBytes <= CHEAP_BYTES && this.#readAgain();
    } catch {
      // Opening anew tells what is wrong.
      return false;
    }
  }

  /** Whether the file surely did not change since it was opened, so that reading it again would give the same. */
  get isStill(): boolean {
    return !this.view.isRacy && this.#isUnchanged();
  }

  #isUnchanged(): boolean {
    const { mtimeMs, ctimeMs, size, ino } = this.view.stats;
    try {
      const now = this.fs.statSync(this.path);
      return now.mtimeMs === mtimeMs && now.ctimeMs === ctimeMs && now.size === size && now.ino === ino;
    } catch (error) {
      throw fileException(error, `cannot read ${this.path}`);
    }
  }

  #readAgain(): boolean {
    if (this.#records === undefined) return false;
    const view = takeView(this.fs, this.path);
    let buffer = new Uint8Array(65536);
    for (const { position, length, count, checksum } of this.#records) {
      if (buffer.length < length) buffer = new Uint8Array(length);
      const target = buffer.subarray(0, length);
      const now = readView(this.fs, view, target, position);
      if (now !== count || lookup3(target.subarray(0, now)) !== checksum) {
        closeView(this.fs, view);
        return false;
      }
    }
    closeView(this.fs, this.view);
    this.view = view;
    return true;
  }

  close(): void {
    closeView(this.fs, this.view);
    this.#records = undefined;
  }
}

function takeView(fs: SyncFileSystem, path: string): View {
  try {
    for (let look = 0; look < MAX_LOOKS; look++) {
      const view = tryView(fs, path);
      if (view !== undefined) return view;
    }
  } catch (error) {
    throw fileException(error, `cannot read ${path}`, { fs, path });
  }
  throw new FileStorageException(`cannot read ${path}: its commits follow one another too fast to be seen`);
}

/** In this order: see the argument above. */
function tryView(fs: SyncFileSystem, path: string): View | undefined {
  const stats = fs.statSync(path);
  const isRacy = Date.now() - stats.mtimeMs < RACY_MS;
  const journalPath = journalPathOf(path);
  const journalFd = openIfThere(fs, journalPath);
  let fd: number | undefined;
  let needsJournal = false;
  try {
    let journal = journalFd === undefined ? undefined : CommittedJournal.read(fs, journalFd);
    fd = fs.openSync(path, "r");
    const { size } = fs.fstatSync(fd);
    if (journal !== undefined && !journal.belongsTo(fd)) {
      // It ended while we looked, and the file went on; or it is of another file that had this name.
      const ended = !fs.existsSync(journalPath) || decidedId(fs, journalPath) !== journal.record.id;
      if (ended) return undefined;
      journal = undefined;
    }
    needsJournal = journal?.needsDescriptor === true;
    const view: View = {
      stats,
      isRacy,
      fd,
      size: journal?.record.newLength ?? size,
      journal,
      journalFd: needsJournal ? journalFd : undefined,
    };
    fd = undefined;
    return view;
  } finally {
    if (fd !== undefined) closeQuietly(fs, fd);
    if (journalFd !== undefined && !needsJournal) closeQuietly(fs, journalFd);
  }
}

/** The commit that is decided in the journal now, as far as its record tells. */
function decidedId(fs: SyncFileSystem, journalPath: string): string | undefined {
  const fd = openIfThere(fs, journalPath);
  if (fd === undefined) return undefined;
  try {
    return readRecord(fs, fd)?.id;
  } finally {
    closeQuietly(fs, fd);
  }
}

function openIfThere(fs: SyncFileSystem, path: string): number | undefined {
  // Asking first costs a sixth of an exception.
  if (!fs.existsSync(path)) return undefined;
  try {
    return fs.openSync(path, "r");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function readView(fs: SyncFileSystem, view: View, target: Uint8Array, position: number): number {
  const length = Math.max(0, Math.min(target.length, view.size - position));
  const wanted = length === target.length ? target : target.subarray(0, length);
  const count = readAt(fs, view.fd, wanted, position);
  if (view.journal === undefined) return count;
  wanted.fill(0, count);
  view.journal.overlay(wanted, position);
  return length;
}

function closeView(fs: SyncFileSystem, view: View): void {
  closeQuietly(fs, view.fd);
  if (view.journalFd !== undefined) closeQuietly(fs, view.journalFd);
}

function readOnly(path: string): Error {
  return Object.assign(new Error(`EROFS: ${path} is open for reading`), { code: "EROFS" });
}
