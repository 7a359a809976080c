import { nameInError, type OpenFile, ReadPort, type SyncFileSystem } from "@tvb-storage/files";
import { GrowingPort } from "@tvb-storage/files/internal";
import { ExternalFiles } from "./external-files.js";
import { H5Handle } from "./h5-handle.js";
import { openSessions } from "./open-sessions.js";
import { isLocked, refuseLocked } from "./other-programs.js";
import { portForReading } from "./port-for-reading.js";

export interface ReadOptions {
  /** Reads can be validated though the file changes: see `ReadPort`. */
  readonly verified: boolean;
  /** External content is read too. */
  readonly resolvesExternal: boolean;
  /** The locks and marks of other programs do not count. */
  readonly ignoreLocks: boolean;
}

/** An attempt fails only where a commit comes within microseconds. */
const MAX_ATTEMPTS = 20;

/** A file open for reading, as of the last commit. */
export class ReadSession implements OpenFile {
  readonly kind = "reading";
  readonly handle: H5Handle;
  readonly #port: ReadPort;
  /** Resumed without a check that it is current; `validate` does that check. */
  #isUnchecked = false;

  private constructor(
    private readonly fs: SyncFileSystem,
    port: ReadPort,
    handle: H5Handle,
    /** The locks and marks of other programs do not count. */
    readonly ignoresLocks: boolean,
    /** A SWMR writer of another program may append to the file: see `GrowingPort`. */
    readonly isGrowing: boolean,
  ) {
    this.#port = port;
    this.handle = handle;
    openSessions.add(this);
  }

  /** Whether external content is read too. */
  get resolvesExternal(): boolean {
    return this.handle.external !== undefined;
  }

  /**
   * @throws FileStructureException missing, a directory, without permission, not HDF5.
   * @throws FileStorageException another program has it open for writing.
   */
  static open(fs: SyncFileSystem, path: string, options: ReadOptions): ReadSession {
    const { ignoreLocks } = options;
    for (let attempt = 1; ; attempt++) {
      const verified = options.verified || attempt > 1;
      const port = ReadPort.open(fs, path, verified ? { verified: true } : {});
      try {
        if (!ignoreLocks) refuseLocked(fs, path, port.stats, "read");
        const readPort = portForReading(port, path, ignoreLocks);
        const isGrowing = readPort instanceof GrowingPort;
        const handle = new H5Handle(readPort, path, {
          mode: isGrowing ? "read growing" : "read",
          waitUntilStable: () => port.waitUntilStable(),
        });
        if (options.resolvesExternal) handle.external = new ExternalFiles(fs, ignoreLocks);
        return new ReadSession(fs, port, handle, ignoreLocks, isGrowing);
      } catch (error) {
        // What is wrong may only be that a commit came between the look at the length and that at the superblock.
        const isOfOneCommit = attempt === MAX_ATTEMPTS || isValid(port);
        port.close();
        if (isOfOneCommit) throw nameInError(error, path);
      }
    }
  }

  /** Whether a session that was kept open is still of the last commit. */
  isCurrent(): boolean {
    this.#port.expireBlocks();
    return this.#isCurrent();
  }

  #isCurrent(): boolean {
    this.#isUnchecked = false;
    return !this.#isLocked() && this.#port.isCurrent() && this.handle.external?.isCurrent() !== false;
  }

  /** Whether another program has locked the file since; opening it again reports which. */
  #isLocked(): boolean {
    return !this.ignoresLocks && isLocked(this.fs, this.#port.stats, "read");
  }

  /**
   * Resumes a session that was kept open, for one short read; false where it is not of the last
   * commit any more. HDF5 must not read a file that has changed; where it is not used, that check
   * is left to `validate`, which then needs one look at the file for both.
   */
  resume(): boolean {
    if (this.#isLocked()) return false;
    if (this.handle.isOpen || this.#port.isVerified || this.handle.external !== undefined)
      return this.isCurrent();
    this.#port.expireBlocks();
    this.#isUnchecked = true;
    return true;
  }

  /** Whether everything read since the session opened is of one commit; after `resume`, whether of the last one. */
  validate(): boolean {
    if (this.#isUnchecked) return this.#isCurrent();
    return this.#port.validate() && this.handle.external?.validate() !== false;
  }

  /** Whether a read that failed would fail again, since the file did not change meanwhile. */
  get isStill(): boolean {
    return this.#port.isStill;
  }

  close(): void {
    openSessions.delete(this);
    this.handle.abandon();
    this.handle.external?.close();
    this.#port.close();
  }

  async release(): Promise<void> {
    this.close();
  }
}

/** The length too: what else was read may be of a commit that made the file longer than it was at the look. */
function isValid(port: ReadPort): boolean {
  const { size } = port;
  try {
    return port.validate() && port.size === size;
  } catch {
    // It was removed or cannot be read any more: the next open reports it.
    return false;
  }
}
