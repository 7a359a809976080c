import { namedBackend } from "@tvb-storage/core/internal";
import { folderEntries } from "@tvb-storage/files";
import { FolderDescent, joinPath } from "@tvb-storage/files/internal";
import { type DataFileName, parseDataFileName } from "./data-file-name.js";
import type { StorageContext } from "./storage-context.js";

/** Whether a name is one of what a call that was stopped may have left, by the form of `temporaryName`. */
export function isLeftover(name: string): boolean {
  return /^\..+\.tmp$/s.test(name);
}

/** A file in a folder, or a folder in it that is one datatype. */
export interface TreeItem {
  readonly path: string;
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
  /** Undefined where it is no data file by its name and kind. */
  readonly data: DataFileName | undefined;
}

/** What a walk needs of a `StorageContext`. */
export interface TreeContext extends Pick<StorageContext, "fs" | "backends"> {
  readonly paths: Pick<StorageContext["paths"], "hold">;
}

/**
 * All in a folder at any depth but the folders on the way, in the order of names. A folder with the extension of a
 * backend that stores folders is one datatype, and not entered. Links are listed, not followed.
 * What is removed meanwhile is left out.
 *
 * Throws what the file system throws where the folder is missing.
 *
 * @param leavesOut Whether a name is left out, at any depth, with what is in it; by default what stopped calls have left.
 */
export async function* treeItems(
  context: TreeContext,
  folder: string,
  leavesOut: (name: string) => boolean = isLeftover,
): AsyncGenerator<TreeItem> {
  const start = await context.paths.hold(folder);
  const way = new FolderDescent(start);
  try {
    yield* itemsBelow(context, way, folder, leavesOut);
  } finally {
    await way.close();
    await start.close();
  }
}

async function* itemsBelow(
  context: TreeContext,
  way: FolderDescent,
  path: string,
  leavesOut: (name: string) => boolean,
): AsyncGenerator<TreeItem> {
  for (const { name, kind } of await folderEntries(context.fs, await way.folder.at())) {
    if (leavesOut(name)) continue;
    const inner = joinPath(path, name);
    const backend = namedBackend(context.backends, name);
    const isDatatype = backend?.supports.storedAs === kind;
    if (kind === "folder" && !isDatatype) {
      if (!(await way.downIfThere(name))) continue;
      yield* itemsBelow(context, way, inner, leavesOut);
      await way.up();
      continue;
    }
    const data = isDatatype ? parseDataFileName(context.backends, name) : undefined;
    yield { path: inner, name, kind, data };
  }
}
