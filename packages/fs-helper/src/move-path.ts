import { FileStorageException, FileStructureException, isTVBException } from "@tvb-storage/errors";
import { type FileSystem, fileException, pathStats, resolvePath, systemErrorCode } from "@tvb-storage/files";
import {
  baseName,
  copyTree,
  type HeldEntry,
  isWithin,
  joinPath,
  parentOf,
  type RemovalFailure,
  removeTree,
  spaceIdentity,
  syncDirectory,
  temporaryName,
} from "@tvb-storage/files/internal";
import type { HoldFolder } from "./remove-paths.js";

/** Resolved targets of the moves that this process has under way, by file system. */
const underWay = new WeakMap<object, Set<string>>();

/**
 * Moves a file or folder to a path where nothing is: by a rename, or, where
 * source and target are on different devices, by a copy that is renamed into
 * place before the source is removed. A crash at any moment leaves the source,
 * or both with the target complete; never neither, and no partial target. The
 * folders of both are held by `hold`.
 *
 * @throws FileStructureException something is at the target, or another move to it is under way.
 * @throws FileStructureException the source could not be removed after the copy; both are there then.
 */
export async function movePath(
  fs: FileSystem,
  source: string,
  target: string,
  hold: HoldFolder,
): Promise<void> {
  const targets = targetsOn(fs);
  const what = `cannot move ${source} to ${target}`;
  // Two storage roots may be one folder, one of them a link.
  const location = resolvePath(fs, target);
  if (targets.has(location)) throw new FileStructureException(`${what}: another move to it is under way`);
  targets.add(location);
  try {
    await withEntry(hold, source, (from) => withEntry(hold, target, (to) => moveEntry(fs, from, to, what)));
  } catch (error) {
    throw fileException(error, what);
  } finally {
    targets.delete(location);
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

/** Calls `work` with the parent folder of a path, which is held, and the last part. */
async function withEntry<T>(
  hold: HoldFolder,
  path: string,
  work: (entry: HeldEntry) => Promise<T>,
): Promise<T> {
  const folder = await hold(parentOf(path));
  try {
    return await work({ folder, name: baseName(path) });
  } finally {
    await folder.close();
  }
}

/** The path of an entry, to be used immediately. */
function at({ folder, name }: HeldEntry): Promise<string> {
  return folder.at(name);
}

/** An unused name beside an entry. */
function beside({ folder, name }: HeldEntry): HeldEntry {
  return { folder, name: temporaryName(name) };
}

function pathOf({ folder, name }: HeldEntry): string {
  return joinPath(folder.path, name);
}

async function moveEntry(fs: FileSystem, source: HeldEntry, target: HeldEntry, what: string): Promise<void> {
  await refuseExisting(fs, target, what);
  try {
    await fs.promises.rename(await at(source), await at(target));
  } catch (error) {
    if (systemErrorCode(error) !== "EXDEV") throw error;
    await moveAcrossDevices(fs, source, target, what);
  }
}

/** A rename would replace a file without an error. */
async function refuseExisting(fs: FileSystem, target: HeldEntry, what: string): Promise<void> {
  const found = await pathStats(fs, await at(target));
  if (found === undefined) return;
  throw new FileStructureException(
    `${what}: a ${found.kind} named ${target.name} is in ${target.folder.path} already; move or remove it first`,
  );
}

async function moveAcrossDevices(
  fs: FileSystem,
  source: HeldEntry,
  target: HeldEntry,
  what: string,
): Promise<void> {
  const copy = beside(target);
  try {
    await copyTree(fs, source, copy);
    await refuseExisting(fs, target, what);
    await fs.promises.rename(await at(copy), await at(target));
  } catch (error) {
    // The first error is the one to report; what is left of the copy has a temporary name.
    await removeTree(fs, copy.folder, copy.name);
    throw error;
  }
  // The new name must be on the medium before the old one is removed.
  await syncDirectory(fs, await target.folder.at());
  const failures = await removeSource(fs, source);
  const [first] = failures;
  if (first === undefined) return;
  const Exception = isTVBException(first.error, "FILE_STORAGE")
    ? FileStorageException
    : FileStructureException;
  throw new Exception(
    `${pathOf(source)} was copied to ${pathOf(target)}, which is complete, but could not be removed: ${first.error.message}`,
    { cause: failures.length === 1 ? first.error : new AggregateError(failures.map(({ error }) => error)) },
  );
}

async function removeSource(fs: FileSystem, source: HeldEntry): Promise<RemovalFailure[]> {
  // By one rename, so that a partly removed folder never has the old name.
  const aside = beside(source);
  try {
    await fs.promises.rename(await at(source), await at(aside));
  } catch (error) {
    const path = pathOf(source);
    return [{ path, error: fileException(error, `cannot remove ${path}`) }];
  }
  return removeTree(fs, aside.folder, aside.name);
}
