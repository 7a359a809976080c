import { FileStorageException } from "@tvb-storage/errors";
import type { FileGuard, RecoveryOutcome } from "@tvb-storage/files";
import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  fileException,
  JournaledPort,
  nameInError,
  type OptionRules,
  optionRules,
  PlainPort,
  type SyncFileSystem,
  type WriterLock,
} from "@tvb-storage/files";
import { fileWriters, removePartial } from "@tvb-storage/files/internal";
import {
  adoptUnclosed,
  findSuperblock,
  readSuperblock,
  type Superblock,
  writingMark,
} from "@tvb-storage/hdf5/internal";
import { committedLength } from "../session/committed-length.js";
import { fileGuard } from "../session/other-programs.js";
import { FileQueue, type FileTurn } from "./file-queue.js";

/**
 * What was found and done: `"clean"`: nothing was left. `"applied"`: a complete commit was written into the file.
 * `"discarded"`: parts of an incomplete commit were removed. `"stale"`: a complete commit was dropped, because another
 * program has changed the file since. `"unmarked"`: the mark in the superblock of another program's writer, which did
 * not close the file, was cleared.
 */
export type Recovered = RecoveryOutcome | "unmarked";

export interface RecoverOptions {
  /** Default: the disk (in a browser there is none). */
  readonly fs?: SyncFileSystem;
  /**
   * Do it also where another program may have the file open. If one is writing it, the file is damaged. Default
   * false: where a writer that lives cannot be excluded, the file is left as it is.
   */
  readonly force?: boolean;
}

const OPTIONS: OptionRules<RecoverOptions> = { fs: optionRules.syncFileSystem, force: optionRules.boolean };

/**
 * Finishes or discards what a writer of the file at `path` had left when it died, without opening
 * the file for reading or writing. Every open for writing does the same, except for the mark of
 * another program's writer ("open for writing", in superblocks of version 3), which HDF5 refuses
 * and only this takes off. With the mark, all bytes of the file are counted as its content: a SWMR
 * writer that died leaves what it had written last beyond the end that the superblock states.
 *
 * @throws FileStorageException another process is writing the file or has it open (HDF5's lock), or, where it is
 *   marked, may have it open for writing (the message says why); or the disk failed.
 * @throws FileStructureException no permission, or no such directory.
 */
export async function recover(path: string, given: RecoverOptions = {}): Promise<Recovered> {
  try {
    const options = checkCallOptions(given, OPTIONS, "recover");
    checkPath(path, "the file of recover");
    const fs = options.fs ?? defaultFileSystem();
    return await new FileQueue(fs, path).run(async (file) => {
      const { kind } = file.state;
      // This process writes it: no writer has died.
      if (kind === "writing" || kind === "storing") return "clean";
      return recoverInTurn(file, options.force === true);
    });
  } catch (error) {
    throw nameInError(error, path);
  }
}

async function recoverInTurn(file: FileTurn, force: boolean): Promise<Recovered> {
  const { fs, path } = file;
  const guard = fileGuard(fs, path, { ignoreLocks: force });
  const lock = await file.lock({ ignoreLocks: force });
  try {
    const partial = removePartial(fs, path);
    if (isMarked(fs, path)) {
      if (!force) await refuseLiveWriter(fs, path);
      unmark(lock, guard);
      return "unmarked";
    }
    const isCut = hasTail(fs, path) && cutTail(lock, guard);
    if (lock.recovered === "applied" || partial === "applied") return "applied";
    if (lock.recovered === "stale") return "stale";
    return lock.recovered !== "clean" || partial === "discarded" || isCut ? "discarded" : "clean";
  } finally {
    lock.release();
  }
}

/** The superblock of the file; undefined where there is no file, or none of HDF5. */
function superblockOf(
  fs: SyncFileSystem,
  path: string,
): { superblock: Superblock; size: number } | undefined {
  if (!fs.existsSync(path)) return undefined;
  const port = PlainPort.open(fs, path, "r");
  try {
    if (findSuperblock(port) === undefined) return undefined;
    return { superblock: readSuperblock(port, path), size: port.size };
  } finally {
    port.close();
  }
}

function isMarked(fs: SyncFileSystem, path: string): boolean {
  const found = superblockOf(fs, path);
  return found !== undefined && writingMark(found.superblock) !== undefined;
}

function hasTail(fs: SyncFileSystem, path: string): boolean {
  const found = superblockOf(fs, path);
  return found !== undefined && found.size > found.superblock.endOfFile;
}

/** Bytes beyond the last commit go with the roll-back of a transaction that did nothing. */
function cutTail(lock: WriterLock, guard: { readonly guard?: FileGuard }): boolean {
  const { fs, path } = lock;
  const before = fs.statSync(path).size;
  const port = JournaledPort.open(lock, {
    ...guard,
    committedLength: committedLength(path, { ignoreMarks: false }),
  });
  port.rollBack();
  return fs.statSync(path).size < before;
}

function unmark(lock: WriterLock, guard: { readonly guard?: FileGuard }): void {
  const { path } = lock;
  const port = JournaledPort.open(lock, {
    ...guard,
    headPosition: (file) => findSuperblock(file) ?? 0,
    committedLength: committedLength(path, { ignoreMarks: true }),
  });
  try {
    adoptUnclosed(port, readSuperblock(port, path));
    port.commit();
  } finally {
    port.rollBack();
  }
}

/** How long a marked file is watched for changes. */
const WATCHED_MS = 250;

/** @throws FileStorageException a writer has the file open, or it cannot be known that none has. */
async function refuseLiveWriter(fs: SyncFileSystem, path: string): Promise<void> {
  const refuse = (reason: string): never => {
    throw new FileStorageException(
      `${path} is marked as open for writing, and the mark was not cleared: ${reason}. Close the file there; if ` +
        "you know that no program writes it, recover(path, { force: true }) clears the mark",
    );
  };
  try {
    const before = fs.statSync(path);
    const { pids, doubt } = fileWriters(fs, path);
    if (pids.length > 0) refuse(`it is open for writing in process ${pids.join(", ")}`);
    if (doubt !== undefined) refuse(`a writer that lives cannot be excluded (${doubt})`);
    await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
    const after = fs.statSync(path);
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) refuse("it is being written");
  } catch (error) {
    throw fileException(error, `cannot look who has ${path} open`);
  }
}
