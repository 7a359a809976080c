import { FileStorageException } from "@tvb-storage/errors";
import {
  fileException,
  PlainPort,
  type SyncFileStats,
  type SyncFileSystem,
  type WriterLock,
} from "@tvb-storage/files";
import {
  errorMessage,
  parentOf,
  partialPathOf,
  removePartial,
  syncDirectorySync,
} from "@tvb-storage/files/internal";
import { readSuperblock } from "@tvb-storage/hdf5/internal";
import { lockListSoon, refuseLocked, refuseMarked } from "../session/other-programs.js";
import { ReadSession } from "../session/read-session.js";

interface ReplaceOptions {
  /** The locks and marks of other programs do not count. */
  readonly ignoreLocks: boolean;
  /** What is done to the file, for messages: "compacted". */
  readonly done: string;
}

/**
 * Replaces a file, whose lock the caller has, in one step by a new one that `write` makes beside it, and puts on the
 * medium. Where `write` gives undefined, or throws, the file stays as it is, and nothing is beside it.
 *
 * @throws FileStorageException another program has the file open, or changed it meanwhile.
 */
export async function replaceLocked<T>(
  lock: WriterLock,
  { ignoreLocks, done }: ReplaceOptions,
  write: (source: ReadSession, partial: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const { fs, path } = lock;
  // A file that may not be written is not to be replaced either, though its directory would allow
  // it.
  const stats = refuseInUse(fs, path, ignoreLocks);
  const source = ReadSession.open(fs, path, {
    verified: false,
    resolvesExternal: false,
    ignoreLocks: true,
  });
  try {
    await source.handle.beforeLongRead();
    const partial = partialPathOf(path);
    // Left by a writer that died: we have its lock.
    removePartial(fs, path);
    try {
      const result = await write(source, partial);
      if (result === undefined) {
        removeQuietly(fs, path);
        return undefined;
      }
      if (!source.validate())
        throw new FileStorageException(`${path} was changed by another program while it was ${done}`);
      await lockListSoon(fs, { ignoreLocks });
      lock.assertHeld();
      if (!ignoreLocks) refuseLocked(fs, path, stats, "change");
      fs.renameSync(partial, path);
      syncName(fs, path, done);
      return result;
    } catch (error) {
      removeQuietly(fs, path);
      throw fileException(error, `${path} could not be ${done}`);
    }
  } finally {
    source.close();
  }
}

/** Refuses a file that may not be written, or that another program has open. Returns what stat says of it. */
function refuseInUse(fs: SyncFileSystem, path: string, ignoreLocks: boolean): SyncFileStats {
  const port = PlainPort.open(fs, path, "r+");
  try {
    if (!ignoreLocks) {
      refuseLocked(fs, path, port.opened, "change");
      refuseMarked(path, readSuperblock(port, path), "change");
    }
    return port.opened;
  } finally {
    port.close();
  }
}

/** The file is replaced by now; a power cut can undo that until its name is on the medium. */
function syncName(fs: SyncFileSystem, path: string, done: string): void {
  try {
    syncDirectorySync(fs, parentOf(path));
  } catch (cause) {
    throw new FileStorageException(
      `${path} is ${done}, but its folder could not be synced (${errorMessage(cause)}): a power cut may still undo it`,
      { cause },
    );
  }
}

function removeQuietly(fs: SyncFileSystem, path: string): void {
  try {
    removePartial(fs, path);
  } catch {
    // The error that led here says more; recover() removes what is left.
  }
}
