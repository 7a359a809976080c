import type { SyncFileSystem, SyncStats } from "../file-system.js";
import { BlockCache } from "./block-cache.js";
import { lookup3 } from "./checksum.js";
import { type FilePort, type ReadElsewhere, readOnlyError } from "./file-port.js";
import { RACY_MS } from "./file-state.js";
import { GrowingPort } from "./growing-port.js";
import { Snapshot } from "./snapshot.js";

// Why reads after a snapshot are of one commit
// --------------------------------------------
// Let T be the moment of which the snapshot shows the state (snapshot.ts).
// `validate` says yes where all reads since were of that state:
//   (a) File, modification time and size are still those of the stat before T, and
//       that time was not so recent that another write could have set the same: the
//       file did not change between, all reads are of the state at T.
//   (b) The journal that the snapshot was taken with is still there. A next commit
//       needs it gone first, and applying this one writes what the snapshot shows anyway.
//   (c) `verified`: a new snapshot is taken, with its T after all reads, and what was
//       read is read again through it and is the same. Each byte was then the same
//       before T and after T. So, but for a byte that changed and changed back in
//       between, all reads are of the state at T. (For a wrong yes, two commits within the
//       read must each restore what the one before had changed, around T.)
// Otherwise no: the reads may be of two states, and must be done again.

/** `isCurrent` reads again at most this much; beyond, opening the file again is as cheap. */
const CHEAP_BYTES = 1024 * 1024;

export interface ReadPortOptions {
  /**
   * Keeps a checksum of everything that is read, so that reads can be validated
   * even if the file changes. Default: where the file was modified just now.
   */
  readonly verified?: boolean;
}

interface ReadRecord {
  readonly position: number;
  readonly length: number;
  readonly count: number;
  readonly checksum: number;
}

/**
 * Reads a file as of its last commit, without a lock and while others write.
 * Optimistic: after reading several things that belong together call `validate`;
 * if it says no, open a new port and read again.
 */
export class ReadPort implements FilePort {
  #records: ReadRecord[] | undefined;
  #recordedBytes = 0;
  /** Blocks as they were when they were read; `validate` checks by the records of those reads. */
  readonly #cache: BlockCache;
  #isGrowing = false;

  private constructor(
    private readonly fs: SyncFileSystem,
    private readonly path: string,
    private snapshot: Snapshot,
    options: ReadPortOptions,
  ) {
    if (options.verified ?? snapshot.isRacy) this.#records = [];
    this.#cache = new BlockCache(snapshot.size, (target, position) => this.#readFile(target, position));
  }

  /**
   * @throws FileStructureException missing, a folder, without permission.
   * @throws FileStorageException the disk failed.
   */
  static open(fs: SyncFileSystem, path: string, options: ReadPortOptions = {}): ReadPort {
    return new ReadPort(fs, path, Snapshot.take(fs, path), options);
  }

  get size(): number {
    return this.snapshot.size;
  }

  /** The stats of the file. */
  get stats(): SyncStats {
    return this.snapshot.stats;
  }

  /** Whether reads can be validated even if the file changes. */
  get isVerified(): boolean {
    return this.#records !== undefined;
  }

  /**
   * The file as it is now, while a SWMR writer of another program appends to it; GrowingPort explains why such reads
   * are right. From now on there is nothing to validate here.
   */
  growing(): FilePort {
    this.#isGrowing = true;
    this.#records = undefined;
    return new GrowingPort(this.fs, this.snapshot.descriptor, this.path);
  }

  read(target: Uint8Array, position: number): number {
    return this.#cache.read(target, position);
  }

  /**
   * To be called before a port that was kept open is used again: what another program changes by memory mapping
   * does not change the file's times before the page is written out, so the bytes must be read.
   */
  expireBlocks(): void {
    this.#cache.expire();
  }

  get readElsewhere(): ReadElsewhere | undefined {
    const { readElsewhere } = this.snapshot;
    return (
      readElsewhere &&
      (async (target, position) => this.#read(target, position, await readElsewhere(target, position)))
    );
  }

  #readFile(target: Uint8Array, position: number): number {
    return this.#read(target, position, this.snapshot.read(target, position));
  }

  /** Keeps in mind that `count` bytes were read. */
  #read(target: Uint8Array, position: number, count: number): number {
    if (this.#records !== undefined) {
      const checksum = lookup3(target.subarray(0, count));
      this.#records.push({ position, length: target.length, count, checksum });
      this.#recordedBytes += count;
    }
    return count;
  }

  /**
   * Before a long read of a file that was modified just now: waits until another
   * modification would change its time, so that reads need no checksums. While
   * another program goes on writing, it stays verified.
   */
  async waitUntilStable(): Promise<void> {
    if (this.#records === undefined || !this.snapshot.isRacy) return;
    await new Promise((resolve) => setTimeout(resolve, RACY_MS));
    // If what was read so far differs from the new snapshot, `validate` will say so.
    if (this.#readAgain() && !this.snapshot.isRacy) this.#records = undefined;
  }

  /** Refused: a port for reading. */
  write(): void {
    throw readOnlyError(this.path);
  }

  /** Refused: a port for reading. */
  truncate(): void {
    throw readOnlyError(this.path);
  }

  /**
   * Whether everything that was read through this port is of one commit. If not,
   * close it and open a new port; a `verified` one if another program keeps
   * writing. Throws as `open`.
   */
  validate(): boolean {
    if (this.#isGrowing) return true;
    if (this.snapshot.isUnchanged()) return true;
    if (this.snapshot.hasJournal && this.snapshot.journalNow() === "same") return true;
    return this.#readAgain();
  }

  /**
   * Whether what was read through this port, and is cached by HDF5, is still
   * the last commit; to be called before a port that was kept open is used again.
   */
  isCurrent(): boolean {
    if (this.#isGrowing) return false;
    try {
      if (this.snapshot.isUnchanged()) return this.snapshot.journalNow() !== "other";
      return this.#recordedBytes <= CHEAP_BYTES && this.#readAgain();
    } catch {
      // Opening the file again gives the error.
      return false;
    }
  }

  /** Whether the file certainly did not change since it was opened. */
  get isStill(): boolean {
    return this.snapshot.isUnchanged();
  }

  #readAgain(): boolean {
    if (this.#records === undefined) return false;
    const snapshot = Snapshot.take(this.fs, this.path);
    let buffer = new Uint8Array(65536);
    for (const { position, length, count, checksum } of this.#records) {
      if (buffer.length < length) buffer = new Uint8Array(length);
      const target = buffer.subarray(0, length);
      const now = snapshot.read(target, position);
      if (now !== count || lookup3(target.subarray(0, now)) !== checksum) {
        snapshot.close();
        return false;
      }
    }
    this.snapshot.close();
    this.snapshot = snapshot;
    return true;
  }

  close(): void {
    this.snapshot.close();
    this.#records = undefined;
  }
}
