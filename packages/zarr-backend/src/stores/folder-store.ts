import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import {
  acquireWriterLock,
  type FileSystem,
  folderEntries,
  replaceFile,
  type SyncFileStats,
  type SyncStats,
  systemErrorCode,
} from "@tvb-storage/files";
import {
  closeQuietly,
  isTemporaryName,
  parentOf,
  readAll,
  readAllSync,
  readerElsewhere,
  syncDirectory,
  Turns,
  temporaryName,
  writeAllSync,
} from "@tvb-storage/files/internal";
import { RESERVED } from "../hierarchy/own-keys.js";
import { FolderPaths, isMissing } from "./folder-paths.js";
import type {
  ByteRange,
  ChangeOptions,
  ListedObject,
  ListOptions,
  ObjectStore,
  ReadOptions,
  RequestOptions,
  StoredObject,
  StoreLock,
} from "./object-store.js";
import { StoreConflict } from "./store-conflict.js";

/** Longer reads and writes are made on another thread. */
const MAX_SYNC_READ = 256 * 1024;
const MAX_SYNC_WRITE = 1024 * 1024;
/** As long as a write: of a file that is so new that it need not come from the medium. */
const MAX_SYNC_READ_OF_NEW = MAX_SYNC_WRITE;

/**
 * Small files are read and written by synchronous calls, which cost much less than those on another thread. Others have their
 * turn after so many bytes: of all stores, since there is one event loop.
 */
const turns = /* @__PURE__ */ new Turns(1024 * 1024);
/** What opening and closing a file takes, as the time of so many bytes. */
const CALL_BYTES = 64 * 1024;

/** What all files that the writer has not finished are called for. */
const TEMPORARY_OF = "zarr.json";

/** Two files of one name that are made one after the other within this time may have the same times, and even number. */
const TIME_RESOLUTION_MS = 2000;

/** What a change survives: the death of the process, or a power cut too. */
export type Durability = "process" | "power";

/**
 * The files in a folder, by their paths in it. A put writes a file in the folder and renames it. To survive a power cut,
 * each file and the names in its folder are synced, so that what comes later never survives without what came before.
 */
export class FolderStore implements ObjectStore {
  readonly label: string;
  readonly hasFolders = true;
  readonly #paths: FolderPaths;
  /** Folders in which something was removed: they go with the lock, where they are empty then. */
  readonly #emptied = new Set<string>();
  #isLocked = false;

  constructor(
    private readonly fs: FileSystem,
    private readonly folder: string,
    private readonly durability: Durability = "process",
  ) {
    this.label = folder;
    this.#paths = new FolderPaths(fs, folder);
  }

  async get(key: string, { into }: ReadOptions = {}): Promise<StoredObject | undefined> {
    return this.#read(this.#paths.of(key), { suffix: Number.POSITIVE_INFINITY }, into);
  }

  async getIfChanged(key: string, version: string): Promise<StoredObject | "unchanged" | undefined> {
    // The same file is no link that was put in its place.
    const stats = this.#stats(`${this.folder}/${key}`);
    if (stats === undefined || versionOf(stats) !== version) return this.get(key);
    await turns.spend(CALL_BYTES);
    return "unchanged";
  }

  async getRange(key: string, range: ByteRange, { into }: ReadOptions = {}): Promise<Uint8Array | undefined> {
    return (await this.#read(this.#paths.of(key), range, into))?.bytes;
  }

  async list(prefix: string, { withSizes = false }: ListOptions = {}): Promise<ListedObject[]> {
    const end = prefix.lastIndexOf("/") + 1;
    const found: ListedObject[] = [];
    await this.#walk(prefix.slice(0, end), prefix.slice(end), found);
    if (!withSizes) return found;
    return found.flatMap(({ key }) => {
      const stats = this.#stats(`${this.folder}/${key}`);
      // One that went meanwhile is not there.
      return stats === undefined ? [] : [{ key, size: stats.size }];
    });
  }

  async put(key: string, content: Uint8Array, { ifVersion }: ChangeOptions = {}): Promise<undefined> {
    const path = this.#paths.toReplace(key);
    if (ifVersion !== undefined && versionOf(this.#stats(path)) !== ifVersion)
      throw new StoreConflict(this.label, key);
    await this.#put(path, content, content.length);
  }

  /** The zeros are not written: they are a hole in the file, where the file system has such. */
  async putPadded(key: string, content: Uint8Array, length: number): Promise<undefined> {
    await this.#put(this.#paths.toReplace(key), content, length);
  }

  async #put(path: string, content: Uint8Array, length: number): Promise<void> {
    const sync = this.durability === "power";
    // A sync takes too long for a synchronous call.
    if (length > MAX_SYNC_WRITE || sync) {
      const all = length > content.length ? new Uint8Array(length) : content;
      if (all !== content) all.set(content);
      await this.#inFolder(path, () => replaceFile(this.fs, path, all, { sync }));
    } else {
      // A file that replaces another one keeps its mode.
      const mode = this.fs.existsSync(path) ? this.fs.statSync(path).mode : undefined;
      const temporary = await this.#writeTemporary(path, content, { length, mode });
      await this.#naming(temporary, path, () => this.fs.renameSync(temporary, path));
    }
    await this.#syncNames(path);
    await turns.spend(CALL_BYTES + content.length);
  }

  async putIfAbsent(key: string, content: Uint8Array): Promise<{ version?: string } | undefined> {
    const path = this.#paths.toReplace(key);
    const temporary = await this.#writeTemporary(path, content);
    try {
      // So that nobody sees a part of it.
      await this.#naming(temporary, path, () => linkNew(this.fs, temporary, path));
    } catch (error) {
      if (systemErrorCode(error) !== "EEXIST") throw error;
      return undefined;
    }
    this.#unlinkQuietly(temporary);
    await this.#syncNames(path);
    return {};
  }

  async delete(key: string, { ifVersion }: ChangeOptions = {}): Promise<void> {
    const path = this.#paths.toReplace(key);
    if (ifVersion !== undefined && versionOf(this.#stats(path)) !== ifVersion)
      throw new StoreConflict(this.label, key);
    try {
      this.fs.unlinkSync(path);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    this.#emptied.add(parentOf(path));
    await this.#syncNames(path);
    await turns.spend(CALL_BYTES);
  }

  /** @throws IncompatibleFileManagerException the path is no folder. */
  async lock(_prefix: string, { signal }: RequestOptions = {}): Promise<StoreLock> {
    if (this.fs.existsSync(this.folder) && !this.fs.statSync(this.folder).isDirectory()) throw noFolder();
    const lock = await acquireWriterLock(this.fs, this.folder, signal && { signal });
    this.#isLocked = true;
    await turns.spend(CALL_BYTES);
    try {
      if (lock.tookOver) await this.#clearUnfinished();
    } catch (error) {
      lock.leaveForRecovery();
      lock.release();
      throw error;
    }
    return {
      tookOver: lock.tookOver,
      assertHeld: () => lock.assertHeld(),
      release: async (isUnfinished) => {
        await this.#prune();
        if (isUnfinished === true) lock.leaveForRecovery();
        lock.release();
      },
    };
  }

  /** Undefined where there is no file. */
  #stats(path: string): SyncStats | undefined {
    try {
      const stats = this.fs.statSync(path);
      return stats.isDirectory() ? undefined : stats;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** A part of a file; shorter where it ends before, undefined where there is none. The version, where the end is read. */
  async #read(path: string, range: ByteRange, into?: Uint8Array): Promise<StoredObject | undefined> {
    let fd: number;
    try {
      fd = this.fs.openSync(path, "r");
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    try {
      // Of the open file: another one may have its name by now, which is longer.
      const stats = "suffix" in range ? this.fs.fstatSync(fd) : undefined;
      const { offset, length } = "suffix" in range ? endOf(stats?.size ?? 0, range.suffix) : range;
      const bytes = into?.length === length ? into : new Uint8Array(length);
      const elsewhere = this.#isReadNow(fd, length) ? undefined : readerElsewhere(this.fs, fd);
      const count =
        elsewhere === undefined
          ? readAllSync(this.fs, fd, bytes, offset)
          : await readAll(elsewhere, bytes, offset);
      await turns.spend(CALL_BYTES + (elsewhere === undefined ? length : 0));
      // A folder can be opened, too: some file systems find nothing in it.
      if (count === 0 && this.#stats(path) === undefined) return undefined;
      return { bytes: count < length ? bytes.subarray(0, count) : bytes, version: versionOf(stats) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    } finally {
      closeQuietly(this.fs, fd);
    }
  }

  /** Whether so many bytes of a file are read by a synchronous call. */
  #isReadNow(fd: number, length: number): boolean {
    if (length <= MAX_SYNC_READ) return true;
    return length <= MAX_SYNC_READ_OF_NEW && isNew(this.fs.fstatSync(fd));
  }

  /** Writes a file that is to get its name in the next step; gives its path. */
  async #writeTemporary(
    path: string,
    content: Uint8Array,
    { length = content.length, mode }: { length?: number; mode?: number | bigint | undefined } = {},
  ): Promise<string> {
    // Beside the root only who has the lock has any: those of one that died are found at once.
    const temporary = temporaryName(this.#isLocked ? `${this.folder}/${TEMPORARY_OF}` : path);
    const fd = await this.#inFolder(temporary, () => this.fs.openSync(temporary, "wx", 0o644));
    try {
      try {
        writeAllSync(this.fs, fd, content, 0);
        if (length > content.length) this.fs.ftruncateSync(fd, length);
        if (this.durability === "power") this.fs.fsyncSync(fd);
      } finally {
        this.fs.closeSync(fd);
      }
      // To change it costs more than to look.
      if (mode !== undefined && this.fs.statSync(temporary).mode !== mode)
        this.fs.chmodSync(temporary, Number(mode) & 0o7777);
    } catch (error) {
      this.#unlinkQuietly(temporary);
      throw error;
    }
    return temporary;
  }

  async #naming(temporary: string, path: string, work: () => void | Promise<void>): Promise<void> {
    try {
      await this.#inFolder(path, work);
    } catch (error) {
      this.#unlinkQuietly(temporary);
      throw error;
    }
  }

  #unlinkQuietly(path: string): void {
    try {
      this.fs.unlinkSync(path);
    } catch {
      // The next writer that takes over from a dead one removes it.
    }
  }

  /** Makes a file; where its folder is not there, once more after that is made. Other writers remove empty folders. */
  async #inFolder<T>(path: string, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (systemErrorCode(error) !== "ENOENT") throw error;
    }
    const folder = parentOf(path);
    await this.fs.promises.mkdir(folder, { recursive: true });
    // Those above it may be new, too, up to the folder of the hierarchy, whose name is in yet another one.
    for (let name = folder; name.length >= this.folder.length; name = parentOf(name))
      await this.#syncNames(name);
    return work();
  }

  /** Waits until the names in the folder of a path are on the medium, where that was asked for. */
  async #syncNames(path: string): Promise<void> {
    if (this.durability === "power") await syncDirectory(this.fs, parentOf(path));
  }

  async #walk(folder: string, start: string, found: ListedObject[]): Promise<void> {
    const path = folder === "" ? this.folder : this.#paths.of(folder.slice(0, -1));
    // Looked for first, because it is rarely there, and an error costs more.
    if (!this.fs.existsSync(path)) return;
    let entries: Awaited<ReturnType<typeof folderEntries>>;
    try {
      entries = await folderEntries(this.fs, path);
    } catch (error) {
      if (folder === "" && systemErrorCode(error) === "ENOTDIR") throw noFolder();
      if (isMissing(error)) return;
      throw error;
    }
    for (const { name, kind } of entries) {
      if (!name.startsWith(start)) continue;
      if (kind === "folder") await this.#walk(`${folder}${name}/`, "", found);
      // A link in a folder that came from elsewhere may lead anywhere, so it is no object.
      else if (kind === "file") found.push({ key: folder + name });
    }
  }

  /** Removes what a writer that died has not finished. Folders of its own go with the lock, where they are empty then. */
  async #clearUnfinished(folder = this.folder): Promise<void> {
    if (!this.fs.existsSync(folder)) return;
    for (const { name, kind } of await folderEntries(this.fs, folder)) {
      const path = `${folder}/${name}`;
      if (folder === this.folder && isTemporaryName(name, TEMPORARY_OF)) this.fs.unlinkSync(path);
      else if (kind === "folder" && (folder !== this.folder || name === RESERVED)) {
        this.#emptied.add(path);
        await this.#clearUnfinished(path);
      }
    }
  }

  /** Removes the folders that something was removed in, where they are empty now. */
  async #prune(): Promise<void> {
    for (const emptied of [...this.#emptied].sort((a, b) => b.length - a.length))
      for (let folder = emptied; folder.length >= this.folder.length; ) {
        try {
          await this.fs.promises.rmdir(folder);
        } catch {
          break; // not empty, or in use: it does no harm
        }
        folder = folder.slice(0, folder.lastIndexOf("/"));
      }
    this.#emptied.clear();
  }
}

function endOf(size: number, suffix: number): { offset: number; length: number } {
  const length = Math.min(size, suffix);
  return { offset: size - length, length };
}

/** Undefined for a file that is so new that the next one may look the same. */
function versionOf(stats: SyncFileStats | undefined): string | undefined {
  if (stats?.ino === undefined || stats.mtimeMs === undefined) return undefined;
  const { ino, size, mtimeMs, ctimeMs = mtimeMs } = stats;
  return isNew(stats) ? undefined : `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

function isNew({ mtimeMs = 0, ctimeMs = mtimeMs }: SyncFileStats): boolean {
  return Date.now() - Math.max(mtimeMs, ctimeMs) <= TIME_RESOLUTION_MS;
}

function noFolder(): IncompatibleFileManagerException {
  return new IncompatibleFileManagerException("it is a file, not a folder with a Zarr hierarchy");
}

/** Gives a file another name; the first one is gone where the file system has no hard links. */
async function linkNew(fs: FileSystem, existing: string, path: string): Promise<void> {
  if (fs.linkSync !== undefined) {
    fs.linkSync(existing, path);
    return;
  }
  // The name is created first, then replaced.
  fs.closeSync(fs.openSync(path, "wx"));
  fs.renameSync(existing, path);
}
