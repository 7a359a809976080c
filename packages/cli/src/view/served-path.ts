import { constants, promises } from "node:fs";
import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, fileException, folderEntries, pathStats } from "@tvb-storage/files";
import {
  baseName,
  FolderDescent,
  type HeldFolder,
  holdFolder,
  parentOf,
  realPath,
  whyNotOnWindows,
} from "@tvb-storage/files/internal";
import { formatByName, isZarrDocument, isZarrFolder } from "../trees/file-format.js";

/** What is shown: a folder with all beneath it, or one file or Zarr hierarchy in it. */
export interface ServedPath {
  /** Its real path, without links. */
  readonly folder: string;
  /** The one entry of the folder that is shown. */
  readonly only?: { readonly name: string; readonly kind: "file" | "zarr" };
}

/**
 * What a path of the command line names; a link is followed.
 *
 * @throws FileStructureException nothing is there, or a device, a pipe or a socket; or it may not be read.
 */
export async function servedPath(fs: FileSystem, given: string): Promise<ServedPath> {
  try {
    const path = await realPath(fs, given);
    const stats = await pathStats(fs, path);
    const name = baseName(path);
    if (stats?.kind === "file") {
      if (isZarrDocument(name)) return await servedPath(fs, parentOf(path));
      return { folder: parentOf(path), only: { name, kind: "file" } };
    }
    if (stats?.kind !== "folder")
      throw new FileStructureException(`cannot show ${given}: it is no file and no folder`);
    const isZarr = formatByName(name) === "zarr" || isZarrFolder(await folderEntries(fs, path));
    return isZarr ? { folder: parentOf(path), only: { name, kind: "zarr" } } : { folder: path };
  } catch (error) {
    throw fileException(error, `cannot show ${given}`);
  }
}

/**
 * Holds the folder that is shown, for as long as `work` takes. It is looked up again each time, so that it may be made again.
 *
 * @throws FileStructureException another folder is in its place, by a link.
 */
export async function withServedFolder<T>(
  fs: FileSystem,
  { folder }: ServedPath,
  work: (held: HeldFolder) => Promise<T>,
): Promise<T> {
  const held = await holdFolder(fs, folder);
  try {
    if (held.path !== folder)
      throw new FileStructureException(
        `expected the folder ${folder}, found a link to ${held.path} on the way to it`,
      );
    return await work(held);
  } finally {
    await held.close();
  }
}

/** Nothing is there that is shown, which may be so: of a Zarr hierarchy, chunks that were never written. */
export class NothingThere extends Error {
  override readonly name = "NothingThere";
}

/** @throws NothingThere the names lead to nothing that is shown, or are none of files or folders. */
export function checkShown({ only }: ServedPath, names: readonly string[]): void {
  const [first] = names;
  if (first === undefined || (only !== undefined && first !== only.name))
    throw new NothingThere(`${names.join("/")} is not shown`);
  for (const name of names)
    if (!isOneName(name)) throw new NothingThere(`${names.join("/")} is no path of a file`);
}

/**
 * Opens a file to be read, by the names on the way to it from the folder that is shown. No link is followed, at any of
 * them: each folder is held while the next is opened in it. A device, a pipe or a socket is not opened.
 *
 * Throws what the file system throws.
 *
 * @throws NothingThere no file is there, or it is not shown.
 * @throws FileStructureException something is there, or on the way, that is not followed or opened.
 */
export async function openServedFile(
  fs: FileSystem,
  served: ServedPath,
  names: readonly string[],
): Promise<promises.FileHandle> {
  checkShown(served, names);
  return withServedFolder(fs, served, (held) => openBeneath(fs, held, names));
}

/** As `openServedFile`, in a folder that is held, by names that are checked. */
export async function openBeneath(
  fs: FileSystem,
  held: HeldFolder,
  names: readonly string[],
): Promise<promises.FileHandle> {
  const way = new FolderDescent(held);
  try {
    for (const name of names.slice(0, -1)) await goDown(fs, way, name);
    const path = await way.folder.at(names.at(-1));
    const kind = (await pathStats(fs, path))?.kind;
    if (kind === undefined || kind === "folder") throw new NothingThere(`no file is at ${names.join("/")}`);
    if (kind !== "file")
      throw new FileStructureException(`expected a file at ${names.join("/")}, found ${kind}`);
    // What was exchanged since then is no link, and a pipe does not make this wait.
    const handle = await promises.open(
      path,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      if (!(await handle.stat()).isFile())
        throw new FileStructureException(`expected a file at ${names.join("/")}, found something else`);
      // Where folders are compared, not held: this is still the same one.
      await way.folder.at();
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  } finally {
    await way.close();
  }
}

async function goDown(fs: FileSystem, way: FolderDescent, name: string): Promise<void> {
  try {
    await way.down(name);
  } catch (error) {
    const found = await pathStats(fs, await way.folder.at(name));
    throw found?.kind === "file" ? new NothingThere(`${name} is a file`, { cause: error }) : error;
  }
}

/** Whether it is the name of one entry of a folder. */
function isOneName(name: string): boolean {
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) return false;
  return process.platform !== "win32" || whyNotOnWindows(name) === undefined;
}
