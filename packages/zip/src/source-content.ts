import { FileStorageException } from "@tvb-storage/errors";
import type { FileHandle, FileSystem } from "@tvb-storage/files";
import { readAll, systemPath } from "@tvb-storage/files/internal";
import type { SourceFile } from "./folder-listing.js";

const BLOCK_BYTES = 1024 * 1024;

function changed(file: SourceFile): FileStorageException {
  return new FileStorageException(
    `cannot archive ${file.path}: its size changed meanwhile, expected ${file.size} bytes`,
  );
}

/**
 * Checks, after all was read, that the file is as it was listed. A change within the
 * same step of the file system's clock is not detected.
 */
async function checkUnchanged(fs: FileSystem, file: SourceFile, handle: FileHandle): Promise<void> {
  // Synchronous, once for each file: a tenth of the cost of a call through the thread pool.
  const stats =
    handle.fd === undefined ? await fs.promises.stat(systemPath(file.path)) : fs.fstatSync(handle.fd);
  if (Number(stats.size) !== file.size) throw changed(file);
  if (Number(stats.mtimeMs) === file.mtimeMs && Number(stats.ino) === file.ino) return;
  throw new FileStorageException(
    `cannot archive ${file.path}: it was changed or replaced meanwhile; expected its time of change to stay ` +
      `${new Date(file.mtimeMs).toISOString()}, found ${new Date(Number(stats.mtimeMs)).toISOString()}; ` +
      "call again when nothing writes it",
  );
}

/**
 * All bytes of a file.
 *
 * @throws FileStorageException it is not as it was listed: another size or time, or another file.
 */
export async function readSource(fs: FileSystem, file: SourceFile): Promise<Buffer> {
  const handle = await fs.promises.open(systemPath(file.path), "r");
  try {
    const buffer = Buffer.allocUnsafe(file.size + 1);
    // One byte more than needed, so that the same call shows the end of the file.
    const length = await readAll(handle, buffer, 0, Math.max(file.size, 1));
    if (length !== file.size) throw changed(file);
    await checkUnchanged(fs, file, handle);
    return buffer.subarray(0, file.size);
  } finally {
    await handle.close();
  }
}

/** The bytes of a file in blocks; throws as `readSource` does. */
export async function* streamSource(
  fs: FileSystem,
  file: SourceFile,
): AsyncGenerator<Buffer, void, undefined> {
  const handle = await fs.promises.open(systemPath(file.path), "r");
  try {
    let position = 0;
    for (;;) {
      // Not reused, since it is still being compressed.
      const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      const { bytesRead } = await handle.read(block, 0, block.length, position);
      position += bytesRead;
      if (position > file.size || (bytesRead === 0 && position < file.size)) throw changed(file);
      if (bytesRead === 0) return await checkUnchanged(fs, file, handle);
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
