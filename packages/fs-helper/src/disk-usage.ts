import { type FileSystem, fileException, folderEntries, pathStats, systemErrorCode } from "@tvb-storage/core";

/** Files that are asked for their size at once. */
const AT_ONCE = 64;

/**
 * Bytes of the file at `path`, or of all files beneath that `counts` accepts by
 * their name. Links beneath `path` are not followed; what vanishes meanwhile,
 * and a `path` that is missing, count nothing.
 *
 * @throws FileStructureException a folder cannot be read.
 */
export async function diskUsage(
  fs: FileSystem,
  path: string,
  counts: (name: string) => boolean = () => true,
): Promise<number> {
  try {
    const stats = await pathStats(fs, path, { followLinks: true });
    if (stats === undefined) return 0;
    if (stats.kind === "folder") return await folderUsage(fs, path, counts);
    return counts(path) ? stats.size : 0;
  } catch (error) {
    throw fileException(error, `cannot measure ${path}`);
  }
}

async function folderUsage(
  fs: FileSystem,
  start: string,
  counts: (name: string) => boolean,
): Promise<number> {
  let total = 0;
  const folders = [start];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const files: string[] = [];
    for (const { name, kind } of await entriesOrNone(fs, folder)) {
      if (kind === "folder") folders.push(`${folder}/${name}`);
      else if (kind === "file" && counts(name)) files.push(`${folder}/${name}`);
    }
    for (let at = 0; at < files.length; at += AT_ONCE) {
      const sizes = await Promise.all(
        files.slice(at, at + AT_ONCE).map(async (file) => (await pathStats(fs, file))?.size ?? 0),
      );
      for (const size of sizes) total += size;
    }
  }
  return total;
}

async function entriesOrNone(fs: FileSystem, folder: string) {
  try {
    return await folderEntries(fs, folder);
  } catch (error) {
    // It was there when its parent was read.
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return [];
    throw error;
  }
}
