import { type FileSystem, folderEntries, pathStats, systemErrorCode, temporaryName } from "@tvb-storage/core";
import type { UnpackTarget } from "./unpack-target.js";

/** Removes a folder and all in it. */
export async function removeTree(fs: FileSystem, path: string): Promise<void> {
  for (const { name, kind } of await folderEntries(fs, path)) {
    if (kind === "folder") await removeTree(fs, `${path}/${name}`);
    else await fs.promises.unlink(`${path}/${name}`);
  }
  await fs.promises.rmdir(path);
}

/** What Windows says where a folder would be renamed to an existing one. */
const WILL_NOT_REPLACE = new Set(["EPERM", "EACCES", "EEXIST"]);

/** The folder `staging` becomes the target, which is missing or empty, in one step. */
export async function replaceFolder(fs: FileSystem, staging: string, target: UnpackTarget): Promise<void> {
  if (target.state === "missing") return fs.promises.rename(staging, target.path);
  // Where it has been filled since, this fails with ENOTEMPTY.
  if (target.mode !== undefined) await fs.promises.chmod(staging, target.mode);
  try {
    await fs.promises.rename(staging, target.path);
  } catch (error) {
    if (!WILL_NOT_REPLACE.has(systemErrorCode(error) ?? "")) throw error;
    await fs.promises.rmdir(target.path);
    try {
      await fs.promises.rename(staging, target.path);
    } catch (failure) {
      await fs.promises.mkdir(target.path, target.mode === undefined ? {} : { mode: target.mode });
      throw failure;
    }
  }
}

/**
 * Moves all that is in `staging` into the target, folder into folder. Files
 * that are there change places with the new ones, so that `staging` has them
 * afterwards. When a step fails, the ones before it are undone.
 */
export async function mergeFolder(fs: FileSystem, staging: string, target: string): Promise<void> {
  const undo: (() => Promise<void>)[] = [];

  async function move(from: string, to: string): Promise<void> {
    await fs.promises.rename(from, to);
    undo.push(() => fs.promises.rename(to, from));
  }

  async function merge(from: string, to: string): Promise<void> {
    for (const { name, kind } of await folderEntries(fs, from)) {
      const source = `${from}/${name}`;
      const place = `${to}/${name}`;
      const there = await pathStats(fs, place);
      if (there?.kind === "folder" && kind === "folder") {
        await merge(source, place);
        continue;
      }
      if (there !== undefined) await move(place, temporaryName(source));
      await move(source, place);
    }
  }

  try {
    await merge(staging, target);
  } catch (error) {
    // Each step is tried, since one that fails does not hinder the others.
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}
