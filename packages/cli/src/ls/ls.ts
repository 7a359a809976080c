import type { Context } from "../context.js";
import { isFolderOfFiles } from "../trees/is-folder.js";
import { UsageError } from "../usage-error.js";
import { listFile } from "./list-file.js";

export interface LsOptions {
  readonly tree?: true;
  readonly json?: true;
  readonly bytes?: true;
  readonly depth?: number;
}

/** Lists what is at a path: the nodes of a file, the data files of a project, the projects of a storage root. */
export async function ls(
  context: Context,
  path: string,
  node: string | undefined,
  options: LsOptions,
): Promise<void> {
  if (options.tree === true && options.json === true)
    throw new UsageError("--tree and --json cannot be given together");
  if (!(await isFolderOfFiles(context, path))) {
    await listFile(context, path, node ?? "/", options);
    return;
  }
  if (node !== undefined)
    throw new UsageError(`${path} is a folder, and NODE is for files; give a file, or the folder alone`);
  const { listFolder } = await import("./list-folder.js");
  await listFolder(context, path, options);
}
