import type { StorageManager } from "@tvb-storage/core";
import { FileMigrationException, FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { checkPath, type LongOptions, nameInError, PlainPort, type SyncFileSystem } from "@tvb-storage/files";
import { LongCall } from "@tvb-storage/files/internal";
import type { ReadSession } from "../session/read-session.js";
import { callTurns } from "./call-turns.js";
import { keepFileAttributes } from "./file-attributes.js";
import { FileQueue, type FileTurn } from "./file-queue.js";
import { HDF5StorageManager } from "./hdf5-storage-manager.js";
import { type H5Options, resolveOptions } from "./options.js";
import { replaceLocked } from "./replace-locked.js";
import { verify } from "./verify.js";

const BLOCK_BYTES = 4 * 1024 * 1024;

interface Changing {
  readonly options: H5Options;
  readonly call: LongCall;
  readonly change: (copy: StorageManager) => Promise<boolean>;
}

/**
 * `StorageBackend.changeCopy` for HDF5: other processes can read the file meanwhile. Progress is in bytes of the file,
 * each of which counts when it is copied, and when the copy is verified.
 */
export async function changeCopy(
  path: string,
  { signal, onProgress, ...options }: H5Options & LongOptions,
  change: Changing["change"],
): Promise<boolean> {
  checkPath(path, "the file of changeCopy");
  const { fs, file } = resolveOptions(options);
  const long: LongOptions = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const call = new LongCall(`changing a copy of ${path}`, long);
  try {
    call.check();
    return await new FileQueue(fs, path).runAlone((turn) =>
      changeInTurn(
        turn,
        { options, call, change },
        { ignoreLocks: file.ignoreLocks, signal, timeoutMs: file.lockTimeoutMs },
      ),
    );
  } catch (error) {
    throw nameInError(error, path);
  }
}

async function changeInTurn(
  turn: FileTurn,
  changing: Changing,
  lockOptions: { ignoreLocks: boolean; signal: AbortSignal | undefined; timeoutMs: number | undefined },
): Promise<boolean> {
  // What was appended before and is not committed yet belongs to the content.
  await turn.close();
  const { fs, path } = turn;
  if (!fs.existsSync(path))
    throw new FileStructureException(`Could not open storage file ${path}: it does not exist`);
  const { timeoutMs, ...rest } = lockOptions;
  const lock = await turn.lock({ ...rest, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  try {
    const { ignoreLocks } = lockOptions;
    const replaced = await replaceLocked(lock, { ignoreLocks, done: "changed" }, async (source, partial) =>
      (await changedCopy(fs, source, partial, changing)) ? true : undefined,
    );
    return replaced === true;
  } finally {
    lock.release();
  }
}

/** Whether there is a copy now that is changed, sound and on the medium. */
async function changedCopy(
  fs: SyncFileSystem,
  source: ReadSession,
  partial: string,
  { options, call, change }: Changing,
): Promise<boolean> {
  const { size } = source.handle.port;
  call.total = 2 * size;
  await copyBytes(fs, source, partial, call);
  // Its calls have turns of their own.
  const isChanged = await callTurns.whileWaiting(async () => {
    const copy = new HDF5StorageManager(partial, options);
    try {
      const result = await change(copy);
      await copy.closeFile();
      return result;
    } catch (error) {
      // What it kept open goes with the copy.
      await copy.closeFile().catch(() => undefined);
      throw error;
    }
  });
  if (!isChanged) return false;
  call.check();
  const problems = await callTurns.whileWaiting(() => verify(partial, { fs }));
  const damage = problems.find(({ kind }) => kind === "damage");
  if (damage !== undefined)
    throw new FileMigrationException(`the changed copy is damaged at ${damage.path}: ${damage.problem}`);
  call.advanceTo(2 * size);
  const port = PlainPort.open(fs, partial, "r+");
  try {
    port.sync();
  } finally {
    port.close();
  }
  return true;
}

async function copyBytes(
  fs: SyncFileSystem,
  { handle }: ReadSession,
  partial: string,
  call: LongCall,
): Promise<void> {
  const { port: from, label } = handle;
  const to = PlainPort.open(fs, partial, "wx+");
  try {
    keepFileAttributes(fs, label, partial, "changed");
    const { size } = from;
    for (let at = 0; at < size; at += BLOCK_BYTES) {
      await call.pause();
      const block = new Uint8Array(Math.min(BLOCK_BYTES, size - at));
      const count = from.read(block, at);
      if (count < block.length)
        throw new FileStorageException(`${label} is cut short: it ends before byte ${at + block.length}`);
      to.write(block, at);
      call.advance(block.length);
    }
  } finally {
    to.close();
  }
}
