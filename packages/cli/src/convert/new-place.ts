import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import {
  defaultFileSystem,
  type FileSystem,
  fileException,
  type PathStats,
  pathStats,
} from "@tvb-storage/files";
import {
  baseName,
  holdFolder,
  parentOf,
  realPath,
  removeTree,
  syncDirectory,
  temporaryName,
} from "@tvb-storage/files/internal";

/** What a backend stores data as, on the disk. */
type PlaceKind = "file" | "folder";

interface Place {
  readonly path: string;
  readonly kind: PlaceKind;
  /** What is there is replaced, where it is of that kind. */
  readonly overwrite: boolean;
}

/**
 * Makes a file (or the folder that a backend has instead) that appears at a path only when it is complete: `make` makes
 * it in a temporary folder beside it, from where it is renamed. Where anything fails, what was there is as it was, and
 * nothing else is left. A file is replaced in one step; of a folder the old one goes first, and comes back where the
 * new one cannot be renamed.
 *
 * @throws FileStructureException something is there, and it is not to be overwritten; there is no folder for it.
 */
export async function atNewPlace<T>(place: Place, make: (temporary: string) => Promise<T>): Promise<T> {
  const fs = defaultFileSystem();
  const { path } = place;
  const before = await checkPlace(place);
  // A link stays one: what it leads to is replaced.
  const target = before === undefined ? path : await realPath(fs, path);
  const folder = temporaryName(target);
  try {
    await fs.promises.mkdir(folder, { mode: 0o700 });
    const made = `${folder}/${baseName(target)}`;
    const result = await make(made);
    const old = await checkPlace(place);
    if (old !== undefined) await fs.promises.chmod(made, old.mode);
    if (old?.kind === "folder") await exchange(fs, { made, target, old: `${folder}/old` });
    else await fs.promises.rename(made, target);
    await syncDirectory(fs, parentOf(target));
    return result;
  } catch (error) {
    throw fileException(withoutFolder(error, folder), `cannot make ${path}`, { fs, path, creates: true });
  } finally {
    await removeFolder(fs, folder);
  }
}

/** No call of Node replaces a folder by another in one step. */
async function exchange(
  fs: FileSystem,
  { made, target, old }: { readonly made: string; readonly target: string; readonly old: string },
): Promise<void> {
  await fs.promises.rename(target, old);
  try {
    await fs.promises.rename(made, target);
  } catch (error) {
    await fs.promises.rename(old, target);
    throw error;
  }
}

/**
 * What is at a path that something is to be made at.
 *
 * @throws FileStructureException as `atNewPlace`.
 */
export async function checkPlace({ path, kind, overwrite }: Place): Promise<PathStats | undefined> {
  const fs = defaultFileSystem();
  const stats = (at: string) =>
    pathStats(fs, at, { followLinks: true }).catch((error: unknown) => {
      throw fileException(error, `cannot make ${path}`);
    });
  const found = await stats(path);
  if (found === undefined) {
    const folder = parentOf(path);
    if ((await stats(folder))?.kind !== "folder")
      throw new FileStructureException(`cannot make ${path}: there is no folder ${folder}; create it first`);
    return undefined;
  }
  if (found.kind !== kind)
    throw new FileStructureException(`cannot make ${path}: a ${found.kind} is there already`);
  if (!overwrite)
    throw new FileStructureException(`cannot make ${path}: it exists already; --overwrite replaces it`);
  return found;
}

/** The same exception; what it says of the file in the temporary folder is said of the target. */
function withoutFolder(error: unknown, folder: string): unknown {
  if (!isTVBException(error)) return error;
  const message = error.message.replaceAll(`${baseName(folder)}/`, "");
  if (message === error.message) return error;
  // Every class of @tvb-storage/errors is made from a message and options.
  const Same = error.constructor as new (message: string, options: { cause: unknown }) => Error;
  return new Same(message, { cause: error.cause ?? error });
}

/** A temporary folder that cannot be removed does not change the outcome. */
async function removeFolder(fs: FileSystem, path: string): Promise<void> {
  const parent = await holdFolder(fs, parentOf(path)).catch(() => undefined);
  if (parent === undefined) return;
  try {
    await removeTree(fs, parent, baseName(path));
  } finally {
    await parent.close();
  }
}
