import {
  FileStorageException,
  IncompatibleFileManagerException,
  isTVBException,
  MissingDataFileException,
} from "@tvb-storage/errors";
import {
  checkPath,
  type Logger,
  nameInError,
  quoted,
  systemErrorCode,
  throwIfAborted,
} from "@tvb-storage/files";
import { DATA_VERSION_KEY } from "@tvb-storage/files/internal";
import { checkBlockSource, isBlockSource } from "./blocks.js";
import {
  checkCharacters,
  checkCompression,
  checkGrowable,
  checkStringLength,
  checkType,
  checkWritable,
} from "./check-supported.js";
import {
  checkAttributes,
  checkMetadataKey,
  decodeMetadata,
  encodeMetadata,
  placeholderWarning,
} from "./metadata.js";
import { type NormalizedInput, normalizeInput } from "./ndarray.js";
import type { ArrayInput, NDArray } from "./ndarray-type.js";
import { datasetPath, nodePath, type PathStyle } from "./node-path.js";
import { type OpenStream, streamRegions } from "./open-stream.js";
import { checkOptions, type OptionsByMethod } from "./options.js";
import { selectionWindow } from "./selection-window.js";
import type { BackendCapabilities } from "./storage-backend.js";
import type {
  AppendOptions,
  BlockSource,
  DataBlock,
  GetOptions,
  Metadata,
  MetadataInput,
  MetadataOptions,
  MetadataReadOptions,
  MetadataValue,
  NodeInfo,
  NodeOptions,
  RemoveMetadataOptions,
  StorageManager,
  StoreOptions,
  StreamOptions,
} from "./storage-manager.js";

/** What a manager gives to the class that it extends. */
export interface ManagerOptions {
  readonly supports: BackendCapabilities;
  readonly logger?: Logger | undefined;
  /** Default `"joined"`. */
  readonly pathStyle?: PathStyle;
}

/** What is at the path of a manager; "closed" is what may not be looked at. */
export type FileState = "valid" | "missing" | "foreign" | "closed";

/**
 * A storage manager whose public methods check all that they are given, and hand it to protected ones: paths are
 * absolute, options known, data arrays. One thing is left to `_storeData` and `_appendData`: they refuse a new dataset
 * of a type that is not in `supports.dtypes` (plain numbers come as float64), since an existing dataset may take the
 * data. Whatever is thrown names the file and the node afterwards. The protected methods are called before the public
 * one returns, so that calls keep their order.
 */
export abstract class AbstractStorageManager implements StorageManager {
  readonly path: string;
  readonly #options: ManagerOptions;

  /** @throws FileStructureException a path that is none. */
  protected constructor(path: string, options: ManagerOptions) {
    checkPath(path, "the path of a storage file");
    this.path = path;
    this.#options = options;
  }

  get supports(): BackendCapabilities {
    return this.#options.supports;
  }

  /** What is at the path. */
  protected abstract _fileState(): Promise<FileState>;
  /** Stores a whole dataset, new or over one of the same shape. The array may be the caller's (`input.shared`) until the call is done. */
  protected abstract _storeData(path: string, input: NormalizedInput, options: StoreOptions): Promise<void>;
  /** The same from blocks; `source` is checked, its blocks are not. */
  protected abstract _storeBlocks(path: string, source: BlockSource, options: StoreOptions): Promise<void>;
  /** Adds rows. To be copied (`ownedInput`) before anything is waited for: the array is the caller's from then on. */
  protected abstract _appendData(path: string, input: NormalizedInput, options: AppendOptions): Promise<void>;
  /** @throws MissingDataSetException nothing is there. */
  protected abstract _getData(path: string, options: GetOptions): Promise<NDArray>;
  protected abstract _openStream(path: string, options: StreamOptions): Promise<OpenStream>;
  protected abstract _getDataShape(path: string): Promise<number[]>;
  protected abstract _removeData(path: string): Promise<void>;
  /** Sets attributes, and keeps the others. Resolves to whether the node was missing, and a placeholder was made. */
  protected abstract _setAttributes(path: string, attributes: ReadonlyMap<string, NDArray>): Promise<boolean>;
  protected abstract _getAttributes(
    path: string,
    options: MetadataReadOptions,
  ): Promise<Iterable<readonly [name: string, value: NDArray]>>;
  /** Makes a group, and those that it is in; does nothing where it is there. To be overridden where groups can be empty. */
  protected async _createGroup(path: string): Promise<void> {
    throw new FileStorageException(`${path} cannot be created: this backend has no empty groups`);
  }
  protected abstract _removeMetadata(
    path: string,
    key: string,
    options: RemoveMetadataOptions,
  ): Promise<void>;
  protected abstract _listNodes(path: string, depth: number): Promise<NodeInfo[]>;
  protected abstract _closeFile(): Promise<void>;

  isValidTvbFile(): Promise<boolean> {
    return this.#call(nodePath, "node", "", undefined, async () => (await this._fileState()) === "valid");
  }

  storeData(data: ArrayInput | BlockSource, datasetName: string, options?: StoreOptions): Promise<void> {
    return this.#call(datasetPath, "store", datasetName, options, (path, checked) => {
      checkWritable(this.#options.supports);
      const { dtype, signal } = checked;
      if (isBlockSource(data)) {
        checkBlockSource(data, dtype);
        checkType(this.#options.supports, data.dtype);
        checkCompression(this.#options.supports, checked);
        checkCharacters(this.#options.supports, path);
        throwIfAborted(signal, `storing ${path} in ${this.path}`);
        return this._storeBlocks(path, data, checked);
      }
      const input = this.#input(data, path, checked);
      throwIfAborted(signal, `storing ${path} in ${this.path}`);
      return this._storeData(path, input, checked);
    });
  }

  appendData(data: ArrayInput, datasetName: string, options?: AppendOptions): Promise<void> {
    return this.#call(datasetPath, "append", datasetName, options, (path, checked) => {
      checkWritable(this.#options.supports);
      const input = this.#input(data, path, checked);
      checkGrowable(this.#options.supports, input.array, checked.growDimension ?? -1);
      return this._appendData(path, input, checked);
    });
  }

  getData(datasetName: string, options: GetOptions & { ignoreErrors: true }): Promise<NDArray | null>;
  getData(datasetName: string, options?: GetOptions): Promise<NDArray>;
  getData(datasetName: string, options?: GetOptions): Promise<NDArray | null> {
    return this.#call(datasetPath, "get", datasetName, options, (path, checked) => {
      throwIfAborted(checked.signal, `reading ${path} of ${this.path}`);
      const read: Promise<NDArray | null> = this._getData(path, checked);
      if (checked.ignoreErrors !== true) return read;
      return read.catch((error: unknown) => {
        if (isTVBException(error, "MISSING_DATASET")) return null;
        throw error;
      });
    });
  }

  streamData(datasetName: string, options?: StreamOptions): AsyncGenerator<DataBlock> {
    // Options are read now, though the stream begins, or rejects, with its first block.
    let read: () => StreamOptions;
    try {
      const checked = checkOptions("stream", options);
      read = () => checked;
    } catch (error) {
      read = () => {
        throw error;
      };
    }
    return this.#streamAs(datasetName, read);
  }

  async *#streamAs(datasetName: string, read: () => StreamOptions): AsyncGenerator<DataBlock> {
    try {
      const checked = read();
      yield* this.#stream(datasetPath(checked.where, datasetName, this.#options.pathStyle), checked);
    } catch (error) {
      throw nameInError(error, this.path, datasetName);
    }
  }

  /** The file is the caller's alone while a block is read, not between two of them. */
  async *#stream(path: string, options: StreamOptions): AsyncGenerator<DataBlock> {
    const { selection, signal } = options;
    const what = `streaming ${path} of ${this.path}`;
    throwIfAborted(signal, what);
    const stream = await this._openStream(path, options);
    try {
      for (const region of streamRegions(stream, options)) {
        throwIfAborted(signal, what);
        const block = await stream.read(selectionWindow(selection, stream.selection, region));
        yield { offset: region.offset, block };
      }
    } finally {
      await stream.close?.();
    }
  }

  getDataShape(datasetName: string, options?: NodeOptions): Promise<number[]> {
    return this.#call(datasetPath, "node", datasetName, options, (path) => this._getDataShape(path));
  }

  removeData(datasetName: string, options?: NodeOptions): Promise<void> {
    return this.#call(datasetPath, "node", datasetName, options, (path) => {
      checkWritable(this.#options.supports);
      if (!this.#options.supports.removal) throw new FileStorageException("this backend does not remove");
      return this._removeData(path);
    });
  }

  setMetadata(
    metadata: Record<string, MetadataInput>,
    datasetName = "",
    options?: MetadataOptions,
  ): Promise<void> {
    return this.#call(nodePath, "metadata", datasetName, options, async (path, { tvbSpecificMetadata }) => {
      checkWritable(this.#options.supports);
      const attributes = encodeMetadata(metadata, tvbSpecificMetadata);
      checkCharacters(this.#options.supports, path, attributes);
      const isMade = await this._setAttributes(path, attributes);
      if (isMade) this.#options.logger?.warn(placeholderWarning(this.path, path));
    });
  }

  getMetadata(datasetName = "", options?: MetadataReadOptions): Promise<Metadata> {
    return this.#call(nodePath, "readMetadata", datasetName, options, async (path, checked) =>
      decodeMetadata(await this._getAttributes(path, checked)),
    );
  }

  getAttributes(datasetName = "", options?: MetadataReadOptions): Promise<Map<string, NDArray>> {
    return this.#call(
      nodePath,
      "readMetadata",
      datasetName,
      options,
      async (path, checked) => new Map(await this._getAttributes(path, checked)),
    );
  }

  setAttributes(
    attributes: ReadonlyMap<string, NDArray>,
    datasetName = "",
    options?: NodeOptions,
  ): Promise<void> {
    return this.#call(nodePath, "node", datasetName, options, async (path) => {
      checkWritable(this.#options.supports);
      const checked = checkAttributes(attributes);
      checkCharacters(this.#options.supports, path, checked);
      // A node that is missing would be made, as the original's metadata does.
      await this._getAttributes(path, { skipUnreadable: true });
      await this._setAttributes(path, checked);
    });
  }

  createGroup(groupName: string, options?: NodeOptions): Promise<void> {
    return this.#call(nodePath, "node", groupName, options, (path) => {
      checkWritable(this.#options.supports);
      checkCharacters(this.#options.supports, path);
      return this._createGroup(path);
    });
  }

  removeMetadata(key: string, datasetName = "", options?: RemoveMetadataOptions): Promise<void> {
    return this.#call(nodePath, "removeMetadata", datasetName, options, (path, checked) => {
      checkWritable(this.#options.supports);
      checkMetadataKey(key);
      return this._removeMetadata(path, key, checked);
    });
  }

  getFileDataVersion(
    attribute = DATA_VERSION_KEY,
    datasetName = "",
    options?: NodeOptions,
  ): Promise<MetadataValue> {
    return this.#call(nodePath, "node", datasetName, options, async (path) => {
      checkMetadataKey(attribute);
      const metadata = decodeMetadata(await this.#versionAttributes(path));
      // Own properties only: an attribute may be called "constructor".
      const version = Object.hasOwn(metadata, attribute) ? metadata[attribute] : undefined;
      if (version !== undefined) return version;
      throw new IncompatibleFileManagerException(
        `${path} has no attribute ${quoted(attribute)} that gives its version`,
      );
    });
  }

  /** A file that is there, but not one of this manager, is of another. */
  async #versionAttributes(path: string): ReturnType<AbstractStorageManager["_getAttributes"]> {
    try {
      return await this._getAttributes(path, { skipUnreadable: true });
    } catch (error) {
      if (!isTVBException(error, "FILE_STRUCTURE")) throw error;
      const state = causeOf(error) ?? (await this._fileState());
      if (state === "missing")
        throw new MissingDataFileException(`there is no file ${this.path}`, { cause: error });
      if (state !== "foreign") throw error;
      throw new IncompatibleFileManagerException(
        `${this.path} is not a file of this storage manager: ${error.message}`,
        { cause: error },
      );
    }
  }

  listNodes(options?: NodeOptions & { depth?: number }): Promise<NodeInfo[]> {
    return this.#call(nodePath, "list", "", options, (path, { depth = Number.POSITIVE_INFINITY }) =>
      this._listNodes(path, depth),
    );
  }

  closeFile(): Promise<void> {
    return this.#call(nodePath, "node", "", undefined, () => this._closeFile());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.closeFile();
  }

  /** Data that can be stored, in a type that the backend stores or in one that an existing dataset may take. */
  #input(data: ArrayInput, path: string, options: StoreOptions | AppendOptions): NormalizedInput {
    const { supports } = this.#options;
    const { dtype, stringLength } = options;
    const input = normalizeInput(data, dtype === undefined ? {} : { dtype });
    checkCompression(supports, options);
    checkCharacters(supports, path, [["", input.array]]);
    checkStringLength(input.array, stringLength);
    return input;
  }

  /** Runs a call with checked options and its path; whatever is thrown names the file and the node. */
  async #call<K extends keyof OptionsByMethod, T>(
    pathOf: typeof nodePath,
    method: K,
    datasetName: string,
    options: OptionsByMethod[K] | undefined,
    work: (path: string, checked: OptionsByMethod[K]) => T | Promise<T>,
  ): Promise<T> {
    try {
      const checked = checkOptions(method, options);
      return await work(pathOf(checked.where, datasetName, this.#options.pathStyle), checked);
    } catch (error) {
      throw nameInError(error, this.path, datasetName);
    }
  }
}

/** What an error says of the file at the moment of the call: it may have been made or changed since. */
function causeOf({ cause }: Error): FileState | undefined {
  if (isTVBException(cause, "MISSING_DATA_FILE") || systemErrorCode(cause) === "ENOENT") return "missing";
  return isTVBException(cause, "INCOMPATIBLE_FILE_MANAGER") ? "foreign" : undefined;
}
