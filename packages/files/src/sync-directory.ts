import type { FileSystem, SyncFileSystem } from "./file-system.js";
import { systemErrorCode } from "./system-error.js";

/**
 * The errors of systems that cannot open or sync a directory (Windows, file systems in memory); names there are as
 * durable as the system makes them.
 */
const NO_DIRECTORY_SYNC: ReadonlySet<string> = new Set([
  "EISDIR",
  "EINVAL",
  "EPERM",
  "EACCES",
  "EBADF",
  "ENOTSUP",
  "ENOENT", // `memoryFileSystem` has no directories
]);

function rethrowFailure(error: unknown): void {
  if (!NO_DIRECTORY_SYNC.has(systemErrorCode(error) ?? "")) throw error;
}

/** Waits until the names in a directory (created, renamed, removed) are on the medium, where the system can do that. */
export function syncDirectorySync(fs: SyncFileSystem, path: string): void {
  try {
    const fd = fs.openSync(path, "r");
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    rethrowFailure(error);
  }
}

/** As `syncDirectorySync`, without blocking the event loop. */
export async function syncDirectory(fs: FileSystem, path: string): Promise<void> {
  try {
    const handle = await fs.promises.open(path, "r");
    try {
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    rethrowFailure(error);
  }
}
