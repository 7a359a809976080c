import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, folderEntries, pathStats, systemErrorCode } from "@tvb-storage/files";
import { type HeldFolder, isWithoutLinks } from "@tvb-storage/files/internal";
import type { UnpackTarget } from "./unpack-target.js";

/** What Windows says where a folder would be renamed to an existing one. */
const WILL_NOT_REPLACE = new Set(["EPERM", "EACCES", "EEXIST"]);

const queues = new WeakMap<FileSystem, Promise<unknown>>();

/** Runs `work` after what was given before for the same file system: not every one refuses by itself to replace. */
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
 * The folder called `staged` beside the target, which is missing or empty,
 * becomes it in one step.
 *
 * @throws FileStructureException something came to its place meanwhile.
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
  // memfs renames over anything; on the disk this only makes for the better message.
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
  // It is in place: that it cannot be looked at changes nothing about that.
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

/** Whether a file has got a second name; false where it cannot have one. Throws where something has that name. */
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
 * Gives a file a name that nothing may have, and replaces nothing. Its old name
 * may stay.
 *
 * @throws what the file system throws, with the code EEXIST where something is there.
 */
export async function putNew(fs: FileSystem, from: string, to: string): Promise<void> {
  if (await linked(fs, from, to)) return;
  // The name is taken by an empty file first, and that is replaced.
  await (await fs.promises.open(to, "wx")).close();
  try {
    await fs.promises.rename(from, to);
  } catch (error) {
    await fs.promises.unlink(to);
    throw error;
  }
}
