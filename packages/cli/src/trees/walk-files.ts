import { defaultFileSystem, fileException, folderEntries, pathStats } from "@tvb-storage/files";
import { FolderDescent, type HeldFolder, holdFolder } from "@tvb-storage/files/internal";
import { isZarrFolder } from "./file-format.js";

/** Something in a folder, by its path relative to where the walk began. */
export interface FoundFile {
  readonly path: string;
  /**
   * "folder": one that a backend stores where others have a file; "link": a symbolic link, which is not followed; "other": a
   * device, a socket.
   */
  readonly kind: "file" | "folder" | "link" | "other";
  /** Bytes of a file, or of all files in the folder. */
  readonly size: number;
  /** When a file, or the last one in the folder, was changed: milliseconds since 1970. 0 for a link, and for "other". */
  readonly modifiedMs: number;
}

/** What a walk could not look into. */
interface ClosedFolder {
  readonly path: string;
  readonly error: Error;
}

export interface FoundFiles {
  /** Sorted by path in the order of their names, folder by folder. */
  readonly files: readonly FoundFile[];
  readonly closed: readonly ClosedFolder[];
}

/**
 * All files beneath a folder. A folder that is a Zarr hierarchy, or whose name `isData` accepts, is one of them, and what is
 * in it is not listed. Links are not followed, and folders are held while they are read, so that nothing outside is
 * found, also where another process exchanges folders.
 *
 * @throws FileStructureException `start` is no folder, or may not be read.
 */
export async function walkFiles(
  start: string,
  signal?: AbortSignal,
  isData: (name: string) => boolean = () => false,
): Promise<FoundFiles> {
  const held = await holdFolder(defaultFileSystem(), start).catch((error: unknown) => {
    throw fileException(error, `cannot read the folder ${start}`);
  });
  try {
    return await walkHeldFolder(held, start, { ...(signal === undefined ? {} : { signal }), isData });
  } finally {
    await held.close();
  }
}

export interface WalkOptions {
  readonly signal?: AbortSignal;
  readonly isData?: (name: string) => boolean;
  /** Lists also what is in Zarr hierarchies, file by file. */
  readonly withinHierarchies?: boolean;
}

/** As `walkFiles`, for a folder that the caller holds, and closes; `start` is its name in errors. */
export async function walkHeldFolder(
  held: HeldFolder,
  start: string,
  { signal, isData = () => false, withinHierarchies = false }: WalkOptions = {},
): Promise<FoundFiles> {
  const fs = defaultFileSystem();
  const files: FoundFile[] = [];
  const closed: ClosedFolder[] = [];
  const way = new FolderDescent(held);
  const visit = async (inner: string, name: string, found: FoundFile[]): Promise<void> => {
    signal?.throwIfAborted();
    const entries = await folderEntries(fs, await way.folder.at());
    const isHierarchy = !withinHierarchies && (isData(name) || isZarrFolder(entries));
    const isOne = inner !== "" && found === files && isHierarchy;
    const within: FoundFile[] = isOne ? [] : found;
    for (const entry of entries) {
      const path = inner === "" ? entry.name : `${inner}/${entry.name}`;
      if (entry.kind === "folder") await enter(path, entry.name, within);
      else {
        const stats =
          entry.kind === "file" ? await pathStats(fs, await way.folder.at(entry.name)) : undefined;
        within.push({ path, kind: entry.kind, size: stats?.size ?? 0, modifiedMs: stats?.mtimeMs ?? 0 });
      }
    }
    if (isOne) {
      const modifiedMs = within.reduce((last, file) => Math.max(last, file.modifiedMs), 0);
      found.push({ path: inner, kind: "folder", size: sizeOf(within), modifiedMs });
    }
  };
  const enter = async (path: string, name: string, found: FoundFile[]): Promise<void> => {
    try {
      await way.down(name);
    } catch (error) {
      closed.push({ path, error: fileException(error, `cannot read the folder ${start}/${path}`) });
      return;
    }
    try {
      await visit(path, name, found);
    } catch (error) {
      signal?.throwIfAborted();
      closed.push({ path, error: fileException(error, `cannot read the folder ${start}/${path}`) });
    } finally {
      await way.up();
    }
  };
  try {
    await visit("", "", files);
  } catch (error) {
    throw fileException(error, `cannot read the folder ${start}`);
  } finally {
    await way.close();
  }
  return { files, closed };
}

/** Bytes of all files beneath a folder. */
export async function bytesBeneath(folder: string): Promise<number> {
  return sizeOf((await walkFiles(folder)).files);
}

function sizeOf(files: readonly FoundFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
