import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, type SyncStats, systemErrorCode } from "@tvb-storage/files";
import { readAll, readAllSync, systemPath } from "@tvb-storage/files/internal";
import { tooManyBytes } from "./xml-limits.js";

/**
 * Files of up to this size are read synchronously: four round trips to the thread pool take longer than reading and
 * parsing such a document.
 */
const MAX_SYNC_BYTES = 64 * 1024;

/**
 * The bytes of a document's file. `source` names it in errors.
 *
 * @throws FileStructureException it is missing, not a file, or longer than `limit`.
 */
export async function readDocument(
  fs: FileSystem,
  path: string,
  limit: number,
  source: string,
): Promise<Uint8Array> {
  const at = systemPath(path);
  const stats = fileStats(fs, at);
  if (stats === undefined) throw new FileStructureException(`${source} does not exist`);
  if (stats.isDirectory()) throw new FileStructureException(`${source} is a folder, not a file`);
  if (!stats.isFile()) throw new FileStructureException(`${source} is a device or pipe, not a file`);
  if (stats.size > limit) throw tooManyBytes(source, stats.size, limit);
  const bytes = new Uint8Array(stats.size);
  return bytes.length <= MAX_SYNC_BYTES ? readSync(fs, at, bytes) : readAsync(fs, at, bytes);
}

function fileStats(fs: FileSystem, path: string): SyncStats | undefined {
  try {
    return fs.statSync(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** The part of `bytes` that was read: the file may have become shorter. */
function readSync(fs: FileSystem, path: string, bytes: Uint8Array): Uint8Array {
  const fd = fs.openSync(path, "r");
  try {
    return bytes.subarray(0, readAllSync(fs, fd, bytes, 0));
  } finally {
    fs.closeSync(fd);
  }
}

/** As `readSync`, without blocking the event loop. */
async function readAsync(fs: FileSystem, path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const handle = await fs.promises.open(path, "r");
  try {
    return bytes.subarray(0, await readAll(handle, bytes, 0));
  } finally {
    await handle.close();
  }
}
