import { FileStructureException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  type LongOptions,
  nameInError,
  type OptionRules,
  optionRules,
  PlainPort,
  type SyncFileSystem,
  type WriterLock,
} from "@tvb-storage/files";
import { LongCall, longOptionRules } from "@tvb-storage/files/internal";
import { getEngine } from "../engine/engine.js";
import { checkCopyable, copyFile } from "../operations/copy-file.js";
import { H5Handle } from "../session/h5-handle.js";
import { keepFileAttributes } from "./file-attributes.js";
import { FileQueue, type FileTurn } from "./file-queue.js";
import { replaceLocked } from "./replace-locked.js";

export interface CompactOptions extends LongOptions {
  /** Default: the disk (in a browser there is none). */
  readonly fs?: SyncFileSystem;
  /** The locks and marks of other programs do not count; default false. */
  readonly ignoreLocks?: boolean;
}

const OPTIONS: OptionRules<CompactOptions> = {
  fs: optionRules.syncFileSystem,
  ignoreLocks: optionRules.boolean,
  ...longOptionRules,
};

/** Bytes of a file before and after. */
export interface CompactedSize {
  readonly before: number;
  readonly after: number;
}

/**
 * Makes a file as small as its content allows: what was removed from an HDF5
 * file leaves holes in it that only a new file does not have. All that the file
 * holds is copied into a new one beside it, which is compared with it to the
 * last byte and then takes its name in one step. Until then the file is
 * untouched; where the copy would not be smaller, it stays. Other calls on the
 * file wait; other processes can read it meanwhile.
 *
 * Progress is in bytes of data, each of which counts twice: copied, compared.
 *
 * @returns The file's size in bytes, before and after.
 * @throws FileStructureException the file is missing, not HDF5, or may not be read or written.
 * @throws FileStorageException something in it cannot be copied exactly (the message names the object and
 *   the reason), another program has it open, another process writes it or its lock was not free in time, the disk is full or failed, or
 *   cancelled. The file is as it was.
 */
export async function compact(path: string, given: CompactOptions = {}): Promise<CompactedSize> {
  const options = checkCallOptions(given, OPTIONS, "compact");
  checkPath(path, "the file of compact");
  const fs = options.fs ?? defaultFileSystem();
  await getEngine();
  try {
    return await new FileQueue(fs, path).runAlone((file) => compactInTurn(file, options));
  } catch (error) {
    throw nameInError(error, path);
  }
}

async function compactInTurn(file: FileTurn, options: CompactOptions): Promise<CompactedSize> {
  // What was appended before and is not committed yet belongs to the content.
  await file.close();
  const { fs, path } = file;
  if (!fs.existsSync(path))
    throw new FileStructureException(`Could not open storage file ${path}: it does not exist`);
  const lock = await file.lock({ ignoreLocks: options.ignoreLocks === true, signal: options.signal });
  try {
    return await compactLocked(lock, options);
  } finally {
    lock.release();
  }
}

async function compactLocked(lock: WriterLock, options: CompactOptions): Promise<CompactedSize> {
  const { fs, path } = lock;
  const call = new LongCall(`compacting ${path}`, options);
  let before = 0;
  const replaced = { ignoreLocks: options.ignoreLocks === true, done: "compacted" };
  const after = await replaceLocked(lock, replaced, async ({ handle: source }, partial) => {
    before = fs.statSync(path).size;
    const bytes = await checkCopyable(source, call);
    const size = await writeCopy(fs, source, partial, (copy) => copyFile(source, copy, bytes, call));
    return size < before ? size : undefined;
  });
  return { before, after: after ?? before };
}

/** Makes the new file with the attributes of the old one, and waits until it is on the medium. Returns its size. */
async function writeCopy(
  fs: SyncFileSystem,
  source: H5Handle,
  partial: string,
  write: (handle: H5Handle) => Promise<void>,
): Promise<number> {
  const port = PlainPort.open(fs, partial, "wx+");
  const handle = new H5Handle(port, source.label, { mode: "create", onlyHdf5: true });
  try {
    keepFileAttributes(fs, source.label, partial, "compacted");
    await write(handle);
    handle.closeFile();
    port.sync();
    return port.size;
  } finally {
    handle.abandon();
    port.close();
  }
}
