import { bytesOf, type NDArray, type NormalizedInput } from "@tvb-storage/core";
import { attributeName } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";
import type { Durability, FilePort, RecoveryOutcome } from "@tvb-storage/files";
import {
  acquireWriterLock,
  JournaledPort,
  type Logger,
  nameInError,
  type OpenFile,
  type SyncFileSystem,
  type WriterLock,
} from "@tvb-storage/files";
import { atOnce, DATA_VERSION_KEY, inTurns } from "@tvb-storage/files/internal";
import {
  AttributeEditor,
  adoptUnclosed,
  correctBaseAddress,
  createFile,
  findSuperblock,
  readSuperblock,
  writingMark,
} from "@tvb-storage/hdf5/internal";
import { creationOf } from "../elements/creation.js";
import { committedLength } from "./committed-length.js";
import { H5Handle } from "./h5-handle.js";
import { openSessions } from "./open-sessions.js";
import { fileGuard, lockListSoon } from "./other-programs.js";

/** Of no object. */
const NO_ADDRESS = -1;

/** How a manager writes its file. */
export interface FileOptions {
  readonly dataVersion: number;
  readonly fileMode: number | undefined;
  readonly durability: Durability | undefined;
  readonly lockTimeoutMs: number | undefined;
  /** All is written by HDF5. */
  readonly onlyHdf5: boolean;
  /** The locks and marks of other programs do not count. */
  readonly ignoreLocks: boolean;
  /** Gets a warning about what a dead writer left. */
  readonly logger: Logger | undefined;
}

export interface WriteOptions extends FileOptions {
  /** A file that is not there is created; else it is an exception. */
  readonly create: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Runs each pause while another writer is waited for. */
  readonly whileWaiting?: (wait: () => Promise<void>) => Promise<void>;
}

/** A dataset with rows that are not written yet, as the session has to know it. */
export interface PendingAppends {
  readonly dataset: { readonly path: string; readonly address: number };
  /** Whether a call with this axis means the same axis. */
  accepts(growDimension: number): boolean;
  append(input: NormalizedInput): Promise<void>;
  /** Takes rows if the buffer has room for them without writing. */
  buffer(input: NormalizedInput): boolean;
  flush(): Promise<void>;
  /** The appends so far have resolved, or are about to. */
  acknowledge(): void;
  /** Sets the dataset, without waiting, to its state after the acknowledged appends. */
  keepAcknowledged(): void;
}

/**
 * A file open for writing, from the first change to the commit. Holds the lock
 * between processes all that time. Ends with `commit` or `rollBack`.
 */
export class WriteSession implements OpenFile {
  readonly kind = "writing";
  /** By the addresses of the datasets: one may have several paths. */
  readonly #appends = new Map<number, PendingAppends>();
  readonly #addresses = new Map<string, number>();
  ended = false;
  /** Appends were acknowledged that are not committed yet. */
  hasPending = false;
  /** The same, but for those that commit before they resolve. */
  isAcknowledged = false;
  /** The changes of the handle that are of calls before the one that is running. */
  changesBefore = 0;
  /** The commit, once it has begun: wherever it pauses, the journal is complete and is being applied to the file. */
  #committing: Iterable<void> | undefined;

  private constructor(
    readonly handle: H5Handle,
    readonly port: JournaledPort,
    readonly lock: WriterLock,
    /** The locks and marks of other programs do not count. */
    private readonly ignoresLocks: boolean,
  ) {
    openSessions.add(this);
  }

  /**
   * Waits for the lock, and opens the file or begins a new one.
   *
   * @throws FileStructureException it is no HDF5 file, or cannot be opened or created.
   * @throws FileStorageException the lock was not free in time, or another program has the file open.
   */
  static async open(fs: SyncFileSystem, path: string, options: WriteOptions): Promise<WriteSession> {
    const { ignoreLocks } = options;
    const guard = fileGuard(fs, path, options);
    const lockList = lockListSoon(fs, options);
    // Before the lock is taken; of a new file nobody has one.
    if (lockList !== undefined && fs.existsSync(path)) await lockList;
    const lock = await acquireWriterLock(fs, path, {
      ...guard,
      ...(options.lockTimeoutMs === undefined ? {} : { timeoutMs: options.lockTimeoutMs }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.whileWaiting === undefined ? {} : { whileWaiting: options.whileWaiting }),
    });
    let port: JournaledPort | undefined;
    try {
      warnRecovered(options.logger, path, lock.recovered);
      if (!options.create && !fs.existsSync(path)) throw missing(path);
      port = JournaledPort.open(lock, {
        ...(options.durability === undefined ? {} : { durability: options.durability }),
        ...(options.fileMode === undefined ? {} : { fileMode: options.fileMode }),
        ...guard,
        headPosition: (file) => findSuperblock(file) ?? 0,
        committedLength: committedLength(path, { ignoreMarks: ignoreLocks }),
      });
      if (port.isNew && !options.create) throw missing(path);
      const handle = await openHandle(port, path, options);
      return new WriteSession(handle, port, lock, ignoreLocks);
    } catch (error) {
      port?.rollBack();
      lock.release();
      throw error;
    }
  }

  /** The buffered rows of the dataset at `path`; `begin` is called at its first append along an axis. */
  async appendsTo(
    path: string,
    growDimension: number,
    begin: (handle: H5Handle) => Promise<PendingAppends>,
  ): Promise<PendingAppends> {
    const known = this.#addresses.get(path);
    const address = known ?? (this.#appends.size > 0 ? this.handle.findDataset(path)?.address : undefined);
    const before = address === undefined ? undefined : this.#appends.get(address);
    if (before !== undefined) this.#addresses.set(path, before.dataset.address);
    if (before?.accepts(growDimension) === true) return before;
    if (before !== undefined) {
      await before.flush();
      // What was written is of earlier calls: it stays where this one is refused.
      this.changesBefore = this.handle.changes;
    }
    const appends = await begin(this.handle);
    this.#appends.set(appends.dataset.address, appends);
    this.#addresses.set(path, appends.dataset.address);
    return appends;
  }

  /** Takes rows for a dataset that rows were appended to before, where the buffer has room for them. */
  buffer(path: string, input: NormalizedInput, growDimension: number): boolean {
    const appends = this.#appends.get(this.#addresses.get(path) ?? NO_ADDRESS);
    if (appends?.accepts(growDimension) !== true || !appends.buffer(input)) return false;
    appends.acknowledge();
    return true;
  }

  /** The appends so far resolve, and are committed later. */
  acknowledge(): void {
    this.isAcknowledged = true;
    for (const appends of this.#appends.values()) appends.acknowledge();
  }

  /** Hands all buffered rows to HDF5, so that reads of this session see them. */
  async flush(): Promise<void> {
    for (const target of this.#appends.values()) await target.flush();
  }

  /** Makes all that was done since `open` take effect, and ends the session. On failure nothing of it has. */
  async commit(): Promise<void> {
    if (this.ended) return;
    // It may be long since the file was opened.
    if (!this.port.isNew) await lockListSoon(this.lock.fs, { ignoreLocks: this.ignoresLocks });
    try {
      // Else what another program wrote there would be read, and reported as damaged.
      this.port.assertUnchanged();
      await this.flush();
      await inTurns(this.#beginCommit());
    } catch (error) {
      this.rollBack();
      throw error;
    }
    this.#end();
  }

  #beginCommit(): Iterable<void> {
    this.handle.finish();
    this.#committing = this.port.commitSteps();
    return this.#committing;
  }

  /**
   * Ends the session at once, also in the middle of a call: commits the appends that were
   * acknowledged, and finishes a commit that has begun; any other call that runs is rolled back.
   * For the end of the process.
   *
   * @throws FileStorageException acknowledged appends could not be committed; the message names them.
   */
  finishNow(): void {
    if (this.ended) return;
    if (!this.isAcknowledged && this.#committing === undefined) {
      this.rollBack();
      return;
    }
    try {
      if (this.#committing === undefined)
        for (const appends of this.#appends.values()) appends.keepAcknowledged();
      atOnce(this.#committing ?? this.#beginCommit());
    } catch (error) {
      this.rollBack();
      throw rolledBack(error, this);
    }
    this.handle.abandon();
    this.#end();
  }

  /** `commit`, with an error that names the rows that are lost. */
  async release(): Promise<void> {
    try {
      await this.commit();
    } catch (error) {
      throw rolledBack(error, this);
    }
  }

  /** Ends the session and leaves the file as of the last commit. */
  rollBack(): void {
    if (this.ended) return;
    this.handle.abandon();
    this.port.rollBack();
    this.#end();
  }

  #end(): void {
    this.ended = true;
    openSessions.delete(this);
    this.lock.release();
  }

  /** What else is not stored when a call fails, for its message. */
  get lostWithIt(): string {
    if (!this.hasPending) return "";
    const paths = [...this.#appends.values()].map(({ dataset }) => dataset.path).join(", ");
    return `the rows appended to ${paths} since the file was last closed are not stored`;
  }
}

async function openHandle(
  port: JournaledPort,
  path: string,
  { onlyHdf5, dataVersion, logger }: WriteOptions,
): Promise<H5Handle> {
  if (!port.isNew) {
    prepareSuperblock(port, path, logger);
    const handle = new H5Handle(port, path, { mode: "write", onlyHdf5 });
    await placeCachedStructures(handle);
    return handle;
  }
  const name = attributeName(DATA_VERSION_KEY);
  const version = BigInt64Array.of(BigInt(dataVersion));
  if (!onlyHdf5) {
    const file = createFile(port, path);
    const value: NDArray = { dtype: "int64", shape: [], data: version };
    AttributeEditor.set(file, file.superblock.rootAddress, new Map([[name, value]]));
    file.space.save();
    return new H5Handle(port, path, { mode: "write" });
  }
  const handle = new H5Handle(port, path, { mode: "create", onlyHdf5 });
  await handle.loadHdf5();
  handle.forWriting().createAttribute("/", name, creationOf("int64", { shape: [] }), bytesOf(version));
  return handle;
}

/** What HDF5 does to the superblock when it opens a file for writing, and where marks are ignored what it would refuse. */
function prepareSuperblock(port: FilePort, path: string, logger: Logger | undefined): void {
  const superblock = readSuperblock(port, path);
  correctBaseAddress(port, superblock);
  // Only where locks and marks are ignored: else the file is refused before.
  if (writingMark(superblock) === undefined) return;
  logger?.warn(`${path}: it is marked as open for writing by another program; the mark is removed`);
  adoptUnclosed(port, superblock);
}

/** Makes HDF5 write the structures of a cache image to their addresses, which it does when it opens a file for writing. */
async function placeCachedStructures(handle: H5Handle): Promise<void> {
  if (readSuperblock(handle.port, handle.label).extensionAddress === undefined) return;
  if (!handle.structure.file.hasCacheImage) return;
  await handle.loadHdf5();
  handle.changes += 1;
  handle.file.flush();
  handle.closeFile();
  handle.forget();
}

function missing(path: string): Error {
  return new FileStructureException(`Could not open storage file ${path}: it does not exist`);
}

const RECOVERED: Readonly<Record<Exclude<RecoveryOutcome, "clean">, string>> = {
  applied: "a writer died while its commit was being written; the commit is finished now",
  discarded: "a writer died before its commit; what it had begun is discarded",
  stale: "a writer died with a commit of which the file has changed since; that commit is discarded",
};

function warnRecovered(logger: Logger | undefined, path: string, outcome: RecoveryOutcome): void {
  if (outcome !== "clean") logger?.warn(`${path}: ${RECOVERED[outcome]}`);
}

/** The error of a call whose session was rolled back, with what else is not stored. */
export function rolledBack(error: unknown, session: WriteSession): unknown {
  const lost = session.lostWithIt;
  if (lost === "") return error;
  return nameInError(nameInError(error, session.handle.label), lost);
}
