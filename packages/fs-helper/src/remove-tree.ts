import {
  type FileSystem,
  fileException,
  folderEntries,
  type PathKind,
  pathStats,
  systemErrorCode,
} from "@tvb-storage/core";

/** What could not be removed, and why. */
export interface RemovalFailure {
  readonly path: string;
  readonly error: Error;
}

/** A folder that keeps being filled by somebody else is given up after so many tries. */
const ATTEMPTS = 5;

/** Entries of a folder that are removed at once. */
const AT_ONCE = 32;

/**
 * Removes a file, link or folder with all that is in it; links are removed, not
 * followed. What is missing is fine. Goes on after a failure; gives all of them.
 */
export async function removeTree(fs: FileSystem, path: string): Promise<RemovalFailure[]> {
  try {
    const found = await pathStats(fs, path);
    return found === undefined ? [] : await removeKnown(fs, path, found.kind);
  } catch (error) {
    return failed(path, error);
  }
}

async function removeKnown(fs: FileSystem, path: string, kind: PathKind): Promise<RemovalFailure[]> {
  try {
    if (kind === "folder") return await removeFolderTree(fs, path);
    await fs.promises.unlink(path);
    return [];
  } catch (error) {
    return failed(path, error);
  }
}

function failed(path: string, error: unknown): RemovalFailure[] {
  // Somebody else was faster.
  if (systemErrorCode(error) === "ENOENT") return [];
  return [{ path, error: fileException(error, `cannot remove ${path}`) }];
}

async function removeFolderTree(fs: FileSystem, path: string): Promise<RemovalFailure[]> {
  for (let attempt = 1; ; attempt++) {
    const failures = await removeEntries(fs, path);
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

async function removeEntries(fs: FileSystem, folder: string): Promise<RemovalFailure[]> {
  const failures: RemovalFailure[] = [];
  const entries = await folderEntries(fs, folder);
  // Folders one after the other, or the number of calls at once would multiply with the depth.
  for (const { name, kind } of entries)
    if (kind === "folder") failures.push(...(await removeKnown(fs, `${folder}/${name}`, kind)));
  const others = entries.filter(({ kind }) => kind !== "folder");
  for (let at = 0; at < others.length; at += AT_ONCE) {
    const batch = others.slice(at, at + AT_ONCE);
    const results = await Promise.all(
      batch.map(({ name, kind }) => removeKnown(fs, `${folder}/${name}`, kind)),
    );
    failures.push(...results.flat());
  }
  return failures;
}
