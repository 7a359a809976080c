import { FileStorageException } from "@tvb-storage/errors";
import { fileException } from "../file-exception.js";
import type { SyncFileSystem, SyncStats } from "../file-system.js";
import { closeQuietly, readAll, readAllSync, readerElsewhere } from "../read-write.js";
import { systemErrorCode } from "../system-error.js";
import { journalPathOf } from "./commit-record.js";
import { CommittedJournal, readRecord } from "./committed-journal.js";
import type { ReadElsewhere } from "./file-port.js";
import { isSameState, RACY_MS } from "./file-state.js";

// Why a reader without a lock sees one commit and not parts of two
// ----------------------------------------------------------------
// A writer changes committed bytes of the file only while a complete journal
// is there ("applying"); what it writes before that lies beyond the committed
// length, where nothing refers to it. So at any moment
//   (1) without a complete journal, the file is exactly one committed state;
//   (2) with one, the file with the journal's bytes put over it is.
// To take a snapshot: stat the file, look for a journal, open the file. Let T be the
// moment of the look. By (1) and (2) the snapshot shows at T a committed state.
// Its reads come after T: ReadPort.validate checks whether they show that state too.

/** A look fails only where a writer ended its commit during it. */
const MAX_LOOKS = 100;

/** The file as of its last commit, at one moment. Its descriptors are open until `close`. */
export class Snapshot {
  /** Reads on other threads. The descriptor must be open until they end: its number would be that of another file. */
  #readsElsewhere = 0;
  #isClosed = false;

  private constructor(
    private readonly fs: SyncFileSystem,
    private readonly path: string,
    private readonly fd: number,
    readonly stats: SyncStats,
    /** Another write may not change `stats`. */
    readonly isRacy: boolean,
    readonly size: number,
    private readonly journal: CommittedJournal | undefined,
    /** Open only where the journal is too long for memory. */
    private readonly journalFd: number | undefined,
  ) {}

  /**
   * @throws FileStructureException missing, a folder, without permission.
   * @throws FileStorageException the disk failed.
   */
  static take(fs: SyncFileSystem, path: string): Snapshot {
    try {
      for (let look = 0; look < MAX_LOOKS; look++) {
        const snapshot = Snapshot.#tryToTake(fs, path);
        if (snapshot !== undefined) return snapshot;
      }
    } catch (error) {
      throw fileException(error, `cannot read ${path}`, { fs, path });
    }
    throw new FileStorageException(`cannot read ${path}: its commits follow one another too fast to be seen`);
  }

  /** In this order: see the argument above. */
  static #tryToTake(fs: SyncFileSystem, path: string): Snapshot | undefined {
    const stats = fs.statSync(path);
    const isRacy = Date.now() - stats.mtimeMs < RACY_MS;
    const journalPath = journalPathOf(path);
    const journalFd = openIfThere(fs, journalPath);
    let fd: number | undefined;
    let needsJournal = false;
    try {
      let journal = journalFd === undefined ? undefined : CommittedJournal.read(fs, journalFd);
      fd = fs.openSync(path, "r");
      let { size } = fs.fstatSync(fd);
      if (journal !== undefined && !journal.belongsTo(fd)) {
        // The commit ended meanwhile, and another began; or the journal is of another file that had this name.
        const ended = !fs.existsSync(journalPath) || committedId(fs, journalPath) !== journal.record.id;
        if (ended) return undefined;
        journal = undefined;
      }
      if (journal !== undefined) size = journal.record.newLength;
      needsJournal = journal?.needsDescriptor === true;
      const kept = needsJournal ? journalFd : undefined;
      const snapshot = new Snapshot(fs, path, fd, stats, isRacy, size, journal, kept);
      fd = undefined;
      return snapshot;
    } finally {
      if (fd !== undefined) closeQuietly(fs, fd);
      if (journalFd !== undefined && !needsJournal) closeQuietly(fs, journalFd);
    }
  }

  read(target: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.size - position));
    const wanted = length === target.length ? target : target.subarray(0, length);
    const count = readAllSync(this.fs, this.fd, wanted, position);
    if (this.journal === undefined) return count;
    wanted.fill(0, count);
    this.journal.overlay(wanted, position);
    return length;
  }

  /** `read` on another thread; undefined where the file system has none, or the journal is to be put over the bytes. */
  get readElsewhere(): ReadElsewhere | undefined {
    const reader = this.journal === undefined ? readerElsewhere(this.fs, this.fd) : undefined;
    if (reader === undefined) return undefined;
    return async (target, position) => {
      const length = Math.max(0, Math.min(target.length, this.size - position));
      this.#readsElsewhere += 1;
      try {
        return await readAll(reader, target.subarray(0, length), position);
      } finally {
        this.#readsElsewhere -= 1;
        if (this.#isClosed) this.close();
      }
    };
  }

  get hasJournal(): boolean {
    return this.journal !== undefined;
  }

  /** Of the file itself, without the journal. */
  get descriptor(): number {
    return this.fd;
  }

  /** Whether the file certainly did not change since. Throws FileStructureException or FileStorageException. */
  isUnchanged(): boolean {
    if (this.isRacy) return false;
    try {
      return isSameState(this.fs.statSync(this.path), this.stats);
    } catch (error) {
      throw fileException(error, `cannot read ${this.path}`);
    }
  }

  /**
   * Whether there is a commit in the journal now: the one that this snapshot shows (`"same"`) or another one.
   */
  journalNow(): "none" | "same" | "other" {
    const id = committedId(this.fs, journalPathOf(this.path));
    if (id === undefined) return "none";
    return id === this.journal?.record.id ? "same" : "other";
  }

  close(): void {
    this.#isClosed = true;
    if (this.#readsElsewhere > 0) return;
    closeQuietly(this.fs, this.fd);
    if (this.journalFd !== undefined) closeQuietly(this.fs, this.journalFd);
  }
}

/** The commit that is in the journal now; its payload is not checked. */
function committedId(fs: SyncFileSystem, journalPath: string): string | undefined {
  const fd = openIfThere(fs, journalPath);
  if (fd === undefined) return undefined;
  try {
    return readRecord(fs, fd)?.id;
  } finally {
    closeQuietly(fs, fd);
  }
}

function openIfThere(fs: SyncFileSystem, path: string): number | undefined {
  // This check takes a sixth of the time of an exception.
  if (!fs.existsSync(path)) return undefined;
  try {
    return fs.openSync(path, "r");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
