import { FileStructureException } from "@tvb-storage/errors";
import {
  type FileSystem,
  fileException,
  folderEntries,
  pathStats,
  quoted,
  withFilesReleased,
} from "@tvb-storage/files";
import { baseName, foldCase, parentOf } from "@tvb-storage/files/internal";
import { movePath } from "./move-path.js";
import type { HoldFolder } from "./remove-paths.js";

/**
 * Renames a project's folder. Files that this process has open in it are flushed
 * and closed first; `check`, called after that, may still refuse.
 *
 * @throws FileStructureException no folder is at `oldPath`, or something is at `newPath`, also by another
 *   spelling where the disk takes it for the same name.
 */
export async function renameProject(
  fs: FileSystem,
  oldPath: string,
  newPath: string,
  hold: HoldFolder,
  check: () => void,
): Promise<void> {
  const what = `cannot rename the project ${oldPath} to ${newPath}`;
  try {
    const found = await pathStats(fs, oldPath);
    if (found === undefined) throw new FileStructureException(`${what}: there is no such project`);
    if (found.kind !== "folder")
      throw new FileStructureException(`${what}: it is a ${found.kind}, not a folder`);
    await refuseClash(fs, newPath, what);
    await withFilesReleased(fs, [oldPath, newPath], async () => {
      check();
      await movePath(fs, oldPath, newPath, hold);
    });
  } catch (error) {
    throw fileException(error, what);
  }
}

async function refuseClash(fs: FileSystem, newPath: string, what: string): Promise<void> {
  if ((await pathStats(fs, newPath)) === undefined) return;
  const newName = baseName(newPath);
  const names = (await folderEntries(fs, parentOf(newPath))).map(({ name }) => name);
  if (names.includes(newName))
    throw new FileStructureException(`${what}: there is a project of that name already`);
  // Found, but no entry has exactly this name: the disk folds case or composed letters.
  const other = names.find((name) => foldCase(name) === foldCase(newName)) ?? "another project";
  throw new FileStructureException(
    `${what}: this disk takes the name for ${quoted(other)}, which is there already; ` +
      "to change only the spelling, rename to a third name first",
  );
}
