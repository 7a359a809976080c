import {
  type FileSystem,
  fileException,
  folderEntries,
  type PathStats,
  pathStats,
  systemErrorCode,
  writeFully,
} from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";

const BUFFER_BYTES = 1024 * 1024;

/**
 * Copies a file or folder to a path where nothing is, with modes and times, and
 * waits until all of it is on the medium.
 *
 * @throws FileStructureException there is a link or a device in it, or it cannot be read or written.
 * @throws FileStorageException the disk is full or broken.
 */
export async function copyTree(fs: FileSystem, source: string, target: string): Promise<void> {
  const stats = await pathStats(fs, source);
  if (stats === undefined)
    throw new FileStructureException(`cannot copy ${source}: it is not there any more`);
  if (stats.kind !== "file" && stats.kind !== "folder")
    throw new FileStructureException(
      `cannot copy ${source}: it is ${stats.kind === "link" ? "a symbolic link" : "neither a file nor a folder"}`,
    );
  try {
    if (stats.kind === "file") await copyContent(fs, source, target, stats.mode);
    else await copyEntries(fs, source, target);
    await keepAttributes(fs, target, stats);
    if (stats.kind === "folder") await syncFolder(fs, target);
  } catch (error) {
    throw fileException(error, `cannot copy ${source} to ${target}`);
  }
}

async function copyEntries(fs: FileSystem, source: string, target: string): Promise<void> {
  await fs.promises.mkdir(target, { mode: 0o700 });
  for (const { name } of await folderEntries(fs, source))
    await copyTree(fs, `${source}/${name}`, `${target}/${name}`);
}

async function copyContent(fs: FileSystem, source: string, target: string, mode: number): Promise<void> {
  const from = await fs.promises.open(source, "r");
  try {
    const to = await fs.promises.open(target, "wx", mode);
    try {
      const buffer = new Uint8Array(BUFFER_BYTES);
      for (let position = 0; ; ) {
        const { bytesRead } = await from.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) break;
        await writeFully(to, buffer.subarray(0, bytesRead), position);
        position += bytesRead;
      }
      await to.datasync();
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

async function keepAttributes(fs: FileSystem, target: string, stats: PathStats): Promise<void> {
  await fs.promises.chmod(target, stats.mode);
  await fs.promises.utimes(target, stats.mtimeMs / 1000, stats.mtimeMs / 1000);
}

/** Windows and memfs do not open folders; there, names are as durable as the system makes them. */
const NO_FOLDER_SYNC: ReadonlySet<string> = new Set([
  "EISDIR",
  "EPERM",
  "EACCES",
  "EINVAL",
  "ENOTSUP",
  "EBADF",
]);

/** Waits until the names in a folder are on the medium, where the system can tell. */
export async function syncFolder(fs: FileSystem, path: string): Promise<void> {
  try {
    const handle = await fs.promises.open(path, "r");
    try {
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(systemErrorCode(error) ?? "")) throw error;
  }
}
