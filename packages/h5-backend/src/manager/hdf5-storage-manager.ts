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
  elementCount,
  encodeMetadata,
  fileLocks,
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
  type RemoveMetadataOptions,
  type ResolvedSelection,
  regions,
  resolveSelection,
  type Selection,
  type StorageManager,
  type StoreOptions,
  type StreamOptions,
  type SyncFileSystem,
  sameShape,
  serializeBool,
  shapeText,
  TVB_ATTRIBUTE_PREFIX,
  throwIfAborted,
} from "@tvb-storage/core";
import {
  FileStorageException,
  FileStructureException,
  IncompatibleFileManagerException,
  isTVBException,
  MissingDataFileException,
} from "@tvb-storage/errors";
import { checkRows } from "../operations/append-data.js";
import { listNodes } from "../operations/list-nodes.js";
import { getMetadata, removeMetadata, setMetadata } from "../operations/metadata.js";
import { readableOf, readData, resultItemBytes } from "../operations/read-data.js";
import { removeData } from "../operations/remove-data.js";
import { checkFixedTexts, checkStoreInput, storeData } from "../operations/store-data.js";
import { VERSION_ATTRIBUTE } from "../session/write-session.js";
import { FileAccess } from "./file-access.js";
import { type H5Options, resolveOptions } from "./options.js";

const DEFAULT_BLOCK_BYTES = 4 * 1024 * 1024;

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

  /**
   * Does not touch the file yet.
   *
   * @throws FileStructureException an empty path, or an option that cannot be.
   */
  constructor(storageFullName: string, options: H5Options = {}) {
    if (typeof storageFullName !== "string" || storageFullName === "" || storageFullName.includes("\0")) {
      throw new FileStructureException(`a storage file needs a path, not ${JSON.stringify(storageFullName)}`);
    }
    const { fs, file } = resolveOptions(options);
    this.path = storageFullName;
    this.#fs = fs;
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

  async storeData(
    data: ArrayInput | BlockSource,
    datasetName: string,
    options?: StoreOptions,
  ): Promise<void> {
    const checked = checkOptions("store", options);
    const path = datasetPath(checked.where, datasetName);
    const input = checkStoreInput(data, checked);
    throwIfAborted(checked.signal, `storing ${path} in ${this.path}`);
    await this.#file.change((view) => storeData(view, path, input, checked), {
      create: true,
      signal: checked.signal,
    });
  }

  async appendData(data: ArrayInput, datasetName: string, options?: AppendOptions): Promise<void> {
    const checked = checkOptions("append", options);
    const path = datasetPath(checked.where, datasetName);
    const input = normalizeInput(data, checked.dtype === undefined ? {} : { dtype: checked.dtype });
    checkRows(input, checked.growDimension ?? -1);
    checkFixedTexts(input.array, checked);
    await this.#file.append(
      (session) => session.target(path, input, checked).append(input),
      checked.closeFile === false,
    );
  }

  getData(datasetName: string, options: GetOptions & { ignoreErrors: true }): Promise<NDArray | null>;
  getData(datasetName: string, options?: GetOptions): Promise<NDArray>;
  async getData(datasetName: string, options?: GetOptions): Promise<NDArray | null> {
    const checked = checkOptions("get", options);
    const path = datasetPath(checked.where, datasetName);
    try {
      return await this.#file.read(
        (view) => {
          const readable = readableOf(view, view.dataset(path), checked.field);
          return readData(
            view,
            readable,
            resolveSelection(checked.selection, readable.dataset.shape),
            checked,
          );
        },
        { keepOpen: checked.closeFile === false },
      );
    } catch (error) {
      if (checked.ignoreErrors && isTVBException(error, "MISSING_DATASET")) return null;
      throw error;
    }
  }

  async *streamData(datasetName: string, options?: StreamOptions): AsyncGenerator<DataBlock> {
    const checked = checkOptions("stream", options);
    const path = datasetPath(checked.where, datasetName);
    const what = `streaming ${path} of ${this.path}`;
    throwIfAborted(checked.signal, what);
    const start = await this.#file.read(
      (view) => {
        const readable = readableOf(view, view.dataset(path), checked.field);
        const selection = resolveSelection(checked.selection, readable.dataset.shape);
        return { selection, extent: readable.dataset.shape, itemBytes: resultItemBytes(readable) };
      },
      { keepOpen: true },
    );
    try {
      const { selection, extent, itemBytes } = start;
      const counts = selection.ranges.map((range) => range.count);
      const limit = (checked.blockBytes ?? DEFAULT_BLOCK_BYTES) / itemBytes;
      for (const region of regions(counts, limit)) {
        throwIfAborted(checked.signal, what);
        const part = partOf(selection, checked.selection, region);
        const block = await this.#file.read(
          (view) => {
            const dataset = view.findDataset(path);
            if (dataset === undefined || !covers(dataset.shape, extent)) {
              const now = dataset === undefined ? "it is gone" : `its shape is ${shapeText(dataset.shape)}`;
              throw new FileStorageException(
                `${what}: the dataset of shape ${shapeText(extent)} changed meanwhile: ${now}`,
              );
            }
            return readData(view, readableOf(view, dataset, checked.field), part.selection);
          },
          { keepOpen: true },
        );
        yield { offset: part.offset, block };
      }
    } finally {
      await this.#file.closeReading();
    }
  }

  async getDataShape(datasetName: string, options?: NodeOptions): Promise<number[]> {
    const { where } = checkOptions("node", options);
    const path = datasetPath(where, datasetName);
    return this.#file.read((view) => [...view.dataset(path).shape], { keepOpen: false });
  }

  async removeData(datasetName: string, options?: NodeOptions): Promise<void> {
    const { where } = checkOptions("node", options);
    const path = datasetPath(where, datasetName);
    await this.#file.change((view) => removeData(view, path), { create: false });
  }

  async setMetadata(
    metadata: Record<string, MetadataInput>,
    datasetName = "",
    options?: MetadataOptions,
  ): Promise<void> {
    const { where, tvbSpecificMetadata } = checkOptions("metadata", options);
    const path = nodePath(where, datasetName);
    const encoded = encodeMetadata(metadata, tvbSpecificMetadata);
    await this.#file.change((view) => setMetadata(view, path, encoded), { create: true });
  }

  async getMetadata(datasetName = "", options?: MetadataReadOptions): Promise<Metadata> {
    const { where, skipUnreadable } = checkOptions("readMetadata", options);
    const path = nodePath(where, datasetName);
    return this.#file.read((view) => getMetadata(view, path, skipUnreadable === true), { keepOpen: false });
  }

  async removeMetadata(key: string, datasetName = "", options?: RemoveMetadataOptions): Promise<void> {
    const checked = checkOptions("removeMetadata", options);
    const path = nodePath(checked.where, datasetName);
    checkMetadataKey(key);
    await this.#file.change((view) => removeMetadata(view, path, key, checked), { create: false });
  }

  async getFileDataVersion(
    attribute: string = VERSION_KEY,
    datasetName = "",
    options?: NodeOptions,
  ): Promise<MetadataValue> {
    const { where } = checkOptions("node", options);
    const path = nodePath(where, datasetName);
    checkMetadataKey(attribute);
    if (!this.#fs.existsSync(this.path) && !(await this.isValidTvbFile())) {
      throw new MissingDataFileException(`there is no file ${this.path}`);
    }
    const metadata = await this.#readVersionMetadata(path);
    const version = Object.hasOwn(metadata, attribute) ? metadata[attribute] : undefined;
    if (version === undefined) {
      throw new IncompatibleFileManagerException(
        `${this.path}: ${path} has no attribute "${attribute}" that tells its version`,
      );
    }
    return version;
  }

  /** A file that is there but not readable as HDF5 is of another manager. */
  async #readVersionMetadata(path: string): Promise<Metadata> {
    try {
      return await this.#file.read((view) => getMetadata(view, path, true), { keepOpen: false });
    } catch (error) {
      const denied = isTVBException(error, "FILE_STRUCTURE") && isDenied(error.cause);
      if (denied || !isTVBException(error, "FILE_STRUCTURE")) throw error;
      throw new IncompatibleFileManagerException(
        `${this.path} is not a file of this storage manager: ${error.message}`,
        { cause: error },
      );
    }
  }

  async listNodes(options?: NodeOptions & { depth?: number }): Promise<NodeInfo[]> {
    const { where, depth } = checkOptions("list", options);
    const path = nodePath(where, "");
    return this.#file.read((view) => listNodes(view, path, depth ?? Number.POSITIVE_INFINITY), {
      keepOpen: false,
    });
  }

  async closeFile(): Promise<void> {
    await this.#file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeFile();
  }
}

function isDenied(cause: unknown): boolean {
  return (
    typeof cause === "object" &&
    cause !== null &&
    "code" in cause &&
    (cause.code === "EACCES" || cause.code === "EPERM")
  );
}

/** Whether a dataset still has all that a stream was to read. */
function covers(shape: readonly number[], extent: readonly number[]): boolean {
  return shape.length === extent.length && shape.every((length, axis) => length >= (extent[axis] ?? 0));
}

/** A region of a selection as a selection of its own, and where it lies in the result. */
function partOf(
  whole: ResolvedSelection,
  given: Selection | undefined,
  region: { offset: readonly number[]; shape: readonly number[] },
): { selection: ResolvedSelection; offset: number[] } {
  const ranges = whole.ranges.map(({ start, step }, axis) => ({
    start: start + (region.offset[axis] ?? 0) * step,
    step,
    count: region.shape[axis] ?? 0,
  }));
  const kept = whole.ranges.map((_, axis) => typeof given?.[axis] !== "number");
  const shape = region.shape.filter((_, axis) => kept[axis]);
  return {
    selection: {
      ranges,
      shape,
      whole: whole.whole && sameShape(region.shape, whole.shape) && elementCount(shape) > 0,
    },
    offset: region.offset.filter((_, axis) => kept[axis]),
  };
}
