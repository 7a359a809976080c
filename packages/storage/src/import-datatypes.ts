import { namedBackend } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";
import { checkPath, folderEntries, type OptionRules, pathStats, quoted } from "@tvb-storage/files";
import { baseName, eitherRule, LongCall, parentOf } from "@tvb-storage/files/internal";
import { checkName, operationFolderName } from "@tvb-storage/fs-helper/internal";
import { DataFileIndex, isUnreadable } from "./data-file-index.js";
import { copyDatatype } from "./datatype-copy.js";
import { longOptionsOf } from "./long-options.js";
import { ownGid, rootMetadata } from "./references.js";
import { existingProject, moveReleased, type StorageContext } from "./storage-context.js";
import { type TreeItem, treeItems } from "./tree-items.js";
import { IMPORT_RULES, type ImportOptions, unpackImport } from "./unpack-import.js";
import { withWorkFolder } from "./work-folder.js";

export interface DatatypeImportOptions extends ImportOptions {
  /** What becomes of a datatype that the project has already, by its gid: `"refuse"` (the default) refuses the import, `"skip"` leaves it out. */
  existing?: "refuse" | "skip";
}

export const DATATYPE_IMPORT_RULES: OptionRules<DatatypeImportOptions> = {
  ...IMPORT_RULES,
  existing: eitherRule("refuse", "skip"),
};

export interface ImportedDatatypes {
  /** Paths of the imported files. */
  readonly paths: readonly string[];
  /** Names in the source of those that the project has already. */
  readonly skipped: readonly string[];
}

/** Imports datatypes; `options` are checked. Throws as `StorageInterface.importDatatypes` does. */
export async function importDatatypes(
  context: StorageContext,
  given: string,
  projectName: string,
  operationId: string | number,
  options: DatatypeImportOptions,
): Promise<ImportedDatatypes> {
  const { fs, paths } = context;
  const source = checkPath(given, "the path of the datatypes");
  const what = `cannot import the datatypes of ${source}`;
  const call = new LongCall(what, options);
  call.check();
  await existingProject(context, projectName, what);
  const target = paths.project(projectName, operationFolderName(operationId));
  await refuseFilled(context, target, what);
  return withWorkFolder(context, { what, names: { unpacked: source } }, async (work) => {
    const [unpacked, operation] = [`${work}/unpacked`, `${work}/operation`];
    if (namedBackend(context.backends, source) === undefined)
      await unpackImport(context, source, unpacked, options);
    else await copyDatatype(context, source, `${unpacked}/${baseName(source)}`, longOptionsOf(options));
    const items: TreeItem[] = [];
    for await (const item of treeItems(context, unpacked, () => false)) items.push(item);
    if (items.length === 0) throw new FileStructureException(`${what}: there is no data file in it`);
    await context.files.checkCreated(operation);
    const index = new DataFileIndex(context, call);
    const skipped: string[] = [];
    const taken = new Set<string>();
    for (const item of items) {
      await call.pause();
      const inSource = item.path.slice(unpacked.length + 1);
      const gid = await checkedGid(context, item, `${what}: ${quoted(inSource)}`);
      if (taken.has(gid))
        throw new FileStructureException(
          `${what}: two of its files are the datatype ${gid}, one of them ${inSource}`,
        );
      taken.add(gid);
      const there = await index.firstInProject(projectName, gid);
      if (there === undefined) await fs.promises.rename(item.path, `${operation}/${item.name}`);
      else if (options.existing === "skip") skipped.push(inSource);
      else
        throw new FileStructureException(
          `${what}: the project has ${quoted(inSource)} already, at ${there.path}; pass { existing: "skip" } to leave it out`,
        );
    }
    const names = (await folderEntries(fs, operation)).map(({ name }) => name);
    call.check();
    if (names.length > 0) {
      await refuseFilled(context, target, what);
      await context.files.checkCreated(parentOf(target));
      // Empty, by the line above.
      if ((await pathStats(fs, target)) !== undefined) await fs.promises.rmdir(target);
      await moveReleased(context, operation, target);
      context.logger?.debug(`imported ${target} from ${source}`);
    }
    return { paths: names.map((name) => `${target}/${name}`), skipped };
  });
}

/** Only a whole folder can be put in place in one step. */
async function refuseFilled({ fs, paths }: StorageContext, target: string, what: string): Promise<void> {
  paths.checkInside(target);
  const found = await pathStats(fs, target);
  if (found === undefined) return;
  if (found.kind === "folder" && (await folderEntries(fs, target)).length === 0) return;
  throw new FileStructureException(
    `${what}: expected the operation ${target} to be missing or empty, found ${found.kind === "folder" ? "files in it" : `a ${found.kind}`}; import into an operation of its own`,
  );
}

/** @throws FileStructureException no data file, or one that is another datatype than its name says. */
async function checkedGid(
  context: StorageContext,
  { path, name, data }: TreeItem,
  what: string,
): Promise<string> {
  if (data === undefined)
    throw new FileStructureException(
      `${what} is no data file: expected a name such as Connectivity_<32 hexadecimal digits>.h5`,
    );
  checkName(name, "name of the data file");
  if (!(await context.manager(path).isValidTvbFile()))
    throw new FileStructureException(`${what} is damaged, or no file of its format`);
  let gid: string | undefined;
  try {
    gid = ownGid(await rootMetadata(context, path));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    throw new FileStructureException(`${what} cannot be read: ${error.message}`, { cause: error });
  }
  if (gid === data.gid) return gid;
  throw new FileStructureException(
    `${what} is another datatype than its name says: expected the attribute gid ${data.gid}, found ${gid ?? "none"}`,
  );
}
