import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, folderEntries, pathStats, systemErrorCode } from "@tvb-storage/files";
import { type HeldFolder, isWithoutLinks } from "@tvb-storage/files/internal";
import type { UnpackTarget } from "./unpack-target.js";

/** Windows's errors for renaming a folder to an existing one. */
const WILL_NOT_REPLACE = new Set(["EPERM", "EACCES", "EEXIST"]);

const queues = new WeakMap<FileSystem, Promise<unknown>>();

/** Runs `work` after earlier work on the same file system, since some file systems replace without an error. */
export async function oneAfterAnother<T>(fs: FileSystem, work: () => Promise<T>): Promise<T> {
  const before = queues.get(fs) ?? Promise.resolve();
  const done = before.then(work);
  queues.set(
    fs,
    done.catch(() => undefined),
  );
  return done;
}

function taken(target: UnpackTarget, cause: unknown): FileStructureException {
  return new FileStructureException(
    `cannot unpack into ${target.path}: expected it ${target.state}, as it was, found that another program put something there meanwhile; call again to add to it`,
    { cause },
  );
}

/**
 * Renames the folder `staged`, a sibling of the target, to the target in one
 * step. The target is missing or empty.
 *
 * @throws FileStructureException something was created at the target meanwhile.
 */
export async function replaceFolder(
  fs: FileSystem,
  target: UnpackTarget,
  staged: string,
  unpacked: HeldFolder,
): Promise<void> {
  const { name, folder, parent } = target;
  const stats = await unpacked.stats();
  const old = await folder?.stats();
  const mode = old?.mode;
  if (mode !== undefined) await fs.promises.chmod(await parent.at(staged), mode);
  // memfs would replace anything; on the disk this check only gives the better message.
  const there = await pathStats(fs, await parent.at(name));
  if (there !== undefined) {
    const isSame = there.kind === "folder" && (old === undefined || there.ino === old.ino);
    if (!isSame || (await folderEntries(fs, await parent.at(name))).length > 0)
      throw taken(target, undefined);
  }
  const rename = async () => fs.promises.rename(await parent.at(staged), await parent.at(name));
  try {
    await rename();
  } catch (error) {
    const code = systemErrorCode(error) ?? "";
    if (code === "ENOTEMPTY" || code === "ENOTDIR") throw taken(target, error);
    if (there === undefined || !WILL_NOT_REPLACE.has(code)) throw error;
    await fs.promises.rmdir(await parent.at(name));
    try {
      await rename();
    } catch (failure) {
      await fs.promises.mkdir(await parent.at(name), mode === undefined ? {} : { mode });
      throw failure;
    }
  }
  // The rename is done; a failing stat does not change that.
  const now = await parent
    .at(name)
    .then(
      (path) => pathStats(fs, path),
      () => undefined,
    )
    .catch(() => undefined);
  if (now !== undefined && now.ino !== stats.ino)
    throw new FileStructureException(
      `cannot unpack into ${target.path}: what was unpacked was exchanged for something else by another program`,
    );
}

/** Gives a file a second name; false where it cannot have one. Throws where that name exists. */
export async function linked(fs: FileSystem, from: string, to: string): Promise<boolean> {
  if (fs.promises.link === undefined) return false;
  try {
    await fs.promises.link(from, to);
    return true;
  } catch (error) {
    if (isWithoutLinks(error)) return false;
    throw error;
  }
}

/**
 * Gives a file a new name that must not exist yet. Its old name may stay.
 *
 * @throws what the file system throws, with the code EEXIST where something is there.
 */
export async function putNew(fs: FileSystem, from: string, to: string): Promise<void> {
  if (await linked(fs, from, to)) return;
  // An empty file reserves the name first, and is then replaced.
  await (await fs.promises.open(to, "wx")).close();
  try {
    await fs.promises.rename(from, to);
  } catch (error) {
    await fs.promises.unlink(to);
    throw error;
  }
}
