/** What `statSync` says of a path. */
export interface SyncStats {
  size: number;
  mtimeMs: number;
  /** Unlike `mtimeMs` it cannot be set; a reader sees changes by both, where the file system has it. */
  ctimeMs?: number;
  /** Tells a file from another that has taken its name, where the file system can. */
  ino?: number;
  dev?: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** What `fstatSync` says of an open file. */
export interface SyncFileStats {
  size: number;
  /** With those below, says whether the file is the one it was and unchanged; a backend may keep less of a file where they are missing. */
  mtimeMs?: number;
  ctimeMs?: number;
  ino?: number;
  dev?: number;
  /** How many names it has; 0 means that it was removed while it is open. */
  nlink?: number;
}

/** What an HDF5 session needs: the synchronous part of node:fs, memfs, or `memoryFileSystem()`. */
export interface SyncFileSystem {
  openSync(path: string, flags: string, mode?: number): number;
  closeSync(fd: number): void;
  readSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  writeSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  ftruncateSync(fd: number, length: number): void;
  fsyncSync(fd: number): void;
  fstatSync(fd: number): SyncFileStats;
  statSync(path: string): SyncStats;
  existsSync(path: string): boolean;
  unlinkSync(path: string): void;
  renameSync(from: string, to: string): void;
  chmodSync(path: string, mode: number): void;
  /** Gives a file a second name, and fails where something has it (EEXIST). Without it a new file takes its name by a look and a rename. */
  linkSync?(existing: string, name: string): void;
  /** Sets the times, in seconds; without it every file is read again at every change. */
  futimesSync?(fd: number, atime: number, mtime: number): void;
  /** Resolves links, so that two spellings of one file share a lock; a file system without links need not have it. */
  realpathSync?: { (path: string): unknown; native?(path: string): unknown };
  /** Tells links from files at a glance; a file system with links and without it has each path resolved. */
  lstatSync?(path: string): { isSymbolicLink(): boolean };
  /** Where a link points; only asked of a file system with `realpathSync`. */
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
  /** With those below: of the file that is open, whatever has its name now. Where they are missing, the name is used. */
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
   * bytes; only asked of a file system that gave a name with U+FFFD in it, and text is fine as well.
   */
  readdir(path: string, options: { withFileTypes: true; encoding?: "buffer" }): Promise<readonly unknown[]>;
  stat(path: string): Promise<RawStats>;
  lstat(path: string): Promise<RawStats>;
  realpath(path: string): Promise<unknown>;
  /** As bytes; only asked of a file system that gave a path with U+FFFD in it, and text is fine as well. */
  realpath(path: string, options: { encoding: "buffer" }): Promise<unknown>;
  rename(from: string, to: string): Promise<void>;
  /** A second name of a file, which replaces nothing; a file system without it has the name created, then replaced. */
  link?(existing: string, path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  /** Only needed where `rmdir` refuses an empty folder, as memfs does after a rename within it replaced a file. */
  rm?(path: string, options: { recursive: true }): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  utimes(path: string, atime: Date | number, mtime: Date | number): Promise<void>;
}

/** All that the other layers need: node:fs and memfs satisfy it. */
export interface FileSystem extends SyncFileSystem {
  /** `flags` are a number only where a folder is held, on Linux. */
  openSync(path: string, flags: string | number, mode?: number): number;
  readonly promises: AsyncFileSystem;
}
