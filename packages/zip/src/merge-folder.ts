import { type FileSystem, folderEntries, pathStats, systemErrorCode } from "@tvb-storage/files";
import { type HeldFolder, isWithin, temporaryName } from "@tvb-storage/files/internal";
import type { HeldTree } from "./held-tree.js";
import { linked, putNew } from "./put-in-place.js";
import type { UnpackPlan } from "./unpack-plan.js";
import { inTheWay } from "./unpack-target.js";

export interface Merging {
  readonly fs: FileSystem;
  readonly staging: HeldTree;
  readonly target: HeldTree;
  /** For messages. */
  readonly targetPath: string;
  readonly plan: UnpackPlan;
  /** The inode of each file in `staging`, by its path. */
  readonly inodes: ReadonlyMap<string, number>;
  readonly overwrite: boolean;
}

/** What was done with an entry of `staging`; `kept` is where the replaced file is. */
interface Step {
  readonly path: string;
  readonly did: "moved the folder" | "put the file" | "replaced the file";
  readonly kept?: { readonly folder: "staging" | "target"; readonly name: string };
}

/** How often replacing a file is tried while other programs remove and create it. */
const ATTEMPTS = 5;

/**
 * Moves all of `staging` into the target, folder by folder. An existing file
 * is only replaced with `overwrite`, and never one that was created
 * meanwhile. When a step fails, the earlier steps are undone; files of other
 * programs stay.
 *
 * @throws FileStructureException something is in the way.
 */
export async function mergeFolder(merging: Merging): Promise<void> {
  const steps: Step[] = [];
  try {
    await merge(merging, "", steps);
  } catch (error) {
    // Each step is tried, even if another one fails.
    for (const step of steps.reverse()) await undo(merging, step).catch(() => undefined);
    throw error;
  }
  for (const { path, kept } of steps)
    if (kept?.folder === "target") await removeKept(merging, path, kept.name);
}

function below(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

async function merge(merging: Merging, path: string, steps: Step[]): Promise<void> {
  const { fs, staging, target } = merging;
  const shared: string[] = [];
  await staging.use(path, (from) =>
    target.use(path, async (to) => {
      for (const { name, kind } of await folderEntries(fs, await from.at())) {
        const move = { from, to, name, path: below(path, name) };
        if (kind === "file") steps.push(await placeFile(merging, move));
        else if (await moveFolder(merging, move)) steps.push({ path: move.path, did: "moved the folder" });
        else shared.push(move.path);
      }
    }),
  );
  // Not from within, or as many folders would be held as there are above.
  for (const folder of shared) await merge(merging, folder, steps);
}

interface Move {
  readonly from: HeldFolder;
  readonly to: HeldFolder;
  readonly name: string;
  /** Relative to the target. */
  readonly path: string;
}

/** False where a folder is there already. */
async function moveFolder({ fs, targetPath }: Merging, { from, to, name, path }: Move): Promise<boolean> {
  const there = await pathStats(fs, await to.at(name));
  if (there?.kind === "folder") return false;
  if (there !== undefined) throw inTheWay(targetPath, path, "folder", there.kind);
  try {
    await fs.promises.rename(await from.at(name), await to.at(name));
    return true;
  } catch (error) {
    const now = await pathStats(fs, await to.at(name));
    if (now?.kind === "folder") return false;
    if (now !== undefined) throw inTheWay(targetPath, path, "folder", now.kind);
    throw error;
  }
}

async function placeFile(merging: Merging, move: Move): Promise<Step> {
  const { fs, targetPath, overwrite } = merging;
  const { from, to, name, path } = move;
  for (let attempt = 1; ; attempt++) {
    const there = await pathStats(fs, await to.at(name));
    if (there !== undefined && (there.kind !== "file" || !overwrite))
      throw inTheWay(targetPath, path, "file", there.kind);
    try {
      if (there !== undefined) return await replaceFile(merging, move);
      await putNew(fs, await from.at(name), await to.at(name));
      return { path, did: "put the file" };
    } catch (error) {
      // It was created or removed since the check.
      const code = systemErrorCode(error);
      const changed = code === (there === undefined ? "EEXIST" : "ENOENT");
      if (!changed || attempt === ATTEMPTS) throw error;
    }
  }
}

async function replaceFile({ fs, staging }: Merging, { from, to, name, path }: Move): Promise<Step> {
  const free = temporaryName(name);
  const target = await to.at(name);
  if (await staging.use("", async (root) => linked(fs, target, await root.at(free)))) {
    await fs.promises.rename(await from.at(name), target);
    return { path, did: "replaced the file", kept: { folder: "staging", name: free } };
  }
  // With its one name it does not go to the staging folder, which may be cleared where this process dies.
  const kept = await to.at(free);
  await fs.promises.rename(target, kept);
  try {
    await putNew(fs, await from.at(name), target);
  } catch (error) {
    await putNew(fs, kept, target);
    throw error;
  }
  return { path, did: "replaced the file", kept: { folder: "target", name: free } };
}

async function undo(merging: Merging, step: Step): Promise<void> {
  if (step.did === "moved the folder") return takeBackFolder(merging, step.path);
  await takeBack(merging, step.path);
  if (step.kept === undefined) return;
  const { fs, staging, target } = merging;
  const { folder, name: free } = step.kept;
  await target.useParent(step.path, async (to, name) => {
    const kept = folder === "target" ? await to.at(free) : await staging.use("", (root) => root.at(free));
    await putNew(fs, kept, await to.at(name));
    if (folder === "target") await fs.promises.unlink(kept).catch(() => undefined);
  });
}

/** Takes a file out of its place, where it is ours; another that came there stays. */
async function takeBack({ fs, staging, target, inodes }: Merging, path: string): Promise<void> {
  const ino = inodes.get(path);
  await target.useParent(path, async (folder, name) => {
    if ((await pathStats(fs, await folder.at(name)))?.ino !== ino) return;
    const away = await staging.use("", (root) => root.at(temporaryName(name)));
    await fs.promises.rename(await folder.at(name), away);
    // Another program created one meanwhile.
    if ((await pathStats(fs, away))?.ino !== ino) await putNew(fs, away, await folder.at(name));
  });
}

/** Takes our files out of a folder, and our folders as far as others put nothing there. */
async function takeBackFolder(merging: Merging, path: string): Promise<void> {
  for (const file of merging.plan.files)
    if (isWithin(path, file.path)) await takeBack(merging, file.path).catch(() => undefined);
  for (const folder of merging.plan.folders.filter((other) => isWithin(path, other)).reverse())
    await merging.target
      .useParent(folder, async (above, name) => merging.fs.promises.rmdir(await above.at(name)))
      .catch(() => undefined);
}

async function removeKept({ fs, target }: Merging, path: string, name: string): Promise<void> {
  await target.useParent(path, async (folder) => fs.promises.unlink(await folder.at(name)));
}
