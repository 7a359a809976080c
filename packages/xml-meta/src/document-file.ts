import { FileStructureException } from "@tvb-storage/errors";
import { type FileSystem, type SyncStats, systemErrorCode } from "@tvb-storage/files";
import { systemPath } from "@tvb-storage/files/internal";
import { tooManyBytes } from "./xml-limits.js";

/**
 * Up to so many bytes are read at once, without waiting: four waits for another thread take longer than to read and
 * to parse such a document.
 */
const SHORT_BYTES = 64 * 1024;

/**
 * The bytes of the file of a document. `source` names it in errors.
 *
 * @throws FileStructureException it is missing, no file, or longer than `limit`.
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
  return bytes.length <= SHORT_BYTES ? readAtOnce(fs, at, bytes) : readLong(fs, at, bytes);
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

/** The part of `bytes` that the file fills: it may have become shorter since. */
function readAtOnce(fs: FileSystem, path: string, bytes: Uint8Array): Uint8Array {
  const fd = fs.openSync(path, "r");
  try {
    let length = 0;
    while (length < bytes.length) {
      const bytesRead = fs.readSync(fd, bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    fs.closeSync(fd);
  }
}

/** As `readAtOnce`, while other work goes on. */
async function readLong(fs: FileSystem, path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const handle = await fs.promises.open(path, "r");
  try {
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await handle.close();
  }
}
