import type { FileHandle, FileSystem } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import type { SourceFile } from "./folder-listing.js";

const BLOCK_BYTES = 1024 * 1024;

function changed(file: SourceFile): FileStorageException {
  return new FileStorageException(
    `cannot archive ${file.path}: its size changed meanwhile, expected ${file.size} bytes`,
  );
}

/** Fills `buffer` from `position` on, as far as the file goes. */
async function readUpTo(
  handle: FileHandle,
  buffer: Uint8Array,
  position: number,
  full: number,
): Promise<number> {
  let done = 0;
  // One byte more is asked for than needed, so that one call also tells that the file ends here.
  while (done < full) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/**
 * All bytes of a file.
 *
 * @throws FileStorageException its size is not the one that was listed.
 */
export async function readSource(fs: FileSystem, file: SourceFile): Promise<Buffer> {
  const handle = await fs.promises.open(file.path, "r");
  try {
    const buffer = Buffer.allocUnsafe(file.size + 1);
    const length = await readUpTo(handle, buffer, 0, Math.max(file.size, 1));
    if (length !== file.size) throw changed(file);
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
  const handle = await fs.promises.open(file.path, "r");
  try {
    let position = 0;
    for (;;) {
      // Not reused: what was yielded is still being compressed.
      const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      const { bytesRead } = await handle.read(block, 0, block.length, position);
      position += bytesRead;
      if (position > file.size || (bytesRead === 0 && position < file.size)) throw changed(file);
      if (bytesRead === 0) return;
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
