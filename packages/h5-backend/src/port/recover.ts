import { fileException, type SyncFileSystem } from "@tvb-storage/core";
import type { RecoveryOutcome } from "./recovery.js";
import { partialPathOf } from "./side-files.js";
import { acquireWriterLock, type WriterLockOptions } from "./writer-lock.js";

/**
 * Finishes or discards what a writer that died left of the file at `path`, and
 * removes the files beside it. Waits for a writer that is alive.
 *
 * @throws FileStorageException, FileStructureException as `acquireWriterLock`.
 */
export async function recoverPath(
  fs: SyncFileSystem,
  path: string,
  options?: WriterLockOptions,
): Promise<RecoveryOutcome> {
  const lock = await acquireWriterLock(fs, path, options);
  try {
    const partial = partialPathOf(path);
    if (!fs.existsSync(partial)) return lock.recovered;
    fs.unlinkSync(partial);
    return lock.recovered === "clean" ? "discarded" : lock.recovered;
  } catch (error) {
    throw fileException(error, `cannot remove what was left of ${path}`);
  } finally {
    lock.release();
  }
}
