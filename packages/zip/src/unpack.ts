import {
  type FileHandle,
  type FileSystem,
  fileException,
  folderEntries,
  type Logger,
  withFilesReleased,
} from "@tvb-storage/files";
import { fileTime, type HeldFolder, type LongCall, removeTree, writeAll } from "@tvb-storage/files/internal";
import pLimit, { type LimitFunction } from "p-limit";
import type { ArchiveEntry } from "./archive-entry.js";
import type { Archive } from "./archive-reader.js";
import { entryLabel, isWhole, streamedContent, wholeContent } from "./entry-content.js";
import { HeldTree } from "./held-tree.js";
import { mergeFolder } from "./merge-folder.js";
import { oneAfterAnother, replaceFolder } from "./put-in-place.js";
import { ReusableBuffers } from "./reusable-buffers.js";
import { isOfDeadProcess, stagingName } from "./staging-name.js";
import type { PlannedFile, UnpackPlan } from "./unpack-plan.js";
import { checkFree, holdTarget, removeMade } from "./unpack-target.js";
import { WorkAhead } from "./work-ahead.js";

/** Limits of parallel unpacking. Compressed and uncompressed bytes count. */
const AHEAD = { jobs: 16, bytes: 48 * 1024 * 1024 };
const STREAM_BYTES = 8 * 1024 * 1024;
/**
 * Files of at least so many bytes are synced two at a time, which leaves two of libuv's four threads to inflate
 * others. Small files are synced in parallel, which costs the disk less than one after another.
 */
const LONG_SYNC_BYTES = 512 * 1024;
const LONG_SYNCS = 2;
const DEFAULT_MODE = 0o644;
/** Seconds that a file's time may have on every disk: 1901 to 2242 where they are 34 bits. */
const LAST_SECOND = 2 ** 33;

export interface Unpacking {
  readonly fs: FileSystem;
  readonly archive: Archive;
  readonly plan: UnpackPlan;
  readonly folderPath: string;
  readonly overwrite: boolean;
  readonly call: LongCall;
  readonly logger: Logger | undefined;
}

/**
 * Unpacks into a temporary folder on the target's disk, which becomes the target when
 * every entry is complete and checked. Otherwise the target is as before.
 */
export async function unpack(job: Unpacking): Promise<void> {
  const { fs, archive, plan, folderPath, call, logger } = job;
  const undo: (() => Promise<void>)[] = [];
  const held: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(folder: T): T => {
    held.push(folder);
    return folder;
  };
  const attempt = (step: () => Promise<void>): Promise<void> =>
    step().catch((error: unknown) => logger?.warn(`after unpacking into ${folderPath}: ${String(error)}`));
  try {
    const target = await holdTarget(fs, folderPath, keep);
    undo.push(() => removeMade(fs, target.made));
    if (target.state === "filled") await checkFree(fs, target, plan, job.overwrite);
    await attempt(() => clearDead(fs, target.parent));
    const staged = stagingName(target.replaceable ? target.name : "unpacking");
    await fs.promises.mkdir(await target.parent.at(staged), { mode: 0o777 });
    undo.push(() => removeFolder(fs, target.parent, staged));
    const folder = keep(await target.parent.enter(staged));
    const staging = keep(new HeldTree(folder));
    for (const path of plan.folders)
      await staging.useParent(path, async (above, name) => fs.promises.mkdir(await above.at(name), {}));
    const inodes = new Map<string, number>();
    const replaced = target.replaceable && target.state !== "filled";
    await unpackFiles(job, {
      staging,
      umask: 0o777 & ~(await folder.stats()).mode,
      inodes: replaced ? undefined : inodes,
    });
    call.check();
    // What this process has open there is flushed before it may be replaced.
    await withFilesReleased(fs, target.path, () =>
      oneAfterAnother(fs, async () => {
        if (replaced || target.folder === undefined) return replaceFolder(fs, target, staged, folder);
        const { path: targetPath } = target;
        const into = keep(new HeldTree(target.folder));
        await mergeFolder({ fs, staging, target: into, targetPath, plan, inodes, overwrite: job.overwrite });
        // All is done; a temporary file that cannot be removed does not matter.
        await attempt(() => removeFolder(fs, target.parent, staged));
      }),
    );
  } catch (error) {
    // The first error is the one to report.
    for (const step of undo.reverse()) await attempt(step);
    throw fileException(error, `cannot unpack ${archive.path} into ${folderPath}`);
  } finally {
    for (const each of held.reverse()) await attempt(() => each.close());
  }
}

/** Removes the temporary folders of killed unpackings. */
async function clearDead(fs: FileSystem, folder: HeldFolder): Promise<void> {
  for (const { name, kind } of await folderEntries(fs, await folder.at()))
    if (kind === "folder" && isOfDeadProcess(name)) await removeFolder(fs, folder, name);
}

/** Throws the first reason why something could not be removed. */
async function removeFolder(fs: FileSystem, from: HeldFolder, name: string): Promise<void> {
  const [failure] = await removeTree(fs, from, name);
  if (failure !== undefined) throw failure.error;
}

interface Staging {
  readonly staging: HeldTree;
  /** Bits that files do not get when they are created. */
  readonly umask: number;
  /** Receives the inode of each file by its path, where given. */
  readonly inodes: Map<string, number> | undefined;
}

/** Shared by the jobs of one unpacking. */
interface Shared extends Staging {
  readonly buffers: ReusableBuffers;
  readonly longSync: LimitFunction;
}

async function unpackFiles(job: Unpacking, into: Staging): Promise<void> {
  const ahead = new WorkAhead(AHEAD);
  const shared = { ...into, buffers: new ReusableBuffers(), longSync: pLimit(LONG_SYNCS) };
  try {
    for (const file of job.plan.files) {
      job.call.check();
      const { size, compressedSize } = file.entry;
      const bytes = isWhole(file.entry) ? size + compressedSize : STREAM_BYTES;
      await ahead.start(bytes, () => unpackFile(job, file, shared));
    }
  } finally {
    // Running jobs still write to the folder that is about to be moved or removed.
    await ahead.finish();
  }
}

async function unpackFile(
  job: Unpacking,
  { entry, path }: PlannedFile,
  { staging, umask, inodes, buffers, longSync }: Shared,
): Promise<void> {
  const { fs, archive } = job;
  const mode = entry.mode ?? DEFAULT_MODE;
  const whole = isWhole(entry) ? await wholeContent(archive, entry, buffers) : undefined;
  try {
    await staging.useParent(path, async (folder, name) => {
      const file = await folder.at(name);
      const handle = await fs.promises.open(file, "wx", mode);
      try {
        await writeContent(job, entry, handle, whole);
        // Otherwise a power cut after the rename could leave the name with incomplete content.
        if (entry.size < LONG_SYNC_BYTES) await handle.datasync();
        else await longSync(() => handle.datasync());
        if (entry.mode !== undefined && (mode & umask) !== 0)
          await (handle.chmod === undefined ? fs.promises.chmod(file, mode) : handle.chmod(mode));
        if (Math.abs(entry.mtimeMs) < LAST_SECOND * 1000) {
          const time = fileTime(entry.mtimeMs);
          await (handle.utimes === undefined
            ? fs.promises.utimes(file, time, time)
            : handle.utimes(time, time));
        }
        if (inodes === undefined) return;
        const stats = await (handle.stat === undefined ? fs.promises.lstat(file) : handle.stat());
        inodes.set(path, Number(stats.ino));
      } finally {
        await handle.close();
      }
    });
  } catch (error) {
    throw fileException(error, `cannot unpack ${entryLabel(archive, entry)}`);
  }
}

async function writeContent(
  { archive, call }: Unpacking,
  entry: ArchiveEntry,
  handle: FileHandle,
  whole: Buffer | undefined,
): Promise<void> {
  if (whole !== undefined) {
    await writeAll(handle, whole, 0);
    call.advance(whole.length);
    return;
  }
  let position = 0;
  for await (const block of streamedContent(archive, entry)) {
    call.check();
    await writeAll(handle, block, position);
    position += block.length;
    call.advance(block.length);
  }
}
