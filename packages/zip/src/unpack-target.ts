import { type FileSystem, folderEntries, normalizePath, pathStats } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import type { UnpackPlan } from "./unpack-plan.js";

/** The folder that an archive is unpacked into, as it is before. */
export interface UnpackTarget {
  /** Links resolved as far as it exists. */
  readonly path: string;
  readonly state: "missing" | "empty" | "filled";
  readonly mode: number | undefined;
  /** Whether it can be replaced by a folder beside it: not where it is the root of its own disk. */
  readonly replaceable: boolean;
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** @throws FileStructureException it is there, and no folder. */
export async function findTarget(fs: FileSystem, folderPath: string): Promise<UnpackTarget> {
  const path = normalizePath(folderPath);
  const stats = await pathStats(fs, path, { followLinks: true });
  if (stats === undefined) {
    if ((await pathStats(fs, path)) !== undefined)
      throw new FileStructureException(`cannot unpack into ${path}: it is a link that leads to nothing`);
    return { path, state: "missing", mode: undefined, replaceable: true };
  }
  if (stats.kind !== "folder")
    throw new FileStructureException(`cannot unpack into ${path}: expected a folder, found a ${stats.kind}`);
  const real = String(await fs.promises.realpath(path));
  const parent = await pathStats(fs, parentOf(real));
  return {
    path: real,
    state: (await folderEntries(fs, real)).length === 0 ? "empty" : "filled",
    mode: stats.mode,
    replaceable: real !== "/" && parent?.dev === stats.dev,
  };
}

/**
 * Checks that unpacking would not meet what is there already.
 *
 * @throws FileStructureException a file is there and `overwrite` is not set; a
 * file is where a folder has to be, or the reverse; a link is in the way.
 */
export async function checkFree(
  fs: FileSystem,
  target: UnpackTarget,
  plan: UnpackPlan,
  overwrite: boolean,
): Promise<void> {
  const missing = new Set<string>();
  const refuse = (path: string, problem: string): never => {
    throw new FileStructureException(`cannot unpack into ${target.path}: ${path} ${problem}`);
  };
  for (const folder of plan.folders) {
    const cut = folder.lastIndexOf("/");
    if (cut >= 0 && missing.has(folder.slice(0, cut))) {
      missing.add(folder);
      continue;
    }
    const stats = await pathStats(fs, `${target.path}/${folder}`);
    if (stats === undefined) missing.add(folder);
    else if (stats.kind !== "folder") refuse(folder, `would be a folder, and a ${stats.kind} is there`);
  }
  for (const { path } of plan.files) {
    const cut = path.lastIndexOf("/");
    if (cut >= 0 && missing.has(path.slice(0, cut))) continue;
    const stats = await pathStats(fs, `${target.path}/${path}`);
    if (stats === undefined) continue;
    if (stats.kind !== "file") refuse(path, `would be a file, and a ${stats.kind} is there`);
    if (!overwrite) refuse(path, "is there already; pass { overwrite: true } to replace it");
  }
}
