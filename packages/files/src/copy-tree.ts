import { FileStructureException } from "@tvb-storage/errors";
import { fileException } from "./file-exception.js";
import { joinPath } from "./file-path.js";
import type { FileHandle, FileSystem } from "./file-system.js";
import { fileTime } from "./file-time.js";
import { FolderDescent } from "./folder-descent.js";
import type { HeldFolder } from "./held-folder.js";
import { folderEntries, type PathStats, pathStats } from "./path-stats.js";
import { writeAll } from "./read-write.js";
import { syncDirectory } from "./sync-directory.js";

const BUFFER_BYTES = 1024 * 1024;

/** An entry of a folder that is held. */
export interface HeldEntry {
  readonly folder: HeldFolder;
  readonly name: string;
}

/**
 * Copies a file or folder to a path where nothing is, with modes and times, and
 * waits until all of it is on the medium.
 *
 * @throws FileStructureException there is a link or a device in it, or it cannot be read or written.
 * @throws FileStorageException the disk is full or broken.
 */
export async function copyTree(fs: FileSystem, source: HeldEntry, target: HeldEntry): Promise<void> {
  const from = new FolderDescent(source.folder);
  const to = new FolderDescent(target.folder);
  try {
    await copyEntry(fs, { way: from, name: source.name }, { way: to, name: target.name });
  } finally {
    await from.close();
    await to.close();
  }
}

/** An entry of the folder that a descent is in now. */
interface WayEntry {
  readonly way: FolderDescent;
  readonly name: string;
}

async function copyEntry(fs: FileSystem, source: WayEntry, target: WayEntry): Promise<void> {
  const path = joinPath(source.way.folder.path, source.name);
  const location = joinPath(target.way.folder.path, target.name);
  try {
    const stats = await pathStats(fs, await source.way.folder.at(source.name));
    if (stats === undefined)
      throw new FileStructureException(`cannot copy ${path}: it is not there any more`);
    if (stats.kind !== "file" && stats.kind !== "folder")
      throw new FileStructureException(
        `cannot copy ${path}: it is ${stats.kind === "link" ? "a symbolic link" : "neither a file nor a folder"}`,
      );
    if (stats.kind === "file") await copyContent(fs, source, target, stats);
    else await copyFolder(fs, source, target, stats);
  } catch (error) {
    throw fileException(error, `cannot copy ${path} to ${location}`);
  }
}

async function copyFolder(
  fs: FileSystem,
  source: WayEntry,
  target: WayEntry,
  stats: PathStats,
): Promise<void> {
  await fs.promises.mkdir(await target.way.folder.at(target.name), { mode: 0o700 });
  await source.way.down(source.name);
  await target.way.down(target.name);
  for (const { name } of await folderEntries(fs, await source.way.folder.at()))
    await copyEntry(fs, { way: source.way, name }, { way: target.way, name });
  const location = await target.way.folder.at();
  await fs.promises.chmod(location, stats.mode);
  await fs.promises.utimes(location, fileTime(stats.mtimeMs), fileTime(stats.mtimeMs));
  await syncDirectory(fs, location);
  await source.way.up();
  await target.way.up();
}

async function copyContent(
  fs: FileSystem,
  source: WayEntry,
  target: WayEntry,
  stats: PathStats,
): Promise<void> {
  const from = await fs.promises.open(await source.way.folder.at(source.name), "r");
  try {
    const opened = await from.stat?.();
    if (opened !== undefined && (Number(opened.ino) !== stats.ino || Number(opened.dev) !== stats.dev))
      throw new FileStructureException(
        `cannot copy ${joinPath(source.way.folder.path, source.name)}: another file took its name meanwhile`,
      );
    const path = await target.way.folder.at(target.name);
    const to = await fs.promises.open(path, "wx", stats.mode);
    try {
      const buffer = new Uint8Array(BUFFER_BYTES);
      for (let position = 0; ; ) {
        const { bytesRead } = await from.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) break;
        await writeAll(to, buffer.subarray(0, bytesRead), position);
        position += bytesRead;
      }
      await keepAttributes(fs, to, path, stats);
      await to.datasync();
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** On the open file where possible, since another file may have its name now. */
async function keepAttributes(
  fs: FileSystem,
  handle: FileHandle,
  path: string,
  { mode, mtimeMs }: PathStats,
): Promise<void> {
  const time = fileTime(mtimeMs);
  await (handle.chmod?.(mode) ?? fs.promises.chmod(path, mode));
  await (handle.utimes?.(time, time) ?? fs.promises.utimes(path, time, time));
}
