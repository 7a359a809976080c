import { defaultFileSystem, fileException, pathStats } from "@tvb-storage/files";
import type { Context } from "../context.js";
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
  if (!(await isFolder(context, path))) {
    await listFile(context, path, node ?? "/", options);
    return;
  }
  if (node !== undefined)
    throw new UsageError(`${path} is a folder, and NODE is for files; give a file, or the folder alone`);
  const { listFolder } = await import("./list-folder.js");
  await listFolder(context, path, options);
}

/** A folder that is no storage file: some backends keep one in a folder. */
async function isFolder({ backends }: Context, path: string): Promise<boolean> {
  const { supports, fileExtension } = backends.forPath(path);
  if (supports.storedAs !== "file" && path.toLowerCase().replace(/\/+$/, "").endsWith(fileExtension))
    return false;
  try {
    const stats = await pathStats(defaultFileSystem(), path, { followLinks: true });
    return stats?.kind === "folder";
  } catch (error) {
    throw fileException(error, `cannot read ${path}`);
  }
}
