import {
  type FileSystem,
  fileException,
  folderEntries,
  pathStats,
  systemErrorCode,
} from "@tvb-storage/files";
import { FolderDescent } from "@tvb-storage/files/internal";
import type { HoldFolder } from "./remove-paths.js";

/** Number of simultaneous stats. */
const AT_ONCE = 64;

/**
 * Bytes of the file at `path`, or of all files beneath whose name `counts`
 * accepts. Links beneath `path` are not followed; files that are removed
 * meanwhile, and a missing `path`, count 0.
 *
 * @throws FileStructureException a folder cannot be read.
 */
export async function diskUsage(
  fs: FileSystem,
  path: string,
  hold: HoldFolder,
  counts: (name: string) => boolean = () => true,
): Promise<number> {
  try {
    const stats = await pathStats(fs, path, { followLinks: true });
    if (stats === undefined) return 0;
    if (stats.kind === "folder") return await folderUsage(fs, path, hold, counts);
    return counts(path) ? stats.size : 0;
  } catch (error) {
    throw fileException(error, `cannot measure ${path}`);
  }
}

async function folderUsage(
  fs: FileSystem,
  path: string,
  hold: HoldFolder,
  counts: (name: string) => boolean,
): Promise<number> {
  const start = await hold(path);
  const way = new FolderDescent(start);
  try {
    return await usageBelow(fs, way, counts);
  } finally {
    await way.close();
    await start.close();
  }
}

async function usageBelow(
  fs: FileSystem,
  way: FolderDescent,
  counts: (name: string) => boolean,
): Promise<number> {
  const entries = await folderEntries(fs, await way.folder.at());
  let total = 0;
  for (const { name, kind } of entries) {
    if (kind !== "folder" || !(await way.downIfThere(name))) continue;
    total += await usageBelow(fs, way, counts).catch(noneWhereGone);
    await way.up();
  }
  const { folder } = way;
  const files = entries.filter(({ name, kind }) => kind === "file" && counts(name));
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const sizes = await Promise.all(
      files
        .slice(at, at + AT_ONCE)
        .map(async ({ name }) => (await pathStats(fs, await folder.at(name)))?.size ?? 0),
    );
    for (const size of sizes) total += size;
  }
  return total;
}

/** Another process removed the folder. */
function noneWhereGone(error: unknown): number {
  if (systemErrorCode(error) === "ENOENT") return 0;
  throw error;
}
