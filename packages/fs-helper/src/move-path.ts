import {
  type FileSystem,
  fileException,
  pathStats,
  resolvePath,
  spaceIdentity,
  systemErrorCode,
  temporaryName,
} from "@tvb-storage/core";
import { FileStorageException, FileStructureException, isTVBException } from "@tvb-storage/errors";
import { copyTree, syncFolder } from "./copy-tree.js";
import { type RemovalFailure, removeTree } from "./remove-tree.js";
import { baseName, isWithin, parentOf } from "./safe-path.js";

/** Resolved targets of the moves that this process has under way, by file system. */
const underWay = new WeakMap<object, Set<string>>();

/**
 * Moves a file or folder to a path where nothing is: by a rename, or, where
 * source and target are on different devices, by a copy that is renamed into
 * place before the source is removed. A stop at any moment leaves the source,
 * or both with the target complete; never neither, nor a partial target.
 *
 * @throws FileStructureException something is at the target, or another move to it is under way.
 * @throws FileStructureException the source could not be removed after the copy; both are there then.
 */
export async function movePath(fs: FileSystem, source: string, target: string): Promise<void> {
  const targets = targetsOn(fs);
  const what = `cannot move ${source} to ${target}`;
  // Two storage roots may be one folder, one of them a link.
  const place = resolvePath(fs, target);
  if (targets.has(place)) throw new FileStructureException(`${what}: another move to it is under way`);
  targets.add(place);
  try {
    await refuseExisting(fs, target, what);
    try {
      await fs.promises.rename(source, target);
    } catch (error) {
      if (systemErrorCode(error) !== "EXDEV") throw error;
      await moveAcrossDevices(fs, source, target, what);
    }
  } catch (error) {
    throw fileException(error, what);
  } finally {
    targets.delete(place);
  }
}

/**
 * To be called before anything is created for a move.
 *
 * @throws FileStructureException the source is missing, neither a file nor a folder, or would be moved into itself.
 */
export async function checkMovable(fs: FileSystem, source: string, target: string): Promise<void> {
  const what = `cannot move ${source} to ${target}`;
  const stats = await pathStats(fs, source).catch((error: unknown) => {
    throw fileException(error, what);
  });
  if (stats === undefined) throw new FileStructureException(`${what}: there is no such file or folder`);
  if (stats.kind !== "file" && stats.kind !== "folder")
    throw new FileStructureException(`${what}: it is a symbolic link or a device; move what it points to`);
  if (isWithin(source, target))
    throw new FileStructureException(
      `${what}: ${source === target ? "it is there already" : "it would be in itself"}`,
    );
}

function targetsOn(fs: FileSystem): Set<string> {
  const space = spaceIdentity(fs);
  let targets = underWay.get(space);
  if (targets === undefined) {
    targets = new Set();
    underWay.set(space, targets);
  }
  return targets;
}

/** A rename would replace a file without a word. */
async function refuseExisting(fs: FileSystem, target: string, what: string): Promise<void> {
  const found = await pathStats(fs, target);
  if (found === undefined) return;
  const folder = await fs.promises.realpath(parentOf(target)).then(String);
  throw new FileStructureException(
    `${what}: a ${found.kind} named ${baseName(target)} is in ${folder} already; move or remove it first`,
  );
}

async function moveAcrossDevices(
  fs: FileSystem,
  source: string,
  target: string,
  what: string,
): Promise<void> {
  const copy = temporaryName(target);
  try {
    await copyTree(fs, source, copy);
    await refuseExisting(fs, target, what);
    await fs.promises.rename(copy, target);
  } catch (error) {
    // The first error is the one to report; what is left of the copy has a name that nothing else has.
    await removeTree(fs, copy);
    throw error;
  }
  // The new name must be on the medium before the old one goes.
  await syncFolder(fs, parentOf(target));
  const failures = await removeSource(fs, source);
  const [first] = failures;
  if (first === undefined) return;
  const Exception = isTVBException(first.error, "FILE_STORAGE")
    ? FileStorageException
    : FileStructureException;
  throw new Exception(
    `${source} was copied to ${target}, which is complete, but could not be removed: ${first.error.message}`,
    { cause: failures.length === 1 ? first.error : new AggregateError(failures.map(({ error }) => error)) },
  );
}

async function removeSource(fs: FileSystem, source: string): Promise<RemovalFailure[]> {
  // By one rename, so that nobody finds a part of a folder under its old name.
  const aside = temporaryName(source);
  try {
    await fs.promises.rename(source, aside);
  } catch (error) {
    return [{ path: source, error: fileException(error, `cannot remove ${source}`) }];
  }
  return removeTree(fs, aside);
}
