import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, fileException, hasEscapedBytes, pathStats } from "@tvb-storage/files";
import { baseName, FolderDescent, type HeldFolder, joinPath, readAll } from "@tvb-storage/files/internal";
import { FORMAT_BYTES, formatByName, formatOfBytes } from "../trees/file-format.js";
import { type FoundFile, walkHeldFolder } from "../trees/walk-files.js";
import { withoutPath } from "../trees/without-path.js";
import { checkShown, openBeneath, type ServedPath, withServedFolder } from "./served-path.js";

/** An entry of `files.json`. */
interface ListedFile {
  /** From the folder, with `/` between names. */
  readonly path: string;
  /** Bytes; of a Zarr hierarchy those of all its files. */
  readonly size: number;
  /** In ISO 8601; missing where the disk has a time beyond what that can say. */
  readonly modified?: string;
  /** "zarr": a folder that is a Zarr hierarchy. */
  readonly kind: "file" | "zarr";
}

/** `files.json`: what the page can open. */
export interface Listing {
  /** The folder in which the files are, as a path of this machine. */
  readonly root: string;
  /** Of what is shown. */
  readonly name: string;
  /** "folder": `root` itself is shown; else the one entry of `files`. */
  readonly kind: "folder" | "file" | "zarr";
  /** HDF5, Zarr, ZIP and XML, by name or by content; files of other formats are left out. */
  readonly files: readonly ListedFile[];
  /** What cannot be opened, each with its reason. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

const LINK = "it is a symbolic link, which is not followed; show what it points to";
const OTHER = "it is a device, a pipe or a socket";
const NOT_TEXT = "its name is not UTF-8, so that a page cannot ask for it; rename it";

/**
 * What is there now. Nothing but the first bytes of a file is read, where its name tells no format.
 *
 * @throws FileStructureException what is shown is not there any more, or may not be read.
 */
export async function listServed(fs: FileSystem, served: ServedPath, signal: AbortSignal): Promise<Listing> {
  const { folder, only } = served;
  const shown = only === undefined ? folder : joinPath(folder, only.name);
  return withServedFolder(fs, served, async (held) => {
    const kind: Listing["kind"] = only?.kind ?? "folder";
    const listing = { root: folder, name: baseName(shown), kind };
    if (only?.kind === "file") {
      const stats = await pathStats(fs, await held.at(only.name));
      if (stats?.kind !== "file") throw new FileStructureException(`${shown} is no file any more`);
      const file = { path: only.name, kind: "file", size: stats.size, modifiedMs: stats.mtimeMs } as const;
      return { ...listing, files: [listed(file, "file")], problems: [] };
    }
    if (only !== undefined) return { ...listing, files: [await hierarchyIn(held, only.name)], problems: [] };
    const { files, closed } = await walkHeldFolder(held, folder, {
      signal,
      isData: (name) => formatByName(name) === "zarr",
    });
    const problems = closed.map(({ path, error }) => problem(path, error, joinPath(folder, path)));
    const shownFiles: ListedFile[] = [];
    for (const file of files) {
      signal.throwIfAborted();
      const { path } = file;
      if (hasEscapedBytes(path)) problems.push({ path: wellFormed(path), reason: NOT_TEXT });
      else if (file.kind === "link") problems.push({ path, reason: LINK });
      else if (file.kind === "other") problems.push({ path, reason: OTHER });
      else if (file.kind === "folder") shownFiles.push(listed(file, "zarr"));
      else
        try {
          if (await canBeShown(fs, held, path)) shownFiles.push(listed(file, "file"));
        } catch (error) {
          problems.push(problem(path, error, joinPath(folder, path)));
        }
    }
    return { ...listing, files: shownFiles, problems };
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw fileException(error, `cannot list ${shown}`);
  });
}

/**
 * Keys of the objects of a hierarchy: the paths of all its files, from its folder on. A reader needs them where it has no
 * consolidated metadata.
 *
 * Throws what the file system throws.
 *
 * @throws NothingThere it is not shown.
 * @throws FileStructureException no folder is there, or a link is in the hierarchy, behind which there may be more of it.
 */
export async function listKeys(
  fs: FileSystem,
  served: ServedPath,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  checkShown(served, names);
  return withServedFolder(fs, served, async (held) => {
    const way = new FolderDescent(held);
    try {
      for (const name of names) await way.down(name);
      const { files } = await walkHeldFolder(way.folder, way.folder.path, {
        signal,
        withinHierarchies: true,
      });
      const link = files.find(({ kind }) => kind === "link");
      if (link !== undefined)
        throw new FileStructureException(
          `${way.folder.path}/${link.path} is a symbolic link, which is not followed`,
        );
      return files.flatMap(({ path, kind }) => (kind === "file" && !hasEscapedBytes(path) ? [path] : []));
    } finally {
      await way.close();
    }
  });
}

/** A hierarchy as one entry, with what all its files have together. */
async function hierarchyIn(held: HeldFolder, name: string): Promise<ListedFile> {
  const hierarchy = await held.enter(name);
  try {
    const { files } = await walkHeldFolder(hierarchy, hierarchy.path);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const modifiedMs = files.reduce((last, file) => Math.max(last, file.modifiedMs), 0);
    return listed({ path: name, size, modifiedMs }, "zarr");
  } finally {
    await hierarchy.close();
  }
}

function listed(
  { path, size, modifiedMs }: Pick<FoundFile, "path" | "size" | "modifiedMs">,
  kind: ListedFile["kind"],
): ListedFile {
  const modified = new Date(modifiedMs);
  const isTime = Number.isFinite(modified.getTime());
  return { path, size, ...(isTime ? { modified: modified.toISOString() } : {}), kind };
}

/** Whether it is of a format that the page knows. Throws what the file system throws. */
async function canBeShown(fs: FileSystem, held: HeldFolder, path: string): Promise<boolean> {
  const byName = formatByName(path);
  if (byName !== undefined && byName !== "zarr") return true;
  const handle = await openBeneath(fs, held, path.split("/"));
  try {
    const start = new Uint8Array(FORMAT_BYTES);
    const length = await readAll(handle, start, 0);
    return formatOfBytes(start.subarray(0, length)) !== undefined;
  } finally {
    await handle.close();
  }
}

function problem(path: string, error: unknown, full: string): { path: string; reason: string } {
  const { message } = fileException(error, full);
  return { path: wellFormed(path), reason: withoutPath(message, full) };
}

/** With U+FFFD for each byte that is not UTF-8, as a page shows it. */
function wellFormed(path: string): string {
  return path.replaceAll(/\p{Surrogate}/gu, "\ufffd");
}
