import { FileStorageException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  type LongOptions,
  nameInError,
  nextTurn,
  type OptionRules,
  optionRules,
  ReadPort,
  type SyncFileSystem,
} from "@tvb-storage/files";
import { LongCall, longOptionRules } from "@tvb-storage/files/internal";
import type { FilterDecoders, StructureProblem } from "@tvb-storage/hdf5";
import { filtersRule, verifyFile } from "@tvb-storage/hdf5/internal";
import { lockListSoon, refuseLocked } from "../session/other-programs.js";
import { FileQueue, type FileTurn } from "./file-queue.js";

/**
 * Something about a file, in words, and the object that it was found at (`/` for
 * the file itself). `"damage"` is wrong in the file; `"unjudged"` is what this
 * package cannot read (a filter, a version of a structure), and no fault of it. The
 * mark of a SWMR writer, which may be at work, is `"unjudged"`; that of any other
 * writer, with which HDF5 refuses the file, is `"damage"`.
 */
export type FileProblem = StructureProblem;

export interface VerifyOptions extends LongOptions {
  /** Default: the disk (in a browser there is none). */
  readonly fs?: SyncFileSystem;
  /** Decoders of filters that are not known here; see the option of `HDF5StorageManager`. */
  readonly filters?: FilterDecoders;
}

const OPTIONS: OptionRules<VerifyOptions> = {
  fs: optionRules.syncFileSystem,
  filters: filtersRule,
  ...longOptionRules,
};

/** Other processes may commit while a file is verified; it is then looked at again this often. */
const ATTEMPTS = 10;

/**
 * Checks a file: its superblock, the checksums of its structures, and that the stored data of every
 * dataset can be decoded to what its shape needs. What was never stored takes no time. Changes
 * nothing, and never throws for what is wrong with the file, which it returns. The work is bounded
 * by the size of the file and what its chunks decode to, not by the shapes that it states. Other
 * calls of this process on the file wait, and rows that were appended and are not committed yet are not looked at.
 *
 * Progress is in bytes of the file.
 *
 * @throws FileStructureException the file is missing, is a directory, or may not be read.
 * @throws FileStorageException cancelled, another process changes the file all the time, or another program has it
 *   open for writing (HDF5's lock).
 */
export async function verify(path: string, given: VerifyOptions = {}): Promise<readonly FileProblem[]> {
  const options = checkCallOptions(given, OPTIONS, "verify");
  checkPath(path, "the file of verify");
  const fs = options.fs ?? defaultFileSystem();
  try {
    const queue = new FileQueue(fs, path);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const problems = await queue.run((file) => verifyOnce(file, attempt > 0, options));
      if (problems !== undefined) return problems;
      await nextTurn();
    }
  } catch (error) {
    throw nameInError(error, path);
  }
  throw new FileStorageException(`${path} cannot be verified: another process goes on changing it`);
}

/** The problems of one commit, or undefined where another came in between. */
async function verifyOnce(
  { fs, path }: FileTurn,
  verified: boolean,
  { filters, ...options }: Omit<VerifyOptions, "fs">,
): Promise<FileProblem[] | undefined> {
  const call = new LongCall(`verifying ${path}`, options);
  call.check();
  await lockListSoon(fs, {});
  const port = ReadPort.open(fs, path, verified ? { verified } : {});
  try {
    refuseLocked(fs, path, port.stats, "read");
    await port.waitUntilStable();
    const problems = await verifyFile(port, path, call, filters);
    if (!port.validate()) return undefined;
    call.finish();
    return problems;
  } finally {
    port.close();
  }
}
