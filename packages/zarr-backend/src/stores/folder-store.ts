import { FileStorageException, IncompatibleFileManagerException } from "@tvb-storage/errors";
import {
  acquireWriterLock,
  type FileHandle,
  type FileSystem,
  folderEntries,
  pathStats,
  replaceFile,
  systemErrorCode,
} from "@tvb-storage/files";
import { readAll, temporaryName, writeAll } from "@tvb-storage/files/internal";
import {
  type ByteRange,
  type ListedObject,
  type ListOptions,
  type ObjectStore,
  partOf,
  type ReadOptions,
  type RequestOptions,
  type StoredObject,
  type StoreLock,
} from "./object-store.js";

/** Bytes for which a file of unknown size is asked at once. */
const FIRST_READ_BYTES = 64 * 1024;

/** Where only the writer that has the lock puts anything. */
const PRIVATE = ".tvb";

/** A file that was to be renamed to what it is beside, when its writer died. */
function isUnfinished(name: string): boolean {
  return name.startsWith(".") && name.endsWith(".tmp");
}

/**
 * The files in a folder, by their paths in it. A put writes a file beside and renames it. It survives the death of the
 * process, not a power cut: that would take a flush for each chunk.
 */
export class FolderStore implements ObjectStore {
  readonly label: string;
  readonly hasFolders = true;
  /** Folders that were made, or found. */
  readonly #made = new Set<string>();
  readonly #withoutLinks = new Set<string>();

  constructor(
    private readonly fs: FileSystem,
    private readonly folder: string,
  ) {
    this.label = folder;
  }

  async get(key: string, { into }: ReadOptions = {}): Promise<StoredObject | undefined> {
    const bytes = await this.#read(key, (handle, size) =>
      into !== undefined && into.length === size ? readPart(handle, 0, size, into) : readWhole(handle, size),
    );
    return bytes && { bytes };
  }

  getRange(key: string, range: ByteRange, { into }: ReadOptions = {}): Promise<Uint8Array | undefined> {
    return this.#read(key, async (handle, size) => {
      if ("length" in range) return readPart(handle, range.offset, range.length, into);
      // Where a file system does not tell the size, all of it is read.
      if (size === undefined) return partOf(await readWhole(handle, size), range);
      return readPart(handle, Math.max(0, size - range.suffix), Math.min(size, range.suffix));
    });
  }

  async list(prefix: string, { withSizes = false }: ListOptions = {}): Promise<ListedObject[]> {
    const end = prefix.lastIndexOf("/") + 1;
    const found: ListedObject[] = [];
    await this.#walk(prefix.slice(0, end), prefix.slice(end), found);
    if (!withSizes) return found;
    const sized: ListedObject[] = [];
    for (const { key } of found) {
      const stats = await pathStats(this.fs, `${this.folder}/${key}`);
      // One that went meanwhile is not there.
      if (stats?.kind === "file") sized.push({ key, size: stats.size });
    }
    return sized;
  }

  async put(key: string, content: Uint8Array): Promise<undefined> {
    await this.#inFolder(key, (path) => replaceFile(this.fs, path, content, { sync: false }));
    return undefined; // the lock keeps other writers away
  }

  async putIfAbsent(key: string, content: Uint8Array): Promise<{ version?: string } | undefined> {
    return this.#inFolder(key, async (path) => {
      // Written beside and linked, so that nobody sees a part of it.
      const temporary = temporaryName(path);
      const put = await this.#writeNew(temporary, content).then(async () => {
        try {
          await (this.fs.promises.link ?? linkByCreating(this.fs))(temporary, path);
          return {};
        } catch (error) {
          if (systemErrorCode(error) !== "EEXIST") throw error;
          return undefined;
        }
      });
      await this.fs.promises.unlink(temporary).catch(() => undefined);
      return put;
    });
  }

  async delete(key: string): Promise<void> {
    try {
      await this.fs.promises.unlink(this.#pathOf(key));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    await this.#prune(key);
  }

  async lock(_prefix: string, { signal }: RequestOptions = {}): Promise<StoreLock> {
    const lock = await acquireWriterLock(this.fs, this.folder, signal && { signal });
    // Nobody else puts anything there now: what is unfinished is of a writer that died.
    try {
      await this.#clearUnfinished(PRIVATE);
    } catch (error) {
      lock.release();
      throw error;
    }
    return {
      tookOver: lock.tookOver,
      assertHeld: () => lock.assertHeld(),
      release: (isUnfinished) => {
        if (isUnfinished === true) lock.leaveForRecovery();
        lock.release();
      },
    };
  }

  /** @throws IncompatibleFileManagerException the path is no folder. */
  async checkFolder(): Promise<void> {
    const stats = await pathStats(this.fs, this.folder, { followLinks: true });
    if (stats !== undefined && stats.kind !== "folder")
      throw new IncompatibleFileManagerException("it is a file, not a folder with a Zarr hierarchy");
  }

  /**
   * The path of a file or folder in it.
   *
   * @throws FileStorageException a link leads there: a hierarchy from elsewhere must not show what is outside of it.
   */
  #pathOf(key: string): string {
    const path = `${this.folder}/${key}`;
    if (this.fs.lstatSync === undefined) return path;
    for (let end = this.folder.length; end >= 0; end = path.indexOf("/", end + 1)) {
      const folder = path.slice(0, end);
      // The folder itself may be one: that is how its user calls it.
      if (end === this.folder.length || this.#withoutLinks.has(folder)) continue;
      this.#refuseLink(folder);
      this.#withoutLinks.add(folder);
    }
    this.#refuseLink(path);
    return path;
  }

  #refuseLink(path: string): void {
    let isLink = false;
    try {
      isLink = this.fs.lstatSync?.(path).isSymbolicLink() === true;
    } catch {
      // What is not there is no link; what else is wrong, the call that follows says.
    }
    if (isLink)
      throw new FileStorageException(
        `${path} is a symbolic link, and links in a hierarchy are not followed; put the file itself there`,
      );
  }

  async #read(
    key: string,
    work: (handle: FileHandle, size: number | undefined) => Promise<Uint8Array>,
  ): Promise<Uint8Array | undefined> {
    let handle: FileHandle;
    try {
      handle = await this.fs.promises.open(this.#pathOf(key), "r");
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    try {
      const stats = await handle.stat?.();
      // A folder can be opened, too.
      if (stats?.isDirectory() === true) return undefined;
      return await work(handle, stats && Number(stats.size));
    } catch (error) {
      if (systemErrorCode(error) === "EISDIR") return undefined;
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** Runs `work` in the folder of a key, which another writer may remove while it is empty. */
  async #inFolder<T>(key: string, work: (path: string) => Promise<T>): Promise<T> {
    const path = this.#pathOf(key);
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (this.#made.has(folder)) {
      try {
        return await work(path);
      } catch (error) {
        if (systemErrorCode(error) !== "ENOENT") throw error;
      }
    }
    await this.fs.promises.mkdir(folder, { recursive: true });
    this.#made.add(folder);
    return work(path);
  }

  async #writeNew(path: string, content: Uint8Array): Promise<void> {
    const handle = await this.fs.promises.open(path, "wx");
    try {
      await writeAll(handle, content, 0);
    } finally {
      await handle.close();
    }
  }

  async #walk(folder: string, start: string, found: ListedObject[]): Promise<void> {
    let entries: Awaited<ReturnType<typeof folderEntries>>;
    try {
      entries = await folderEntries(this.fs, this.#pathOf(folder));
    } catch (error) {
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

  /** Removes unfinished files in a folder, and folders that are empty then. */
  async #clearUnfinished(folder: string): Promise<void> {
    const path = this.#pathOf(folder);
    if ((await pathStats(this.fs, path))?.kind !== "folder") return;
    for (const { name, kind } of await folderEntries(this.fs, path)) {
      if (kind === "folder") await this.#clearUnfinished(`${folder}/${name}`);
      else if (isUnfinished(name)) await this.fs.promises.unlink(`${path}/${name}`);
    }
    await this.fs.promises.rmdir(path).catch(() => undefined); // not empty: the intent is there
  }

  /** Removes the folders that a key was in, where they are empty now. */
  async #prune(key: string): Promise<void> {
    for (let end = key.lastIndexOf("/"); ; end = key.lastIndexOf("/", end - 1)) {
      const folder = end > 0 ? this.#pathOf(key.slice(0, end)) : this.folder;
      try {
        await this.fs.promises.rmdir(folder);
        this.#made.delete(folder);
      } catch {
        return; // not empty, or in use: it does no harm
      }
      if (end <= 0) return;
    }
  }
}

async function readWhole(handle: FileHandle, size = FIRST_READ_BYTES - 1): Promise<Uint8Array> {
  // One byte more than there should be shows that the file ends there.
  for (let room = size + 1; ; room = Math.max(FIRST_READ_BYTES, 2 * room)) {
    const bytes = new Uint8Array(room);
    const length = await readAll(handle, bytes, 0);
    if (length < room) return bytes.subarray(0, length);
  }
}

/** @param into Where it is to go, of this length. */
async function readPart(
  handle: FileHandle,
  offset: number,
  length: number,
  into?: Uint8Array,
): Promise<Uint8Array> {
  const bytes = into ?? new Uint8Array(length);
  return bytes.subarray(0, await readAll(handle, bytes, offset));
}

function isMissing(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}

/** For a file system without hard links: the name is created first, then replaced. */
function linkByCreating(fs: FileSystem): (existing: string, path: string) => Promise<void> {
  return async (existing, path) => {
    await (await fs.promises.open(path, "wx")).close();
    await fs.promises.rename(existing, path);
  };
}
