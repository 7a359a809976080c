/** What `statSync` says of a path. */
export interface SyncStats {
  size: number;
  mtimeMs: number;
  /** Unlike `mtimeMs` it cannot be set. A reader detects changes by both, where the file system has it. */
  ctimeMs?: number;
  /** Distinguishes a file from a later one of the same name, where the file system has such numbers. */
  ino?: number;
  dev?: number;
  /** Permission bits, with those of the file's type. */
  mode?: number | bigint;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** What `fstatSync` says of an open file. */
export interface SyncFileStats {
  size: number;
  /** With those below, shows whether the file is the same and unchanged; where they are missing, a backend may cache less. */
  mtimeMs?: number;
  ctimeMs?: number;
  ino?: number;
  dev?: number;
  /** The number of its names; 0 means that it was removed while open. */
  nlink?: number;
}

/** What an HDF5 session needs: the synchronous part of node:fs, memfs, or `memoryFileSystem()`. */
export interface SyncFileSystem {
  openSync(path: string, flags: string, mode?: number): number;
  closeSync(fd: number): void;
  readSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  /** As `readSync`, on another thread; without it, long reads are made by `readSync`. */
  read?(
    fd: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null | undefined, count?: number) => void,
  ): void;
  writeSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  ftruncateSync(fd: number, length: number): void;
  fsyncSync(fd: number): void;
  fstatSync(fd: number): SyncFileStats;
  statSync(path: string): SyncStats;
  existsSync(path: string): boolean;
  unlinkSync(path: string): void;
  renameSync(from: string, to: string): void;
  chmodSync(path: string, mode: number): void;
  /** Gives a file a second name, and fails where that name exists (EEXIST). Without it, a new file gets its name by a check and a rename. */
  linkSync?(existing: string, name: string): void;
  /** Resolves links, so that two paths of one file share a lock; not needed in a file system without links. */
  realpathSync?: { (path: string): unknown; native?(path: string): unknown };
  /**
   * Finds links without following them; where links exist and this is missing, every path is resolved. What is neither a
   * file nor a folder (a named pipe) is found where it has those methods, too.
   */
  lstatSync?(path: string): { isSymbolicLink(): boolean; isFile?(): boolean; isDirectory?(): boolean };
  /** Where a link points; only called where there is `realpathSync`. */
  readlinkSync?(path: string): unknown;
}

/** What `stat` and `lstat` give. memfs types its numbers as `number | bigint`; `pathStats` makes them numbers. */
export interface RawStats {
  readonly size: number | bigint;
  readonly mtimeMs: number | bigint;
  readonly mode: number | bigint;
  readonly dev: number | bigint;
  readonly ino: number | bigint;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** An open file of `FileSystem.promises`. Positions are absolute. */
export interface FileHandle {
  /** Its descriptor, where the file system's synchronous calls take it. */
  readonly fd?: number;
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  write(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>;
  truncate(length: number): Promise<void>;
  /** Content and size are on the medium (memfs has this, and no `sync`). */
  datasync(): Promise<void>;
  /** This and the ones below act on the open file, even if another has its name now. Where they are missing, the name is used. */
  stat?(): Promise<RawStats>;
  chmod?(mode: number): Promise<void>;
  utimes?(atime: Date | number, mtime: Date | number): Promise<void>;
  close(): Promise<void>;
}

/**
 * The part of node:fs/promises that the layers use; memfs has it too. Where a name that `readdir` gave is not UTF-8,
 * paths are bytes (`systemPath`).
 */
export interface AsyncFileSystem {
  open(path: string, flags: string, mode?: number): Promise<FileHandle>;
  mkdir(path: string, options: { recursive?: boolean; mode?: number }): Promise<unknown>;
  mkdtemp(prefix: string): Promise<unknown>;
  /**
   * Entries of node:fs's `Dirent` shape; `folderEntries` gives them their type. With `encoding` their names are
   * bytes; only called after a name with U+FFFD in it, and may also return text.
   */
  readdir(path: string, options: { withFileTypes: true; encoding?: "buffer" }): Promise<readonly unknown[]>;
  stat(path: string): Promise<RawStats>;
  lstat(path: string): Promise<RawStats>;
  realpath(path: string): Promise<unknown>;
  /** As bytes; only called after a path with U+FFFD in it, and may also return text. */
  realpath(path: string, options: { encoding: "buffer" }): Promise<unknown>;
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name, and replaces nothing; where it is missing, the name is created first, then replaced. */
  link?(existing: string, path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  /** Only needed where `rmdir` refuses an empty folder. memfs does so after a rename that replaced a file in it. */
  rm?(path: string, options: { recursive: true }): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  utimes(path: string, atime: Date | number, mtime: Date | number): Promise<void>;
}

/** All that the other packages need; node:fs and memfs have it. */
export interface FileSystem extends SyncFileSystem {
  /** `flags` is a number only to hold a folder, on Linux. */
  openSync(path: string, flags: string | number, mode?: number): number;
  readonly promises: AsyncFileSystem;
}
