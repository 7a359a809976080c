import { FileStructureException } from "@tvb-storage/errors";
import { checkPath, nameInError, pathStats, quoted } from "@tvb-storage/files";
import { LongCall, parentOf } from "@tvb-storage/files/internal";
import { moveReleased, type StorageContext } from "./storage-context.js";
import { type ImportOptions, unpackImport } from "./unpack-import.js";
import { withWorkFolder } from "./work-folder.js";

/** The file that makes a folder a project, in the original too. */
const PROJECT_FILE = "Project.xml";

export interface ImportedProject {
  readonly projectName: string;
  /** Its folder. */
  readonly folder: string;
  /** Files of the archive beside the folder that holds `Project.xml`: not of the project, and not imported. */
  readonly leftOut: readonly string[];
}

/** Imports a project; `options` are checked. Throws as `StorageInterface.importProject` does. */
export async function importProject(
  context: StorageContext,
  archive: string,
  options: ImportOptions,
): Promise<ImportedProject> {
  const path = checkPath(archive, "the path of the archive");
  const what = `cannot import the project of ${path}`;
  const call = new LongCall(what, options);
  call.check();
  return withWorkFolder(context, { what, names: { unpacked: path } }, async (work) => {
    const unpacked = `${work}/unpacked`;
    const names = await unpackImport(context, path, unpacked, options);
    const inside = folderOfProject(names, what);
    const folder = inside === "" ? unpacked : `${unpacked}/${inside}`;
    const projectName = await nameOfProject(context, folder, path, what);
    call.check();
    await context.files.checkCreated(context.paths.projects);
    const target = context.paths.project(projectName);
    const there = await pathStats(context.fs, target);
    if (there !== undefined)
      throw new FileStructureException(
        `${what}: a ${there.kind} is at ${target} already; rename or remove that project first`,
      );
    await moveReleased(context, folder, target).catch((error: unknown) => {
      throw nameInError(error, path);
    });
    context.logger?.debug(`imported the project ${target} from ${path}`);
    const leftOut = inside === "" ? [] : names.filter((name) => !name.startsWith(`${inside}/`));
    return { projectName, folder: target, leftOut };
  });
}

/** The folder in the archive that holds the one `Project.xml`; empty for its root. */
function folderOfProject(names: readonly string[], what: string): string {
  const found = names.filter((name) => name === PROJECT_FILE || name.endsWith(`/${PROJECT_FILE}`));
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new FileStructureException(
      `${what}: expected one ${PROJECT_FILE}, found ${found.length === 0 ? "none" : `${found.length}: ${quoted(found.join(", "))}`}`,
    );
  return first === PROJECT_FILE ? "" : parentOf(first);
}

async function nameOfProject(
  context: StorageContext,
  folder: string,
  archive: string,
  what: string,
): Promise<string> {
  const { name } = await context.files.readProjectMetadata(folder, PROJECT_FILE).catch((error: unknown) => {
    throw nameInError(error, archive);
  });
  if (typeof name !== "string")
    throw new FileStructureException(
      `${what}: expected the element name in its ${PROJECT_FILE} to be the project's name, found ${name === undefined ? "none" : "elements in it"}`,
    );
  try {
    context.paths.project(name);
  } catch (error) {
    throw nameInError(error, archive, PROJECT_FILE);
  }
  return name;
}
