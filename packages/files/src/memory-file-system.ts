import { normalizePath } from "./file-path.js";
import type { SyncFileSystem, SyncStats } from "./file-system.js";

/** Bytes in one piece that grows by doubling, so that appending stays linear. */
interface MemoryFile {
  /** Differs from that of every other file. */
  readonly ino: number;
  bytes: Uint8Array<ArrayBuffer>;
  size: number;
  mtimeMs: number;
}

interface OpenDescriptor {
  readonly file: MemoryFile;
  readonly mode: OpenMode;
}

/** A system error as node:fs makes them: `code`, `syscall` and `path` set. */
function systemError(code: string, text: string, syscall: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${text}, ${syscall} '${path}'`), { code, syscall, path });
}

const missing = (syscall: string, path: string): Error =>
  systemError("ENOENT", "no such file or directory", syscall, path);

/** `wanted` bytes, or only `needed` ones where memory is short. Out of memory is this disk's "disk full". */
function allocate(wanted: number, needed: number): Uint8Array<ArrayBuffer> {
  for (const size of [wanted, needed]) {
    try {
      return new Uint8Array(size);
    } catch {
      // A RangeError: longer than an array may be, or out of memory.
    }
  }
  throw systemError("ENOSPC", "no space left on device", "write", `${needed} bytes`);
}

function resize(file: MemoryFile, size: number): void {
  if (size > file.bytes.length) {
    const grown = allocate(Math.max(size, file.bytes.length * 2, 1024), size);
    grown.set(file.bytes.subarray(0, file.size));
    file.bytes = grown;
  } else if (size < file.size) {
    file.bytes.fill(0, size, file.size);
  }
  file.size = size;
}

interface OpenMode {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly create?: boolean;
  readonly truncate?: boolean;
  readonly exclusive?: boolean;
}

/** The flags of `openSync` that make sense where every position is absolute: all but those that append. */
const FLAGS: ReadonlyMap<string, OpenMode> = new Map<string, OpenMode>([
  ["r", { read: true }],
  ["r+", { read: true, write: true }],
  ["w", { write: true, create: true, truncate: true }],
  ["w+", { read: true, write: true, create: true, truncate: true }],
  ["wx", { write: true, create: true, exclusive: true }],
  ["wx+", { read: true, write: true, create: true, exclusive: true }],
]);

function checkRange(buffer: Uint8Array, offset: number, length: number): void {
  if (offset < 0 || length < 0 || offset + length > buffer.length) {
    throw new RangeError(`${length} bytes from ${offset} on are not within a buffer of ${buffer.length}`);
  }
}

/** A `SyncFileSystem` with whole files as input and output, for uploads and downloads. */
export interface MemoryFileSystem extends SyncFileSystem {
  /**
   * Creates or replaces a file with the content `bytes`. They are
   * not copied and belong to the file system from then on; only shared memory is copied.
   */
  putFile(path: string, bytes: Uint8Array): void;
  /**
   * The content of a file, not copied: valid until the file changes.
   *
   * @throws ENOENT there is no such file.
   */
  fileBytes(path: string): Uint8Array<ArrayBuffer>;
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

/**
 * A file system in memory without dependencies, for browsers and for tests
 * without memfs. It is flat: any path can be created, and there are no folders
 * but `/`. A file that is removed while open can still be read.
 */
export function memoryFileSystem(): MemoryFileSystem {
  const files = new Map<string, MemoryFile>();
  const descriptors = new Map<number, OpenDescriptor>();
  let nextDescriptor = 3;
  let created = 0;

  const descriptor = (fd: number, syscall: string): OpenDescriptor => {
    const open = descriptors.get(fd);
    if (open === undefined) throw systemError("EBADF", "bad file descriptor", syscall, String(fd));
    return open;
  };
  const writable = (fd: number, syscall: string, refusal: string): MemoryFile => {
    const { file, mode } = descriptor(fd, syscall);
    if (!mode.write) throw systemError(refusal, "not open for writing", syscall, String(fd));
    file.mtimeMs = Date.now();
    return file;
  };
  const keyOfFile = (path: string, syscall: string): string => {
    const key = normalizePath(path);
    if (key === "/") throw systemError("EISDIR", "illegal operation on a directory", syscall, path);
    return key;
  };
  const existing = (path: string, syscall: string): MemoryFile => {
    const file = files.get(keyOfFile(path, syscall));
    if (file === undefined) throw missing(syscall, path);
    return file;
  };

  return {
    putFile(path, bytes) {
      const key = keyOfFile(path, "open");
      created += 1;
      const content = isUnshared(bytes) ? bytes : new Uint8Array(bytes);
      files.set(key, { ino: created, bytes: content, size: content.length, mtimeMs: Date.now() });
    },
    fileBytes(path) {
      const { bytes, size } = existing(path, "open");
      return bytes.subarray(0, size);
    },
    openSync(path, flags) {
      const mode = FLAGS.get(flags);
      if (mode === undefined) throw systemError("EINVAL", `unknown open flags ${flags}`, "open", path);
      const key = keyOfFile(path, "open");
      let file = files.get(key);
      if (file !== undefined && mode.exclusive)
        throw systemError("EEXIST", "file already exists", "open", path);
      if (file === undefined) {
        if (!mode.create) throw missing("open", path);
        created += 1;
        file = { ino: created, bytes: new Uint8Array(0), size: 0, mtimeMs: Date.now() };
        files.set(key, file);
      } else if (mode.truncate) {
        resize(file, 0);
        file.mtimeMs = Date.now();
      }
      const fd = nextDescriptor++;
      descriptors.set(fd, { file, mode });
      return fd;
    },
    closeSync(fd) {
      descriptor(fd, "close");
      descriptors.delete(fd);
    },
    readSync(fd, buffer, offset, length, position) {
      const { file, mode } = descriptor(fd, "read");
      if (!mode.read) throw systemError("EBADF", "not open for reading", "read", String(fd));
      checkRange(buffer, offset, length);
      const end = Math.min(position + length, file.size);
      if (end <= position) return 0;
      buffer.set(file.bytes.subarray(position, end), offset);
      return end - position;
    },
    writeSync(fd, buffer, offset, length, position) {
      const file = writable(fd, "write", "EBADF");
      checkRange(buffer, offset, length);
      if (position + length > file.size) resize(file, position + length);
      file.bytes.set(buffer.subarray(offset, offset + length), position);
      return length;
    },
    ftruncateSync(fd, length) {
      // POSIX: EINVAL for a descriptor that is not open for writing.
      resize(writable(fd, "ftruncate", "EINVAL"), length);
    },
    fsyncSync(fd) {
      descriptor(fd, "fsync");
    },
    fstatSync(fd) {
      const { size, mtimeMs, ino } = descriptor(fd, "fstat").file;
      return { size, mtimeMs, ino, dev: 0 };
    },
    statSync(path): SyncStats {
      const folder = normalizePath(path) === "/";
      const { size, mtimeMs, ino } = folder ? { size: 0, mtimeMs: 0, ino: 0 } : existing(path, "stat");
      return { size, mtimeMs, ino, isFile: () => !folder, isDirectory: () => folder };
    },
    existsSync(path) {
      const key = normalizePath(path);
      return key === "/" || files.has(key);
    },
    unlinkSync(path) {
      existing(path, "unlink");
      files.delete(normalizePath(path));
    },
    renameSync(from, to) {
      const file = existing(from, "rename");
      const target = keyOfFile(to, "rename");
      files.delete(normalizePath(from));
      files.set(target, file);
    },
    linkSync(from, to) {
      const file = existing(from, "link");
      const target = keyOfFile(to, "link");
      if (files.has(target)) throw systemError("EEXIST", "file already exists", "link", to);
      files.set(target, file);
    },
    chmodSync(path) {
      // Memory has no permissions; this only checks that the file exists.
      if (normalizePath(path) !== "/") existing(path, "chmod");
    },
  };
}
