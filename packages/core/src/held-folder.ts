import { FileStructureException } from "@tvb-storage/errors";
import { type FolderFlags, folderFlags, openFilesFolder } from "#platform";
import { fileException } from "./file-exception.js";
import type { FileHandle, FileSystem } from "./file-system.js";
import { type PathStats, pathStats } from "./path-stats.js";
import { systemErrorCode } from "./system-error.js";

/**
 * A folder that stays the same one while it is worked on, even where another
 * process exchanges it, or a folder above it, for a link.
 *
 * On Linux it is held open, and paths through it are paths of its descriptor
 * (`/proc/self/fd/N/name`), which is what `openat` does. On other systems and
 * file systems its inode is compared each time a path is asked for: what is
 * exchanged between that and the use of the path goes unseen.
 */
export interface HeldFolder {
  /** Where it was, links resolved; for messages. */
  readonly path: string;
  readonly stats: PathStats;
  /**
   * The path of an entry of this folder (one name, no path), or without a name
   * its own, to be used at once. Its last part may be a link: use calls that do
   * not follow one.
   *
   * @throws FileStructureException the folder was exchanged or is gone.
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
  const real = String(await fs.promises.realpath(path));
  if (folderFlags === undefined || (await pathStats(fs, openFilesFolder)) === undefined)
    return comparedFolder(fs, real);
  return openFolder(fs, folderFlags, { path, shown: real, flag: "followed" });
}

function noFolder(path: string, found: string): FileStructureException {
  return new FileStructureException(`expected a folder at ${path}, found ${found}`);
}

function joined(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

interface Opening {
  readonly path: string;
  /** For messages. */
  readonly shown: string;
  readonly flag: keyof FolderFlags;
}

async function openFolder(
  fs: FileSystem,
  flags: FolderFlags,
  { path, shown, flag }: Opening,
): Promise<HeldFolder> {
  let handle: FileHandle;
  try {
    handle = await fs.promises.open(path, flags[flag]);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== "ENOTDIR" && code !== "ELOOP") throw error;
    const found = await pathStats(fs, path).catch(() => undefined);
    throw noFolder(shown, found === undefined ? "none" : `a ${found.kind}`);
  }
  const own = `${openFilesFolder}/${handle.fd}`;
  const hold = (name: string, inWords: string) =>
    openFolder(fs, flags, { path: `${own}/${name}`, shown: inWords, flag: "notFollowed" });
  try {
    const stats = await pathStats(fs, own, { followLinks: true });
    if (stats?.kind !== "folder") throw noFolder(shown, `something else at ${own}`);
    return {
      path: shown,
      stats,
      at: async (name) => (name === undefined ? own : `${own}/${name}`),
      enter: (name) => hold(name, joined(shown, name)),
      parent: () => hold("..", parentOf(shown)),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

async function comparedFolder(fs: FileSystem, path: string): Promise<HeldFolder> {
  const stats = await pathStats(fs, path);
  if (stats === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: "ENOENT" });
  if (stats.kind !== "folder") throw noFolder(path, `a ${stats.kind}`);
  return {
    path,
    stats,
    at: async (name) => {
      const now = await pathStats(fs, path).catch((error: unknown) => {
        throw fileException(error, `cannot look at the folder ${path}`);
      });
      if (now?.kind !== "folder" || now.ino !== stats.ino || now.dev !== stats.dev)
        throw new FileStructureException(
          `expected the folder ${path} to stay where it is, found that it was exchanged or removed meanwhile`,
        );
      return name === undefined ? path : joined(path, name);
    },
    enter: (name) => comparedFolder(fs, joined(path, name)),
    parent: () => comparedFolder(fs, parentOf(path)),
    close: async () => undefined,
  };
}
