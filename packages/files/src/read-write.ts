import type { FileHandle, SyncFileSystem } from "./file-system.js";

// A single read or write of a file system may take fewer bytes than it was given. These go on until all are done.

/** Fills `target` from `position` on. Returns the bytes that were read, fewer only at the end of the file. */
export function readAllSync(fs: SyncFileSystem, fd: number, target: Uint8Array, position: number): number {
  let done = 0;
  while (done < target.length) {
    const count = fs.readSync(fd, target, done, target.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** An open file to be read on another thread; undefined where the file system has none. */
export function readerElsewhere(fs: SyncFileSystem, fd: number): Pick<FileHandle, "read"> | undefined {
  if (fs.read === undefined) return undefined;
  const read = fs.read.bind(fs);
  return {
    read: (...part) =>
      new Promise((resolve, reject) => {
        read(fd, ...part, (error, bytesRead = 0) => (error ? reject(error) : resolve({ bytesRead })));
      }),
  };
}

/** Writes all of `data` at `position`. */
export function writeAllSync(fs: SyncFileSystem, fd: number, data: Uint8Array, position: number): void {
  let done = 0;
  while (done < data.length) {
    const count = fs.writeSync(fd, data, done, data.length - done, position + done);
    if (count === 0) throw nothingWritten(done, data.length);
    done += count;
  }
}

/**
 * As `readAllSync`, without blocking the event loop. With `enough`, stops when so many bytes were read: a target that
 * is longer than the file should be shows with the same call that the file ends there.
 */
export async function readAll(
  handle: Pick<FileHandle, "read">,
  target: Uint8Array,
  position: number,
  enough = target.length,
): Promise<number> {
  let done = 0;
  while (done < enough) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** As `writeAllSync`, without blocking the event loop. */
export async function writeAll(handle: FileHandle, data: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < data.length) {
    const { bytesWritten } = await handle.write(data, done, data.length - done, position + done);
    if (bytesWritten === 0) throw nothingWritten(done, data.length);
    done += bytesWritten;
  }
}

/** Some file systems report no error when the disk is full; without this the loop would not end. */
function nothingWritten(done: number, length: number): Error {
  return Object.assign(new Error(`EIO: wrote ${done} of ${length} bytes, then no more`), { code: "EIO" });
}

/** Closes where a failure to close changes nothing: after reads, or after another error. */
export function closeQuietly(fs: SyncFileSystem, fd: number): void {
  try {
    fs.closeSync(fd);
  } catch {
    // The descriptor is closed either way.
  }
}
