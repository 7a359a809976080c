import { StorageInterface } from "@tvb-storage/storage";
import type { Context } from "../context.js";
import { printable } from "../terminal/printable.js";
import { withProgress } from "../terminal/progress.js";
import { UsageError } from "../usage-error.js";
import { describeImport } from "./describe-import.js";

export interface ImportFlags {
  readonly root: string;
  readonly project?: string;
  readonly operation?: string;
  readonly skipExisting?: boolean;
}

export async function importArchive(context: Context, archive: string, flags: ImportFlags): Promise<void> {
  const { project, operation, root } = flags;
  if ((project === undefined) !== (operation === undefined))
    throw new UsageError("datatypes need both --project and --operation; a project needs neither");
  if (flags.skipExisting === true && project === undefined)
    throw new UsageError("--skip-existing is for datatypes, with --project and --operation");
  const storage = new StorageInterface({ storageRoot: root, backends: await context.backends.all() });
  if (context.dryRun) {
    await describeImport(context, storage, archive, { project, operation });
    return;
  }
  const { signal } = context.terminal;
  const existing = flags.skipExisting === true ? "skip" : "refuse";
  const { made, left } = await withProgress(context.terminal, "importing", async (onProgress) => {
    const options = { signal, onProgress };
    if (project === undefined || operation === undefined) {
      const { folder, leftOut } = await storage.importProject(archive, options);
      return { made: [folder], left: leftOut.map((name) => `not of the project, and not imported: ${name}`) };
    }
    const imported = await storage.importDatatypes(archive, project, operation, { ...options, existing });
    const left = imported.skipped.map((name) => `skipped, since the project has it: ${name}`);
    return { made: imported.paths, left };
  });
  for (const path of made) await context.print(printable(path));
  for (const line of left) await context.note(printable(line));
}
