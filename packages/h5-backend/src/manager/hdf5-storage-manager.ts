import {
  type AppendOptions,
  type ArrayInput,
  type BlockSource,
  BOOL_VALUE_PREFIX,
  checkMetadataKey,
  checkOptions,
  DATE_TIME_FORMAT,
  DATETIME_VALUE_PREFIX,
  type DataBlock,
  datasetPath,
  encodeMetadata,
  type GetOptions,
  type Metadata,
  type MetadataInput,
  type MetadataOptions,
  type MetadataReadOptions,
  type MetadataValue,
  type NDArray,
  type NodeInfo,
  type NodeOptions,
  nodePath,
  normalizeInput,
  ownedInput,
  type PathStyle,
  placeholderWarning,
  type RemoveMetadataOptions,
  type StorageManager,
  type StoreOptions,
  type StreamOptions,
  serializeBool,
  TVB_ATTRIBUTE_PREFIX,
} from "@tvb-storage/core";
import {
  FileStructureException,
  IncompatibleFileManagerException,
  isTVBException,
  MissingDataFileException,
} from "@tvb-storage/errors";
import {
  fileLocks,
  type Logger,
  nameInError,
  quoted,
  type SyncFileSystem,
  systemErrorCode,
  throwIfAborted,
} from "@tvb-storage/files";
import { representation } from "@tvb-storage/hdf5/internal";
import { checkRows, openAppends } from "../operations/append-data.js";
import { readShape } from "../operations/array-axes.js";
import { listNodes } from "../operations/list-nodes.js";
import { getMetadata, removeMetadata, setMetadata } from "../operations/metadata.js";
import { readableOf, readData, readShortData, selectionOf } from "../operations/read-data.js";
import { removeData } from "../operations/remove-data.js";
import { checkFixedTexts, checkStoreInput, storeData } from "../operations/store-data.js";
import type { FileView } from "../session/file-view.js";
import { StreamedDataset } from "../session/streamed-dataset.js";
import { VERSION_ATTRIBUTE } from "../session/write-session.js";
import { FileAccess } from "./file-access.js";
import { type H5Options, resolveOptions } from "./options.js";
import { streamData } from "./stream-data.js";

/** `Data_version`: the key that `TVB_Data_version` is read by. */
const VERSION_KEY = VERSION_ATTRIBUTE.slice(TVB_ATTRIBUTE_PREFIX.length);

/**
 * An HDF5 file as The Virtual Brain stores it: the original's
 * `HDF5StorageManager`. Every call that closes the file commits it: wholly, or
 * not at all. See `StorageManager` for what each method does and throws.
 */
export class HDF5StorageManager implements StorageManager {
  static readonly ROOT_NODE_PATH = "/";
  static readonly TVB_ATTRIBUTE_PREFIX: "TVB_" = TVB_ATTRIBUTE_PREFIX;
  static readonly BOOL_VALUE_PREFIX: "bool:" = BOOL_VALUE_PREFIX;
  static readonly DATETIME_VALUE_PREFIX: "datetime:" = DATETIME_VALUE_PREFIX;
  static readonly DATE_TIME_FORMAT: string = DATE_TIME_FORMAT;

  /** The files on the disk that this process uses now, and whether a call runs on them. */
  static get LOCKS(): ReadonlyMap<string, { readonly locked: boolean }> {
    return fileLocks();
  }

  /** As the original stores booleans in attributes: `bool:True`, `bool:False`. */
  static serializeBool(value: boolean): string {
    return serializeBool(value);
  }

  readonly path: string;
  readonly #fs: SyncFileSystem;
  readonly #file: FileAccess;
  readonly #pathStyle: PathStyle;
  readonly #logger: Logger | undefined;

  /**
   * Does not touch the file yet.
   *
   * @throws FileStructureException an empty path, or an option that cannot be.
   */
  constructor(storageFullName: string, options: H5Options = {}) {
    if (typeof storageFullName !== "string" || storageFullName === "" || storageFullName.includes("\0")) {
      throw new FileStructureException(
        `a storage file needs a path, such as "data.h5"; found ${quoted(storageFullName)}`,
      );
    }
    const { fs, file, pathStyle } = resolveOptions(options);
    this.path = storageFullName;
    this.#fs = fs;
    this.#pathStyle = pathStyle;
    this.#logger = file.logger;
    this.#file = new FileAccess(fs, storageFullName, file);
  }

  async isValidTvbFile(): Promise<boolean> {
    try {
      return await this.#file.read((view) => view.structure.object(view.structure.root).kind === "group", {
        keepOpen: false,
      });
    } catch (error) {
      if (isTVBException(error)) return false;
      throw error;
    }
  }

  storeData(data: ArrayInput | BlockSource, datasetName: string, options?: StoreOptions): Promise<void> {
    return this.#about(datasetName, async () => {
      const checked = checkOptions("store", options);
      const path = this.#datasetPath(checked.where, datasetName);
      const input = checkStoreInput(data, checked);
      const { signal } = checked;
      throwIfAborted(signal, `storing ${path} in ${this.path}`);
      const store = (view: FileView) => storeData(view, path, input, checked);
      if ("source" in input) await this.#file.changeSlowly(store, signal);
      else await this.#file.change(store, { create: true, signal });
    });
  }

  appendData(data: ArrayInput, datasetName: string, options?: AppendOptions): Promise<void> {
    return this.#about(datasetName, async () => {
      const checked = checkOptions("append", options);
      const path = this.#datasetPath(checked.where, datasetName);
      const input = normalizeInput(data, checked.dtype === undefined ? {} : { dtype: checked.dtype });
      checkRows(input, checked.growDimension ?? -1);
      checkFixedTexts(input.array, checked);
      const keepOpen = checked.closeFile === false;
      const axis = checked.growDimension ?? -1;
      if (keepOpen && this.#file.appendNow((session) => session.buffer(path, input, axis))) return;
      // The call waits for its turn, and the caller need not.
      const owned = ownedInput(input);
      await this.#file.append(async (session) => {
        const appends = await session.appendsTo(path, (view) => openAppends(view, path, owned, checked));
        await appends.append(owned);
      }, keepOpen);
    });
  }

  getData(datasetName: string, options: GetOptions & { ignoreErrors: true }): Promise<NDArray | null>;
  getData(datasetName: string, options?: GetOptions): Promise<NDArray>;
  async getData(datasetName: string, options?: GetOptions): Promise<NDArray | null> {
    let mayBeMissing = false;
    try {
      const checked = checkOptions("get", options);
      mayBeMissing = checked.ignoreErrors === true;
      const path = this.#datasetPath(checked.where, datasetName);
      const keepOpen = checked.closeFile === false;
      if (checked.onProgress === undefined && checked.signal?.aborted !== true) {
        const readShort = (view: FileView) => {
          const part = partOf(view, path, checked);
          return readShortData(part.view, part.readable, part.selection);
        };
        const found = this.#file.readNow(readShort, { keepOpen });
        if (found !== undefined) return found;
      }
      const read = (view: FileView) => {
        const part = partOf(view, path, checked);
        return readData(part.view, part.readable, part.selection, checked);
      };
      return await this.#file.read(read, { keepOpen });
    } catch (error) {
      const named = nameInError(error, this.path, datasetName);
      if (mayBeMissing && isTVBException(named, "MISSING_DATASET")) return null;
      throw named;
    }
  }

  async *streamData(datasetName: string, options?: StreamOptions): AsyncGenerator<DataBlock> {
    try {
      const checked = checkOptions("stream", options);
      yield* streamData(this.#fs, this.#file, this.#datasetPath(checked.where, datasetName), checked);
    } catch (error) {
      throw nameInError(error, this.path, datasetName);
    }
  }

  getDataShape(datasetName: string, options?: NodeOptions): Promise<number[]> {
    return this.#about(datasetName, async () => {
      const { where } = checkOptions("node", options);
      const path = this.#datasetPath(where, datasetName);
      const shape = (view: FileView): number[] => {
        const there = view.follow(path);
        const dataset = there.view.dataset(there.path);
        return [...readShape(dataset, representation(dataset.type))];
      };
      return this.#readOnce(shape);
    });
  }

  removeData(datasetName: string, options?: NodeOptions): Promise<void> {
    return this.#about(datasetName, async () => {
      const { where } = checkOptions("node", options);
      const path = this.#datasetPath(where, datasetName);
      const remove = (view: FileView): void =>
        StreamedDataset.noteFreed(this.#fs, view.label, removeData(view, path));
      await this.#file.change(remove, { create: false });
    });
  }

  setMetadata(
    metadata: Record<string, MetadataInput>,
    datasetName = "",
    options?: MetadataOptions,
  ): Promise<void> {
    return this.#about(datasetName, async () => {
      const { where, tvbSpecificMetadata } = checkOptions("metadata", options);
      const path = nodePath(where, datasetName, this.#pathStyle);
      const encoded = encodeMetadata(metadata, tvbSpecificMetadata);
      const isMade = await this.#file.change((view) => setMetadata(view, path, encoded), { create: true });
      if (isMade) this.#logger?.warn(placeholderWarning(this.path, path));
    });
  }

  getMetadata(datasetName = "", options?: MetadataReadOptions): Promise<Metadata> {
    return this.#about(datasetName, async () => {
      const { where, skipUnreadable } = checkOptions("readMetadata", options);
      const path = nodePath(where, datasetName, this.#pathStyle);
      return this.#readOnce((view) => getMetadata(view, path, skipUnreadable === true));
    });
  }

  removeMetadata(key: string, datasetName = "", options?: RemoveMetadataOptions): Promise<void> {
    return this.#about(datasetName, async () => {
      const checked = checkOptions("removeMetadata", options);
      const path = nodePath(checked.where, datasetName, this.#pathStyle);
      checkMetadataKey(key);
      await this.#file.change((view) => removeMetadata(view, path, key, checked), { create: false });
    });
  }

  getFileDataVersion(
    attribute: string = VERSION_KEY,
    datasetName = "",
    options?: NodeOptions,
  ): Promise<MetadataValue> {
    return this.#about(datasetName, async () => {
      const { where } = checkOptions("node", options);
      const path = nodePath(where, datasetName, this.#pathStyle);
      checkMetadataKey(attribute);
      const metadata = await this.#readVersionMetadata(path);
      const version = Object.hasOwn(metadata, attribute) ? metadata[attribute] : undefined;
      if (version !== undefined) return version;
      throw new IncompatibleFileManagerException(
        `${this.path}: ${path} has no attribute "${attribute}" that tells its version`,
      );
    });
  }

  /** A file that is there but not readable as HDF5 is of another manager. */
  async #readVersionMetadata(path: string): Promise<Metadata> {
    try {
      return await this.#readOnce((view) => getMetadata(view, path, true));
    } catch (error) {
      if (isTVBException(error, "FILE_STRUCTURE") && !this.#fs.existsSync(this.path))
        throw new MissingDataFileException(`there is no file ${this.path}`, { cause: error });
      if (!isTVBException(error, "FILE_STRUCTURE") || isDenied(error.cause)) throw error;
      throw new IncompatibleFileManagerException(
        `${this.path} is not a file of this storage manager: ${error.message}`,
        { cause: error },
      );
    }
  }

  listNodes(options?: NodeOptions & { depth?: number }): Promise<NodeInfo[]> {
    return this.#about("", async () => {
      const { where, depth } = checkOptions("list", options);
      const path = nodePath(where, "", this.#pathStyle);
      const levels = depth ?? Number.POSITIVE_INFINITY;
      return this.#readOnce((view) => listNodes(view, path, levels));
    });
  }

  async closeFile(): Promise<void> {
    await this.#about("", () => this.#file.close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeFile();
  }

  #datasetPath(where: string | undefined, datasetName: string): string {
    return datasetPath(where, datasetName, this.#pathStyle);
  }

  /** Reads what takes no waiting, and leaves nothing open. */
  async #readOnce<T>(work: (view: FileView) => T): Promise<T> {
    return this.#file.readNow(work, { keepOpen: false }) ?? this.#file.read(work, { keepOpen: false });
  }

  /** Runs a call; whatever it throws names the file and the dataset. */
  async #about<T>(datasetName: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw nameInError(error, this.path, datasetName);
    }
  }
}

/** What `getData` is to read, and where. */
function partOf(view: FileView, path: string, { field, selection }: GetOptions) {
  const there = view.follow(path);
  const readable = readableOf(there.view, there.view.dataset(there.path), field);
  return {
    view: there.view,
    readable,
    selection: selectionOf(readable, selection),
  };
}

function isDenied(cause: unknown): boolean {
  const code = systemErrorCode(cause);
  return code === "EACCES" || code === "EPERM";
}
