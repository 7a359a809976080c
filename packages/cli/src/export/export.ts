import { type Exported, StorageInterface } from "@tvb-storage/storage";
import type { Context } from "../context.js";
import { EXIT } from "../exit-status.js";
import { byteText } from "../terminal/byte-text.js";
import { printable } from "../terminal/printable.js";
import { withProgress } from "../terminal/progress.js";
import { countText } from "../trees/count-text.js";
import { type FoundFile, walkFiles } from "../trees/walk-files.js";
import { UsageError } from "../usage-error.js";
import { type Exportable, findExportable } from "./find-exportable.js";

export interface ExportFlags {
  readonly root?: string;
  readonly without: readonly string[];
  readonly complete?: boolean;
}

export async function exportArchive(
  context: Context,
  what: string,
  target: string,
  flags: ExportFlags,
): Promise<void> {
  const exportable = await findExportable(context, what, flags.root);
  const { root, projectName, file } = exportable;
  if (file !== undefined && flags.without.length > 0)
    throw new UsageError("--without is for projects: a datatype is exported with all that it refers to");
  const storage = new StorageInterface({ storageRoot: root, backends: await context.backends.all() });
  if (context.dryRun) {
    await describeExport(context, storage, exportable, flags.without);
    return;
  }
  const { signal } = context.terminal;
  const incomplete = flags.complete === true ? "refuse" : "report";
  const exported = await withProgress(context.terminal, "exporting", (onProgress) => {
    const options = { target, incomplete, signal, onProgress } as const;
    return file === undefined
      ? storage.exportProject(projectName, { ...options, excludeOperations: flags.without })
      : storage.exportDatatypes(file, options);
  });
  await context.print(printable(exported.path));
  await noteLacks(context, exported);
}

async function describeExport(
  context: Context,
  storage: StorageInterface,
  { root, projectName, file }: Exportable,
  without: readonly string[],
): Promise<void> {
  const { signal } = context.terminal;
  const folder = `${root}/${StorageInterface.PROJECTS_FOLDER}/${projectName}`;
  const left = new Set(["TEMP", ...without]);
  const files: readonly Pick<FoundFile, "path" | "size">[] =
    file === undefined
      ? (await walkFiles(folder, signal)).files.filter(
          ({ path }) => !path.split("/").some((part) => left.has(part)),
        )
      : [];
  const data = file === undefined ? files.map(({ path }) => `${folder}/${path}`) : [file];
  const links = await storage.linkedDatatypes(
    data.filter((path) => storage.endsWithTvbStorageFileExtension(path)),
    { signal },
  );
  const bytes = byteText(files.reduce((sum, { size }) => sum + size, 0));
  const own = new Set(data);
  const linked = countText(links.linked.filter((path) => !own.has(path)).length, "datatype");
  const text =
    file === undefined
      ? `the project ${projectName} (${countText(files.length, "file")}, ${bytes}) and ${linked} of other projects`
      : `${file} and ${linked} that it refers to`;
  await context.print(printable(`would export ${text}`));
  await noteLacks(context, links);
}

/** Names what is missing. */
async function noteLacks(
  context: Context,
  { missing, unreadable }: Pick<Exported, "missing" | "unreadable">,
): Promise<void> {
  for (const { gid, key, referredBy } of missing)
    await context.note(printable(`missing: ${key} ${gid}, which ${referredBy} refers to`));
  for (const { path, reason } of unreadable)
    await context.note(printable(`not read for what it refers to: ${path}: ${reason}`));
  context.answer(missing.length + unreadable.length > 0 ? EXIT.no : EXIT.ok);
}
