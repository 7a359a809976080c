import { defaultFileSystem, nameInError, type SyncFileSystem, withFile } from "@tvb-storage/core";
import { JournaledPort } from "../port/journaled-port.js";
import { removePartial } from "../port/new-file.js";
import { acquireWriterLock } from "../port/writer-lock.js";
import { committedLength } from "../session/committed-length.js";
import { StoreInProgress } from "../session/store-in-progress.js";
import { WriteSession } from "../session/write-session.js";
import { callTurns, whileWaiting } from "./call-turns.js";

/**
 * Finishes or discards what a writer of the file at `path` had left when it
 * died, without opening the file for work. Every open for writing does the
 * same; this is for whoever wants to open the file with another program next.
 *
 * `"clean"`: nothing was left. `"applied"`: a decided commit was brought into the
 * file. `"discarded"`: parts of a commit that was not decided were removed.
 *
 * @throws FileStorageException another process is writing the file, or the disk failed.
 * @throws FileStructureException no permission, or no such folder.
 */
export async function recover(
  path: string,
  options: { fs?: SyncFileSystem } = {},
): Promise<"clean" | "applied" | "discarded"> {
  const fs = options.fs ?? defaultFileSystem();
  try {
    return await withFile(fs, path, async (slot) => {
      // This process is at work on it: nothing has died.
      if (slot.open instanceof WriteSession || slot.open instanceof StoreInProgress) return "clean";
      return callTurns.run(() => recoverLocked(fs, slot.path));
    });
  } catch (error) {
    throw nameInError(error, path);
  }
}

async function recoverLocked(fs: SyncFileSystem, path: string): Promise<"clean" | "applied" | "discarded"> {
  const lock = await acquireWriterLock(fs, path, { whileWaiting });
  try {
    const partial = removePartial(fs, path);
    const isCut = cutTail(fs, path, () =>
      JournaledPort.open(lock, { committedLength: committedLength(path) }),
    );
    if (lock.recovered === "applied" || partial === "applied") return "applied";
    return lock.recovered !== "clean" || partial === "discarded" || isCut ? "discarded" : "clean";
  } finally {
    lock.release();
  }
}

/** Bytes beyond the last commit go with the roll-back of a transaction that did nothing. */
function cutTail(fs: SyncFileSystem, path: string, open: () => JournaledPort): boolean {
  if (!fs.existsSync(path)) return false;
  const before = fs.statSync(path).size;
  open().rollBack();
  return fs.statSync(path).size < before;
}
