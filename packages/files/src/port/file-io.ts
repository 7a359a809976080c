import { parentOf } from "../file-path.js";
import type { SyncFileSystem } from "../file-system.js";
import { systemErrorCode } from "../system-error.js";

/** Fills `target` from `position` on; returns the bytes that were there, fewer only at the end of the file. */
export function readAt(fs: SyncFileSystem, fd: number, target: Uint8Array, position: number): number {
  let done = 0;
  while (done < target.length) {
    const count = fs.readSync(fd, target, done, target.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Writes all of `data`; a single write may take less than it was given. */
export function writeAt(fs: SyncFileSystem, fd: number, data: Uint8Array, position: number): void {
  let done = 0;
  while (done < data.length) {
    const count = fs.writeSync(fd, data, done, data.length - done, position + done);
    // Nothing written and no error would be an endless loop.
    if (count === 0) throw Object.assign(new Error("EIO: a write took no bytes"), { code: "EIO" });
    done += count;
  }
}

/** Closes where a failure to close changes nothing: after reads, or on the way out of another error. */
export function closeQuietly(fs: SyncFileSystem, fd: number): void {
  try {
    fs.closeSync(fd);
  } catch {
    // The descriptor is gone either way.
  }
}

/** What systems answer that cannot open or sync a folder; there, names are as durable as the system makes them. */
const NO_FOLDER_SYNC: ReadonlySet<string> = new Set([
  "EISDIR",
  "EINVAL",
  "EPERM",
  "EACCES",
  "EBADF",
  "ENOTSUP",
  "ENOENT", // core's memory file system has no folders
]);

/** Waits until the names in the folder of `path` (created, renamed, removed) are on the medium. */
export function syncFolderOf(fs: SyncFileSystem, path: string): void {
  try {
    const fd = fs.openSync(parentOf(path), "r");
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(systemErrorCode(error) ?? "")) throw error;
  }
}
