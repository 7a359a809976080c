import { FileStorageException } from "@tvb-storage/errors";
import type { SyncFileSystem, SyncStats } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";

/** What the file system of a disk has in addition; one in memory need not. */
interface DiskStats extends SyncStats {
  readonly mode?: number | bigint;
  readonly uid?: number | bigint;
  readonly gid?: number | bigint;
  readonly nlink?: number | bigint;
}
interface DiskFileSystem extends SyncFileSystem {
  chownSync?(path: string, uid: number, gid: number): void;
}

/**
 * Gives a file that is to take the name of another the other's owner and mode. `done`: what is done to it, for messages.
 *
 * @throws FileStorageException the other has more names, which would keep the old content, or an owner that cannot be given.
 */
export function keepFileAttributes(fs: SyncFileSystem, from: string, to: string, done: string): void {
  const disk: DiskFileSystem = fs;
  const stats: DiskStats = fs.statSync(from);
  const copy: DiskStats = fs.statSync(to);
  if (stats.nlink !== undefined && Number(stats.nlink) > 1) {
    throw new FileStorageException(
      `${from} cannot be ${done}: it has ${Number(stats.nlink)} names (hard links), of which the others would keep the old file`,
    );
  }
  if (stats.uid !== copy.uid || stats.gid !== copy.gid) {
    try {
      if (disk.chownSync === undefined) throw new Error("the file system has no way to change owners");
      disk.chownSync(to, Number(stats.uid), Number(stats.gid));
    } catch (cause) {
      throw new FileStorageException(
        `${from} cannot be ${done}: it belongs to user ${String(stats.uid)}, group ${String(stats.gid)}, to whom a new file cannot be given: ${errorMessage(cause)}`,
        { cause },
      );
    }
  }
  if (stats.mode !== undefined) fs.chmodSync(to, Number(stats.mode) & 0o7777);
}
