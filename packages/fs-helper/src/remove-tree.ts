import { type FileSystem, fileException, folderEntries, pathStats, systemErrorCode } from "@tvb-storage/core";

/** What could not be removed, and why. */
export interface RemovalFailure {
  readonly path: string;
  readonly error: Error;
}

/** A folder that keeps being filled by somebody else is given up after so many tries. */
const ATTEMPTS = 5;

/**
 * Removes a file, link or folder with all that is in it; links are removed, not
 * followed. What is missing is fine. Goes on after a failure; gives all of them.
 */
export async function removeTree(fs: FileSystem, path: string): Promise<RemovalFailure[]> {
  const failed = (error: unknown): RemovalFailure[] =>
    isMissing(error) ? [] : [{ path, error: fileException(error, `cannot remove ${path}`) }];
  try {
    const found = await pathStats(fs, path);
    if (found === undefined) return [];
    if (found.kind === "folder") return await removeFolderTree(fs, path);
    await fs.promises.unlink(path);
    return [];
  } catch (error) {
    return failed(error);
  }
}

async function removeFolderTree(fs: FileSystem, path: string): Promise<RemovalFailure[]> {
  for (let attempt = 1; ; attempt++) {
    const failures: RemovalFailure[] = [];
    for (const { name } of await folderEntries(fs, path))
      failures.push(...(await removeTree(fs, `${path}/${name}`)));
    // What stayed inside is the reason why the folder stays.
    if (failures.length > 0) return failures;
    try {
      await fs.promises.rmdir(path);
      return [];
    } catch (error) {
      if (systemErrorCode(error) !== "ENOTEMPTY") throw error;
      // memfs counts a file twice that a rename replaced, and takes its folder for a full one ever after.
      if (fs.promises.rm !== undefined && (await folderEntries(fs, path)).length === 0) {
        await fs.promises.rm(path, { recursive: true });
        return [];
      }
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return systemErrorCode(error) === "ENOENT";
}
