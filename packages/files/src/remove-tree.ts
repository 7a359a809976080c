import { defaultFileSystem } from "./default-file-system.js";
import { fileException } from "./file-exception.js";
import { joinPath } from "./file-path.js";
import type { FileSystem } from "./file-system.js";
import { FolderDescent } from "./folder-descent.js";
import type { HeldFolder } from "./held-folder.js";
import { spaceIdentity } from "./open-files.js";
import { folderEntries, pathStats } from "./path-stats.js";
import { systemErrorCode } from "./system-error.js";

/** What could not be removed, and why. */
export interface RemovalFailure {
  readonly path: string;
  readonly error: Error;
}

/** How often removal of a folder is tried that another process keeps filling. */
const ATTEMPTS = 5;

/** Entries of a folder that are removed at the same time. */
const AT_ONCE = 32;

/**
 * Removes a file, link or folder with all that is in it; links are removed, not
 * followed, and folders are held (`holdFolder`), so that nothing outside of them
 * is removed even if they are exchanged. A missing path is no error. Goes on after
 * a failure; returns all of them.
 */
export async function removeTree(
  fs: FileSystem,
  parent: HeldFolder,
  name: string,
): Promise<RemovalFailure[]> {
  const path = joinPath(parent.path, name);
  const way = new FolderDescent(parent);
  try {
    const found = await pathStats(fs, await parent.at(name));
    if (found === undefined) return [];
    return await (found.kind === "folder" ? removeFolderTree(fs, way, name) : removeFile(fs, parent, name));
  } catch (error) {
    return failed(path, error);
  } finally {
    await way.close();
  }
}

async function removeFile(fs: FileSystem, folder: HeldFolder, name: string): Promise<RemovalFailure[]> {
  try {
    await fs.promises.unlink(await folder.at(name));
    return [];
  } catch (error) {
    return failed(joinPath(folder.path, name), error);
  }
}

function failed(path: string, error: unknown): RemovalFailure[] {
  // Another process removed it first.
  if (systemErrorCode(error) === "ENOENT") return [];
  return [{ path, error: fileException(error, `cannot remove ${path}`) }];
}

/** Throws where the folder above cannot be entered again. */
async function removeFolderTree(fs: FileSystem, way: FolderDescent, name: string): Promise<RemovalFailure[]> {
  const path = joinPath(way.folder.path, name);
  for (let attempt = 1; ; attempt++) {
    try {
      await way.down(name);
    } catch (error) {
      return failed(path, error);
    }
    const failures = await removeEntries(fs, way).catch((error: unknown) => failed(path, error));
    await way.up();
    // The folder stays because of what could not be removed in it.
    if (failures.length > 0) return failures;
    try {
      await fs.promises.rmdir(await way.folder.at(name));
      return [];
    } catch (error) {
      if (systemErrorCode(error) !== "ENOTEMPTY") return failed(path, error);
      if (await removedInMemory(fs, way.folder, name)) return [];
      if (attempt === ATTEMPTS) return failed(path, error);
    }
  }
}

/**
 * memfs counts a file twice after a rename replaced it, and then thinks that its folder is not empty. Not for the
 * disk, where such a removal would follow a folder that was exchanged.
 */
async function removedInMemory(fs: FileSystem, parent: HeldFolder, name: string): Promise<boolean> {
  if (fs.promises.rm === undefined || spaceIdentity(fs) === spaceIdentity(defaultFileSystem())) return false;
  const path = await parent.at(name);
  if ((await folderEntries(fs, path)).length > 0) return false;
  await fs.promises.rm(path, { recursive: true });
  return true;
}

async function removeEntries(fs: FileSystem, way: FolderDescent): Promise<RemovalFailure[]> {
  const failures: RemovalFailure[] = [];
  const entries = await folderEntries(fs, await way.folder.at());
  // Folders one after the other, or the number of simultaneous calls would grow with the depth.
  for (const { name, kind } of entries)
    if (kind === "folder") failures.push(...(await removeFolderTree(fs, way, name)));
  const { folder } = way;
  const others = entries.filter(({ kind }) => kind !== "folder");
  for (let at = 0; at < others.length; at += AT_ONCE) {
    const batch = others.slice(at, at + AT_ONCE);
    failures.push(...(await Promise.all(batch.map(({ name }) => removeFile(fs, folder, name)))).flat());
  }
  return failures;
}
