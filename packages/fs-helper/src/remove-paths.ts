import { FileStorageException, FileStructureException, isTVBException } from "@tvb-storage/errors";
import {
  type FileSystem,
  fileException,
  type Logger,
  pathStats,
  systemErrorCode,
  withFilesReleased,
} from "@tvb-storage/files";
import {
  baseName,
  type HeldFolder,
  parentOf,
  type RemovalFailure,
  removeTree,
} from "@tvb-storage/files/internal";

/** Holds the folder at a path, or refuses it; see `ProjectPaths.hold`. */
export type HoldFolder = (path: string) => Promise<HeldFolder>;

/**
 * Removes files and folders. Files that this process has open there are flushed
 * and closed first. Each is removed from its parent as held by `hold`. Goes on after a failure.
 *
 * @throws FileStructureException lists what could not be removed, with an AggregateError of the reasons as cause;
 *   with `ignoreErrors` the logger gets the list instead.
 * @throws FileStorageException the same, where one of the reasons is that the disk failed.
 */
export async function removePaths(
  fs: FileSystem,
  paths: readonly string[],
  options: {
    readonly hold: HoldFolder;
    readonly ignoreErrors: boolean;
    readonly logger: Logger | undefined;
  },
): Promise<void> {
  const failures: RemovalFailure[] = [];
  for (const path of paths) {
    const failed = await removeReleased(fs, path, options.hold);
    failures.push(...failed);
    if (failed.length === 0) options.logger?.debug(`removed ${path}`);
  }
  if (failures.length === 0) return;
  const reasons = failures.map(({ error }) => error);
  const message = `could not remove ${failures.length} of the files: ${reasons.map((error) => error.message).join("; ")}`;
  if (!options.ignoreErrors) {
    const ofTheDisk = reasons.some((error) => isTVBException(error, "FILE_STORAGE"));
    const Exception = ofTheDisk ? FileStorageException : FileStructureException;
    throw new Exception(message, { cause: new AggregateError(reasons) });
  }
  options.logger?.warn(message);
}

/** Why `path` cannot be removed as a folder: it is missing, of another kind, or not accessible; else undefined. */
export async function whyNoFolder(fs: FileSystem, path: string): Promise<Error | undefined> {
  const what = `cannot remove the folder ${path}`;
  try {
    const found = await pathStats(fs, path);
    if (found?.kind === "folder") return undefined;
    const problem = found === undefined ? "it does not exist" : `it is a ${found.kind}`;
    return new FileStructureException(`${what}: ${problem}`);
  } catch (error) {
    return fileException(error, what);
  }
}

async function removeReleased(fs: FileSystem, path: string, hold: HoldFolder): Promise<RemovalFailure[]> {
  try {
    return await withFilesReleased(fs, path, () => removeHeld(fs, path, hold));
  } catch (error) {
    // A file that was open there could not be flushed: removing it would lose data that was acknowledged.
    return [{ path, error: fileException(error, `cannot remove ${path}`) }];
  }
}

async function removeHeld(fs: FileSystem, path: string, hold: HoldFolder): Promise<RemovalFailure[]> {
  const name = baseName(path);
  if (name === "") throw new FileStructureException(`cannot remove ${path}: it is the root of the disk`);
  if ((await pathStats(fs, path)) === undefined) return [];
  let parent: HeldFolder;
  try {
    parent = await hold(parentOf(path));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
  try {
    return await removeTree(fs, parent, name);
  } finally {
    await parent.close();
  }
}
