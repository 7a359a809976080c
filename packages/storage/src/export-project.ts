import { quoted } from "@tvb-storage/files";
import { baseName, journalPathOf, LongCall, parentOf, partialPathOf } from "@tvb-storage/files/internal";
import { operationFolderName } from "@tvb-storage/fs-helper/internal";
import { type ArchivePart, type Exported, refuseIncomplete, writeArchive } from "./archive-export.js";
import { hasJournal } from "./committed-copy.js";
import { datatypePaths } from "./datatype-paths.js";
import type { ProjectExportOptions } from "./export-options.js";
import { linkedDatatypes } from "./linked-datatypes.js";
import { publish } from "./publish.js";
import { existingProject, type StorageContext } from "./storage-context.js";
import { isLeftover, treeItems } from "./tree-items.js";

/** What the original leaves out of every export of a project. */
const TEMPORARY_FOLDER = "TEMP";
/** Where datatypes of other projects are in the export of one that refers to them. */
const LINKS_FOLDER = "links-to-external-projects/";

/** Exports a project; `options` are checked. Throws as `StorageInterface.exportProject` does. */
export async function exportProject(
  context: StorageContext,
  projectName: string,
  options: ProjectExportOptions,
): Promise<Exported> {
  const what = `cannot export the project ${quoted(projectName)}`;
  const call = new LongCall(what, options);
  const folder = await existingProject(context, projectName, what);
  const exclude = [TEMPORARY_FOLDER, ...Array.from(options.excludeOperations ?? [], operationFolderName)];
  const given =
    options.linked === undefined
      ? undefined
      : await datatypePaths(context, options.linked, "the option linked");
  call.check();
  const own = await dataFilesIn(context, folder, exclude, call);
  const links = await linkedDatatypes(context, [...own, ...(given ?? [])], {
    call,
    except: projectName,
    finds: given === undefined,
  });
  refuseIncomplete(what, links, options.incomplete);
  const parts = (given ?? links.linked).map((path) => ({ path, prefix: LINKS_FOLDER, withoutBurst: false }));
  const { target } = options;
  const written = await beingWritten(context, folder, own);
  const job = {
    context,
    options,
    what,
    folder: { path: folder, exclude: [...exclude, ...written.exclude] },
    parts: [...written.parts, ...parts],
  };
  const path = await publish(context, { call, title: projectName, extension: ".zip", target }, (file, work) =>
    writeArchive(job, file, work),
  );
  return { path, missing: links.missing, unreadable: links.unreadable };
}

/** Data files that are copied as of their last commit, by their names, which are left out of the folder then with what is beside them. */
async function beingWritten(
  context: StorageContext,
  folder: string,
  own: readonly string[],
): Promise<{ readonly exclude: readonly string[]; readonly parts: readonly ArchivePart[] }> {
  const names = new Set<string>();
  for (const path of own) if (await hasJournal(context, path)) names.add(baseName(path));
  return {
    exclude: [...names].flatMap((name) => [name, journalPathOf(name), partialPathOf(name)]),
    parts: own
      .filter((path) => names.has(baseName(path)))
      .map((path) => ({ path, prefix: `${parentOf(path).slice(folder.length + 1)}/`, withoutBurst: false })),
  };
}

async function dataFilesIn(
  context: StorageContext,
  folder: string,
  exclude: readonly string[],
  call: LongCall,
): Promise<string[]> {
  const found: string[] = [];
  const leavesOut = (name: string): boolean => exclude.includes(name) || isLeftover(name);
  for await (const { path, data } of treeItems(context, folder, leavesOut)) {
    call.check();
    if (data !== undefined) found.push(path);
  }
  return found;
}
