import { FileStructureException } from "@tvb-storage/errors";
import { defaultFileSystem, fileException, pathStats } from "@tvb-storage/files";
import { realPath } from "@tvb-storage/files/internal";
import { StorageInterface } from "@tvb-storage/storage";
import type { Context } from "../context.js";
import { isFolderOfFiles } from "../trees/is-folder.js";

/** What is to be exported, and the storage root that it is in. */
export interface Exportable {
  readonly root: string;
  readonly projectName: string;
  /** A data file of the project; undefined for all of it. */
  readonly file: string | undefined;
}

const PROJECTS = StorageInterface.PROJECTS_FOLDER;

/**
 * A project by its name in a storage root, or by its folder; or a data file in one.
 *
 * @throws FileStructureException nothing is there, or it is in no folder PROJECTS.
 */
export async function findExportable(
  context: Context,
  what: string,
  root: string | undefined,
): Promise<Exportable> {
  if (root !== undefined) return { root, projectName: what, file: undefined };
  const fs = defaultFileSystem();
  try {
    const found = await pathStats(fs, what, { followLinks: true });
    if (found === undefined)
      throw new FileStructureException(
        `cannot export ${what}: there is no such file or folder; to give a project by its name, add --root`,
      );
    const path = await realPath(fs, what);
    const parts = path.split("/");
    // The innermost: the storage root may be in a folder of that name.
    const at = parts.lastIndexOf(PROJECTS);
    const projectName = at < 0 ? undefined : parts[at + 1];
    const isProject = found.kind === "folder" && parts.length === at + 2;
    const isFile = !(await isFolderOfFiles(context, what));
    if (projectName === undefined || !(isProject || isFile))
      throw new FileStructureException(
        `cannot export ${what}: expected the folder of a project, as in <root>/${PROJECTS}/<project>, or a data file in one`,
      );
    const above = parts.slice(0, at).join("/");
    return { root: above === "" ? "/" : above, projectName, file: isProject ? undefined : path };
  } catch (error) {
    throw fileException(error, `cannot export ${what}`);
  }
}
