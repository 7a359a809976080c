import { FileStructureException } from "@tvb-storage/errors";
import { type FolderFlags, folderFlags, openFilesFolder } from "#platform";
import { fileException } from "./file-exception.js";
import { joinPath, parentOf } from "./file-path.js";
import type { FileSystem } from "./file-system.js";
import { type PathStats, pathStats, realPath } from "./path-stats.js";
import { systemErrorCode } from "./system-error.js";
import { systemPath } from "./system-path.js";

/**
 * A folder that stays the same one while it is worked on, even where another
 * process exchanges it, or a folder above it, for a link.
 *
 * On Linux it is held open, and paths through it are paths of its descriptor
 * (`/proc/self/fd/N/name`), which is what `openat` does. On other systems and
 * file systems its inode is compared at each call for a path; an exchange
 * between that call and the use of the path is not detected.
 */
export interface HeldFolder {
  /** Where it was when it was opened, links resolved. */
  readonly path: string;
  stats(): Promise<PathStats>;
  /**
   * The path of an entry of this folder (one name, no path), or without a name
   * of the folder itself. To be used immediately and unchanged. Its last part may be a link: use calls
   * that do not follow one. A name that is not UTF-8 makes it bytes (`systemPath`).
   *
   * Throws ENOENT where the folder is gone; so do calls that use the path.
   *
   * @throws FileStructureException the folder was exchanged.
   */
  at(name?: string): Promise<string>;
  /**
   * Holds a folder in this one. Throws what the file system throws where nothing is there.
   *
   * @throws FileStructureException it is no folder, but a link or something else.
   */
  enter(name: string): Promise<HeldFolder>;
  /** Holds the folder that this one is in. */
  parent(): Promise<HeldFolder>;
  close(): Promise<void>;
}

/**
 * Holds a folder; links of `path` are followed, once. Throws what the file
 * system throws where nothing is there.
 *
 * @throws FileStructureException it is no folder.
 */
export async function holdFolder(fs: FileSystem, path: string): Promise<HeldFolder> {
  if (folderFlags === undefined || !(await hasOpenFiles(fs)))
    return comparedFolder(fs, await realPath(fs, path));
  return openFolder(fs, folderFlags, { path, flag: "followed" });
}

/** Whether paths can go through descriptors, by file system. This does not change in a process. */
const withOpenFiles = new WeakMap<FileSystem, boolean>();

async function hasOpenFiles(fs: FileSystem): Promise<boolean> {
  const known = withOpenFiles.get(fs);
  if (known !== undefined) return known;
  const found = (await pathStats(fs, openFilesFolder)) !== undefined;
  withOpenFiles.set(fs, found);
  return found;
}

function noFolder(path: string, found: string): FileStructureException {
  return new FileStructureException(`expected a folder at ${path}, found ${found}`);
}

interface Opening {
  readonly path: string;
  /** Its real path, where that is known already. */
  readonly location?: string;
  readonly flag: keyof FolderFlags;
}

async function openFolder(
  fs: FileSystem,
  flags: FolderFlags,
  { path, location, flag }: Opening,
): Promise<HeldFolder> {
  let fd: number;
  try {
    // Synchronous, since it only looks up a name; waiting for another thread takes far longer.
    fd = fs.openSync(systemPath(path), flags[flag]);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== "ENOTDIR" && code !== "ELOOP") throw error;
    const found = await pathStats(fs, path).catch(() => undefined);
    throw noFolder(location ?? path, found === undefined ? "none" : `a ${found.kind}`);
  }
  const own = `${openFilesFolder}/${fd}`;
  try {
    // From the descriptor: the path may lead elsewhere since it was opened.
    const real = location ?? (await realPath(fs, own));
    const hold = (name: string, inner: string) =>
      openFolder(fs, flags, { path: `${own}/${name}`, location: inner, flag: "notFollowed" });
    return {
      path: real,
      async stats() {
        const stats = await pathStats(fs, own, { followLinks: true });
        if (stats?.kind !== "folder") throw noFolder(real, `something else at ${own}`);
        return stats;
      },
      at: async (name) => (name === undefined ? own : systemPath(`${own}/${name}`)),
      enter: (name) => hold(name, joinPath(real, name)),
      parent: () => hold("..", parentOf(real)),
      close: async () => fs.closeSync(fd),
    };
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

function gone(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such folder, '${path}'`), { code: "ENOENT", path });
}

async function comparedFolder(fs: FileSystem, path: string): Promise<HeldFolder> {
  const stats = await pathStats(fs, path);
  if (stats === undefined) throw gone(path);
  if (stats.kind !== "folder") throw noFolder(path, `a ${stats.kind}`);
  return {
    path,
    stats: async () => stats,
    at: async (name) => {
      const now = await pathStats(fs, path).catch((error: unknown) => {
        throw fileException(error, `cannot look at the folder ${path}`);
      });
      if (now === undefined) throw gone(path);
      if (now.kind !== "folder" || now.ino !== stats.ino || now.dev !== stats.dev)
        throw new FileStructureException(
          `expected the folder ${path} to stay where it is, found that it was exchanged meanwhile`,
        );
      return systemPath(name === undefined ? path : joinPath(path, name));
    },
    enter: (name) => comparedFolder(fs, joinPath(path, name)),
    parent: () => comparedFolder(fs, parentOf(path)),
    close: async () => undefined,
  };
}
