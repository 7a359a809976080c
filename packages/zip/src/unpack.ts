import {
  type FileSystem,
  fileException,
  type Logger,
  pathStats,
  temporaryName,
  withFilesReleased,
  writeFully,
} from "@tvb-storage/core";
import pLimit, { type LimitFunction } from "p-limit";
import type { Archive } from "./archive-reader.js";
import { entryLabel, isWhole, streamedContent, wholeContent } from "./entry-content.js";
import { mergeFolder, removeTree, replaceFolder } from "./put-in-place.js";
import { ReusableBuffers } from "./reusable-buffers.js";
import type { Transfer } from "./transfer.js";
import type { PlannedFile, UnpackPlan } from "./unpack-plan.js";
import { checkFree, findTarget, parentOf, type UnpackTarget } from "./unpack-target.js";
import { WorkAhead } from "./work-ahead.js";

/** What is unpacked at once. Compressed and uncompressed bytes count. */
const AHEAD = { jobs: 16, bytes: 48 * 1024 * 1024 };
const STREAM_BYTES = 8 * 1024 * 1024;
/**
 * Files of at least so many bytes are synced two at a time, which leaves two of libuv's four threads to inflate
 * others meanwhile. Many small ones are rather synced at once, which costs the disk less than one after another.
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
  readonly transfer: Transfer;
  readonly logger: Logger | undefined;
}

/**
 * Unpacks into a folder of its own, on the disk of the target, and puts that in
 * place when every entry is there and checked. Else the target is as before.
 */
export async function unpack(job: Unpacking): Promise<void> {
  const { fs, archive, plan, folderPath, transfer, logger } = job;
  const undo: (() => Promise<void>)[] = [];
  const attempt = (step: () => Promise<void>): Promise<void> =>
    step().catch((error: unknown) => logger?.warn(`after unpacking into ${folderPath}: ${String(error)}`));
  try {
    const target = await findTarget(fs, folderPath);
    if (target.state === "filled") await checkFree(fs, target, plan, job.overwrite);
    const created = await makeParents(fs, target);
    if (created !== undefined) undo.push(() => removeEmpty(fs, parentOf(target.path), created));
    const staging = temporaryName(target.replaceable ? target.path : `${target.path}/unpacking`);
    await fs.promises.mkdir(staging, { mode: 0o777 });
    undo.push(() => removeTree(fs, staging));
    const umask = 0o777 & ~((await pathStats(fs, staging))?.mode ?? 0);
    for (const folder of plan.folders) await fs.promises.mkdir(`${staging}/${folder}`, {});
    await unpackFiles(job, { staging, umask });
    transfer.check();
    // What this process has open there is written out before it may be replaced.
    await withFilesReleased(fs, target.path, async () => {
      if (target.replaceable && target.state !== "filled") return replaceFolder(fs, staging, target);
      await mergeFolder(fs, staging, target.path);
      // All is in place; what cannot be removed changes nothing about that.
      await attempt(() => removeTree(fs, staging));
    });
  } catch (error) {
    // The first error is the one to report.
    for (const step of undo.reverse()) await attempt(step);
    throw fileException(error, `cannot unpack ${archive.path} into ${folderPath}`);
  }
}

/** Creates the folders above the target. Returns the first that was not there. */
async function makeParents(fs: FileSystem, target: UnpackTarget): Promise<string | undefined> {
  let missing: string | undefined;
  // What `mkdir` returns differs between file systems.
  for (let folder = parentOf(target.path); folder !== "/"; folder = parentOf(folder)) {
    if ((await pathStats(fs, folder, { followLinks: true })) !== undefined) break;
    missing = folder;
  }
  if (missing !== undefined) await fs.promises.mkdir(parentOf(target.path), { recursive: true });
  return missing;
}

async function removeEmpty(fs: FileSystem, from: string, upTo: string): Promise<void> {
  for (let folder = from; folder.length >= upTo.length; folder = parentOf(folder)) {
    await fs.promises.rmdir(folder);
  }
}

interface Staging {
  readonly staging: string;
  /** Bits that files do not get when they are created. */
  readonly umask: number;
}

/** What the jobs of one unpacking share. */
interface Shared extends Staging {
  readonly buffers: ReusableBuffers;
  readonly longSync: LimitFunction;
}

async function unpackFiles(job: Unpacking, into: Staging): Promise<void> {
  const ahead = new WorkAhead(AHEAD);
  const shared = { ...into, buffers: new ReusableBuffers(), longSync: pLimit(LONG_SYNCS) };
  try {
    for (const file of job.plan.files) {
      job.transfer.check();
      const { size, compressedSize } = file.entry;
      const bytes = isWhole(file.entry) ? size + compressedSize : STREAM_BYTES;
      await ahead.start(bytes, () => unpackFile(job, file, shared));
    }
  } finally {
    // What runs still writes to the folder that is about to be moved or removed.
    await ahead.finish();
  }
}

async function unpackFile(
  { fs, archive, transfer }: Unpacking,
  { entry, path }: PlannedFile,
  { staging, umask, buffers, longSync }: Shared,
): Promise<void> {
  const place = `${staging}/${path}`;
  const mode = entry.mode ?? DEFAULT_MODE;
  const whole = isWhole(entry) ? await wholeContent(archive, entry, buffers) : undefined;
  try {
    const handle = await fs.promises.open(place, "wx", mode);
    try {
      if (whole !== undefined) {
        await writeFully(handle, whole, 0);
        transfer.advance(whole.length);
      } else {
        let position = 0;
        for await (const block of streamedContent(archive, entry)) {
          transfer.check();
          await writeFully(handle, block, position);
          position += block.length;
          transfer.advance(block.length);
        }
      }
      // Else a power cut after the rename could leave the name, and a part of the content or none.
      if (entry.size < LONG_SYNC_BYTES) await handle.datasync();
      else await longSync(() => handle.datasync());
    } finally {
      await handle.close();
    }
    if (entry.mode !== undefined && (mode & umask) !== 0) await fs.promises.chmod(place, mode);
    const seconds = entry.mtimeMs / 1000;
    if (Math.abs(seconds) < LAST_SECOND) await fs.promises.utimes(place, seconds, seconds);
  } catch (error) {
    throw fileException(error, `cannot unpack ${entryLabel(archive, entry)}`);
  }
}
