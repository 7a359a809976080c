import { defaultFileSystem, fileException, folderEntries, pathStats } from "@tvb-storage/files";
import { FolderDescent, holdFolder } from "@tvb-storage/files/internal";

/** Something in a folder, by its path relative to where the walk began. */
export interface FoundFile {
  readonly path: string;
  /** "link": a symbolic link, which is not followed; "other": a device, a socket. */
  readonly kind: "file" | "link" | "other";
  /** Bytes of a file. */
  readonly size: number;
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
 * All files beneath a folder. Links are not followed, and folders are held while they are read, so that nothing
 * outside is found, also where another process exchanges folders.
 *
 * @throws FileStructureException `start` is no folder, or may not be read.
 */
export async function walkFiles(start: string, signal: AbortSignal): Promise<FoundFiles> {
  const fs = defaultFileSystem();
  const files: FoundFile[] = [];
  const closed: ClosedFolder[] = [];
  const held = await holdFolder(fs, start).catch((error: unknown) => {
    throw fileException(error, `cannot read the folder ${start}`);
  });
  const way = new FolderDescent(held);
  const visit = async (inner: string): Promise<void> => {
    signal.throwIfAborted();
    for (const { name, kind } of await folderEntries(fs, await way.folder.at())) {
      const path = inner === "" ? name : `${inner}/${name}`;
      if (kind !== "folder") {
        const size = kind === "file" ? ((await pathStats(fs, await way.folder.at(name)))?.size ?? 0) : 0;
        files.push({ path, kind, size });
        continue;
      }
      try {
        await way.down(name);
      } catch (error) {
        closed.push({ path, error: fileException(error, `cannot read the folder ${start}/${path}`) });
        continue;
      }
      try {
        await visit(path);
      } catch (error) {
        signal.throwIfAborted();
        closed.push({ path, error: fileException(error, `cannot read the folder ${start}/${path}`) });
      } finally {
        await way.up();
      }
    }
  };
  try {
    await visit("");
  } catch (error) {
    throw fileException(error, `cannot read the folder ${start}`);
  } finally {
    await way.close();
    await held.close();
  }
  return { files, closed };
}
