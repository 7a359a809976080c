import { FileStructureException } from "@tvb-storage/errors";
import { checkPath, type FileSystem, folderEntries, pathStats, systemErrorCode } from "@tvb-storage/files";
import { baseName, type HeldFolder, holdFolder, parentOf } from "@tvb-storage/files/internal";
import type { UnpackPlan } from "./unpack-plan.js";

/** The folder that an archive is unpacked into, before unpacking. */
export interface UnpackTarget {
  /** Links resolved as far as it exists; for messages, and for the locks of open files. */
  readonly path: string;
  readonly state: "missing" | "empty" | "filled";
  /** Undefined where it is missing. */
  readonly folder: HeldFolder | undefined;
  /** Whether a sibling can be renamed to it: not where it is the root of a disk. */
  readonly replaceable: boolean;
  /** Files are unpacked in here first: the target's parent, or the target itself where it is not replaceable. */
  readonly parent: HeldFolder;
  readonly name: string;
  /** Folders above it that were created for it, outermost first, each with its parent. */
  readonly made: readonly { readonly above: HeldFolder; readonly name: string }[];
}

/**
 * Finds the folder and holds it and its parent, so that all later steps use
 * these, even if they are exchanged. Missing folders above it are created.
 * Held folders are passed to `keep`, also when it throws.
 *
 * @throws FileStructureException it is there, and no folder.
 */
export async function holdTarget(
  fs: FileSystem,
  folderPath: string,
  keep: (folder: HeldFolder) => HeldFolder,
): Promise<UnpackTarget> {
  const path = checkPath(folderPath === "" ? "." : folderPath, "the folder to unpack into");
  const stats = await pathStats(fs, path, { followLinks: true });
  if (stats === undefined) {
    if ((await pathStats(fs, path)) !== undefined)
      throw new FileStructureException(`cannot unpack into ${path}: it is a link that leads to nothing`);
    const { parent, made } = await holdParent(fs, path, keep);
    return {
      path,
      state: "missing",
      folder: undefined,
      replaceable: true,
      parent,
      name: baseName(path),
      made,
    };
  }
  if (stats.kind !== "folder")
    throw new FileStructureException(`cannot unpack into ${path}: expected a folder, found a ${stats.kind}`);
  const folder = keep(await holdFolder(fs, path));
  const above = keep(await folder.parent());
  const [own, parent] = [await folder.stats(), await above.stats()];
  const replaceable = parent.dev === own.dev && parent.ino !== own.ino;
  return {
    path: folder.path,
    state: (await folderEntries(fs, await folder.at())).length === 0 ? "empty" : "filled",
    folder,
    replaceable,
    parent: replaceable ? above : folder,
    name: baseName(folder.path),
    made: [],
  };
}

async function holdParent(fs: FileSystem, path: string, keep: (folder: HeldFolder) => HeldFolder) {
  const missing: string[] = [];
  let there = parentOf(path);
  while (there !== "/" && (await pathStats(fs, there, { followLinks: true })) === undefined) {
    missing.unshift(baseName(there));
    there = parentOf(there);
  }
  let parent = keep(await holdFolder(fs, there));
  const made: { above: HeldFolder; name: string }[] = [];
  try {
    for (const name of missing) {
      const isMade = await fs.promises.mkdir(await parent.at(name), {}).then(
        () => true,
        (error: unknown) => {
          // Another unpacking created it meanwhile, and will remove it.
          if (systemErrorCode(error) === "EEXIST") return false;
          throw error;
        },
      );
      if (isMade) made.push({ above: parent, name });
      parent = keep(await parent.enter(name));
    }
  } catch (error) {
    await removeMade(fs, made).catch(() => undefined);
    throw error;
  }
  return { parent, made };
}

/** Removes the folders that were created above the target, if they are empty. */
export async function removeMade(fs: FileSystem, made: UnpackTarget["made"]): Promise<void> {
  for (const { above, name } of [...made].reverse()) await fs.promises.rmdir(await above.at(name));
}

/**
 * Checks that unpacking does not conflict with existing files.
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
  const base = await target.folder?.at();
  const missing = new Set<string>();
  for (const folder of plan.folders) {
    const cut = folder.lastIndexOf("/");
    if (cut >= 0 && missing.has(folder.slice(0, cut))) {
      missing.add(folder);
      continue;
    }
    const stats = await pathStats(fs, `${base}/${folder}`);
    if (stats === undefined) missing.add(folder);
    else if (stats.kind !== "folder") throw inTheWay(target.path, folder, "folder", stats.kind);
  }
  for (const { path } of plan.files) {
    const cut = path.lastIndexOf("/");
    if (cut >= 0 && missing.has(path.slice(0, cut))) continue;
    const stats = await pathStats(fs, `${base}/${path}`);
    if (stats !== undefined && (stats.kind !== "file" || !overwrite))
      throw inTheWay(target.path, path, "file", stats.kind);
  }
}

/** Something exists at the path of an entry and may not be replaced. */
export function inTheWay(
  target: string,
  path: string,
  wanted: "file" | "folder",
  found: string,
): FileStructureException {
  const problem =
    wanted === found
      ? "is there already; pass { overwrite: true } to replace it"
      : `would be a ${wanted}, and a ${found} is there`;
  return new FileStructureException(`cannot unpack into ${target}: ${path} ${problem}`);
}
