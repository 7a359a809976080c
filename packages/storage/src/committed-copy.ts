import { Readable } from "node:stream";
import { FileStorageException } from "@tvb-storage/errors";
import { type LongOptions, nameInError, pathStats, ReadPort, withFilesReleased } from "@tvb-storage/files";
import { journalPathOf, LongCall } from "@tvb-storage/files/internal";
import { longOptionsOf } from "./long-options.js";
import type { StorageContext } from "./storage-context.js";

const BLOCK_BYTES = 1024 * 1024;
const ATTEMPTS = 10;
/** Between attempts to read a file that is written meanwhile. */
const WAIT_MS = 50;

/** Whether a data file is being written, or its writer died: its bytes alone may be half of a commit then. */
export async function hasJournal({ fs }: Pick<StorageContext, "fs">, path: string): Promise<boolean> {
  return (await pathStats(fs, journalPathOf(path))) !== undefined;
}

/**
 * Copies a file as of its last commit, also where another process writes it meanwhile or died while it did, to a path
 * where nothing is. What this process has open is flushed first.
 *
 * @throws FileStorageException it is written all the while.
 */
export async function copyCommitted(
  context: StorageContext,
  from: string,
  to: string,
  options: LongOptions,
): Promise<void> {
  const { fs, files } = context;
  const call = new LongCall(`cannot copy ${from}`, longOptionsOf(options));
  await withFilesReleased(fs, from, async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      call.check();
      if (await isCopied(context, from, to, options)) return;
      await files.removeFiles([to]);
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
    throw new FileStorageException(
      `cannot copy ${from}: another process wrote it in each of ${ATTEMPTS} attempts; wait until it is done`,
    );
  });
}

/** Whether the bytes in the copy are of one commit. */
async function isCopied(
  { fs, files }: StorageContext,
  from: string,
  to: string,
  options: LongOptions,
): Promise<boolean> {
  const port = ReadPort.open(fs, from);
  try {
    await port.waitUntilStable();
    await files
      .copyFile(Readable.from(blocksOf(port)), to, longOptionsOf(options))
      .catch((error: unknown) => {
        throw nameInError(error, from);
      });
    if (!port.validate()) return false;
  } finally {
    port.close();
  }
  const stats = await pathStats(fs, from, { followLinks: true });
  if (stats?.kind === "file") await fs.promises.chmod(to, stats.mode);
  return true;
}

function* blocksOf(port: ReadPort): Generator<Uint8Array> {
  for (let at = 0; at < port.size; ) {
    const block = new Uint8Array(Math.min(BLOCK_BYTES, port.size - at));
    const count = port.read(block, at);
    // It is cut short meanwhile, as its validation finds.
    if (count === 0) return;
    yield block.subarray(0, count);
    at += count;
  }
}
