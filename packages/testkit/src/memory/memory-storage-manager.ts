import {
  type AppendOptions,
  type ArrayInput,
  attributeName,
  type BackendOptions,
  type BlockSource,
  checkMetadataKey,
  checkOptions,
  copyArray,
  type DataBlock,
  datasetPath,
  decodeMetadata,
  encodeMetadata,
  type GetOptions,
  isBlockSource,
  itemSize,
  type Metadata,
  type MetadataInput,
  type MetadataOptions,
  type MetadataReadOptions,
  type MetadataValue,
  type NDArray,
  type NodeInfo,
  type NodeOptions,
  ndarray,
  nodePath,
  normalizeInput,
  ownedInput,
  placeholderWarning,
  type RemoveMetadataOptions,
  regions,
  resolveSelection,
  type StorageManager,
  type StoreOptions,
  type StreamOptions,
  selectElements,
  selectionWindow,
  shapeText,
} from "@tvb-storage/core";
import {
  FileStorageException,
  FileStructureException,
  IncompatibleFileManagerException,
  isTVBException,
  MissingDataFileException,
} from "@tvb-storage/errors";
import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  type Logger,
  nameInError,
  type OptionRules,
  optionRules,
  type SyncFileSystem,
  tellProgress,
  throwIfAborted,
} from "@tvb-storage/files";
import { appendable, growingAxis, newDataset, overwritten } from "./dataset-rules.js";
import { bytesOf, joinBlocks } from "./long-calls.js";
import {
  datasetAt,
  describeNodes,
  type MemoryDataset,
  nodeAt,
  withAttributes,
  withDataset,
  withoutNode,
} from "./memory-content.js";
import { MemoryFile } from "./memory-file.js";

export interface MemoryOptions extends BackendOptions {
  /** Where the marker file is; default the disk. */
  fs?: SyncFileSystem;
}

const OPTIONS: OptionRules<MemoryOptions> = {
  fs: optionRules.syncFileSystem,
  logger: optionRules.object,
  dataVersion: optionRules.wholeFrom0,
};

const DEFAULT_BLOCK_BYTES = 4 * 1024 * 1024;

/**
 * The reference of the contract: a file whose content is in this process's
 * memory, with a marker file in its place. Each method is written to be read
 * beside its row in the contract; the arrays, selections and metadata are
 * core's, as for every backend.
 */
export class MemoryStorageManager implements StorageManager {
  readonly path: string;
  readonly #file: MemoryFile;
  readonly #logger: Logger | undefined;

  constructor(path: string, given: MemoryOptions = {}) {
    const options = checkCallOptions(given, OPTIONS, "the memory backend");
    checkPath(path, "the path of a storage file");
    this.path = path;
    this.#logger = options.logger;
    this.#file = new MemoryFile(this.path, options.fs ?? defaultFileSystem(), options.dataVersion ?? 5);
  }

  async isValidTvbFile(): Promise<boolean> {
    return this.#file.isValid();
  }

  async storeData(
    data: ArrayInput | BlockSource,
    datasetName: string,
    options?: StoreOptions,
  ): Promise<void> {
    const { where, dtype, signal, onProgress, ...layout } = this.#options("store", options);
    await this.#named(where, datasetName, async () => {
      const path = datasetPath(where, datasetName);
      // Blocks are taken before the lock, because they may come from this very file.
      const input = isBlockSource(data)
        ? { array: await joinBlocks(data, signal), plain: false }
        : normalizeInput(data, dtype === undefined ? {} : { dtype });
      throwIfAborted(signal, "storing");
      const bytes = bytesOf(input.array);
      await this.#file.write((content) => {
        const existing = content.get(path)?.dataset;
        const dataset =
          existing === undefined ? newDataset(input.array, layout) : overwritten(existing, input);
        // Here, where what it throws leaves the file as it was.
        tellProgress(onProgress, bytes, bytes);
        return withDataset(content, path, dataset);
      });
    });
  }

  async appendData(data: ArrayInput, datasetName: string, options?: AppendOptions): Promise<void> {
    const {
      where,
      dtype,
      closeFile = true,
      growDimension = -1,
      ...layout
    } = this.#options("append", options);
    await this.#named(where, datasetName, async () => {
      const path = datasetPath(where, datasetName);
      const given = normalizeInput(data, dtype === undefined ? {} : { dtype });
      // In memory of its own, since this waits for its turn and the caller need not.
      const input = ownedInput(given, data);
      await this.#file.change({ create: true, close: closeFile }, (session) => {
        const existing = session.unbuffered(path);
        if (existing === undefined) {
          const axis = growingAxis(input.array, { growDimension });
          session.content = withDataset(session.content, path, newDataset(input.array, layout, axis));
        } else {
          // Everything that could be refused is refused here, before a row is buffered.
          const { rows, axis } = appendable(existing, input, growDimension);
          session.append(path, rows, axis);
        }
      });
    });
  }

  getData(datasetName: string, options: GetOptions & { ignoreErrors: true }): Promise<NDArray | null>;
  getData(datasetName: string, options?: GetOptions): Promise<NDArray>;
  async getData(datasetName: string, options?: GetOptions): Promise<NDArray | null> {
    const { where, selection, field, ignoreErrors, signal, onProgress } = this.#options("get", options);
    return this.#named(where, datasetName, async () => {
      const path = datasetPath(where, datasetName);
      throwIfAborted(signal, "reading");
      const content = await this.#file.read();
      if (ignoreErrors === true && !content.has(path)) return null;
      const { array } = datasetAt(content, path);
      checkField(field, array);
      const result = selectElements(array, resolveSelection(selection, array.shape));
      tellProgress(onProgress, bytesOf(result), bytesOf(result));
      return result;
    });
  }

  async *streamData(datasetName: string, options?: StreamOptions): AsyncGenerator<DataBlock> {
    const {
      where,
      selection,
      field,
      blockBytes = DEFAULT_BLOCK_BYTES,
      signal,
    } = this.#options("stream", options);
    const read = (): Promise<MemoryDataset> =>
      this.#named(where, datasetName, async () => {
        throwIfAborted(signal, "reading");
        return datasetAt(await this.#file.read(), datasetPath(where, datasetName));
      });
    const { array: first, identity } = await read();
    const resolved = await this.#named(where, datasetName, async () => {
      checkField(field, first);
      return resolveSelection(selection, first.shape);
    });
    for (const region of regions(resolved.shape, blockBytes / itemSize(first.dtype))) {
      // Read anew for every block, as a backend does that has not all of it in memory.
      const block = await this.#named(where, datasetName, async () => {
        const { array: now, identity: identityNow } = await read().catch((cause: unknown) => {
          throw isTVBException(cause, "MISSING_DATASET") || isTVBException(cause, "FILE_STRUCTURE")
            ? new FileStorageException("the dataset went away while it was streamed", { cause })
            : cause;
        });
        const shrunk = now.shape.some((length, axis) => length < (first.shape[axis] ?? 0));
        if (shrunk || now.shape.length !== first.shape.length || now.dtype !== first.dtype)
          throw new FileStorageException(
            `the dataset changed from ${first.dtype} ${shapeText(first.shape)} to ${now.dtype} ${shapeText(now.shape)} while it was streamed`,
          );
        if (identityNow !== identity)
          throw new FileStorageException("another dataset was stored in its place while it was streamed");
        return selectElements(now, selectionWindow(selection, resolved, region));
      });
      yield { offset: region.offset, block };
    }
  }

  async getDataShape(datasetName: string, options?: NodeOptions): Promise<number[]> {
    const { where } = this.#options("node", options);
    return this.#named(where, datasetName, async () => {
      const path = datasetPath(where, datasetName);
      return [...datasetAt(await this.#file.read(), path).array.shape];
    });
  }

  async removeData(datasetName: string, options?: NodeOptions): Promise<void> {
    const { where } = this.#options("node", options);
    await this.#named(where, datasetName, async () => {
      const path = datasetPath(where, datasetName);
      await this.#file.write((content) => withoutNode(content, path), { create: false });
    });
  }

  async setMetadata(
    metadata: Record<string, MetadataInput>,
    datasetName = "",
    options?: MetadataOptions,
  ): Promise<void> {
    const { where, tvbSpecificMetadata = true } = this.#options("metadata", options);
    await this.#named(where, datasetName, async () => {
      const path = nodePath(where, datasetName);
      const encoded = encodeMetadata(metadata, tvbSpecificMetadata);
      let isMade = false;
      await this.#file.write((content) => {
        isMade = !content.has(path);
        const nodes = isMade ? withDataset(content, path, placeholder()) : content;
        const attributes = new Map(nodeAt(nodes, path).attributes);
        for (const [name, value] of encoded) attributes.set(name, copyArray(value));
        return withAttributes(nodes, path, attributes);
      });
      if (isMade) this.#logger?.warn(placeholderWarning(this.path, path));
    });
  }

  async getMetadata(datasetName = "", options?: MetadataReadOptions): Promise<Metadata> {
    const { where } = this.#options("readMetadata", options);
    return this.#named(where, datasetName, async () => {
      const { attributes } = nodeAt(await this.#file.read(), nodePath(where, datasetName));
      return decodeMetadata([...attributes].map(([name, value]) => [name, copyArray(value)] as const));
    });
  }

  async removeMetadata(key: string, datasetName = "", options?: RemoveMetadataOptions): Promise<void> {
    const {
      where,
      tvbSpecificMetadata = true,
      checkExistence = false,
    } = this.#options("removeMetadata", options);
    await this.#named(where, datasetName, async () => {
      const path = nodePath(where, datasetName);
      checkMetadataKey(key);
      await this.#file.write(
        (content) => {
          const attributes = new Map(content.get(path)?.attributes);
          if (attributes.delete(attributeName(key, tvbSpecificMetadata)))
            return withAttributes(content, path, attributes);
          if (content.has(path) && checkExistence) return content;
          throw new FileStructureException(
            content.has(path) ? `there is no metadata "${key}" to remove` : "there is no such node",
          );
        },
        { create: false },
      );
    });
  }

  async getFileDataVersion(
    attribute = "Data_version",
    datasetName = "",
    options?: NodeOptions,
  ): Promise<MetadataValue> {
    const { where } = this.#options("node", options);
    return this.#named(where, datasetName, async () => {
      const path = nodePath(where, datasetName);
      checkMetadataKey(attribute);
      const content = await this.#file.read({
        missing: () => new MissingDataFileException("there is no such file"),
        foreign: (reason) => new IncompatibleFileManagerException(`it is no memory file: ${reason}`),
      });
      const metadata = decodeMetadata(nodeAt(content, path).attributes);
      // Own properties only: an attribute may be called "constructor".
      const version = Object.hasOwn(metadata, attribute) ? metadata[attribute] : undefined;
      if (version === undefined)
        throw new IncompatibleFileManagerException(
          `there is no attribute "${attribute}" that tells a version`,
        );
      return version;
    });
  }

  async listNodes(options?: NodeOptions & { depth?: number }): Promise<NodeInfo[]> {
    const { where, depth = Number.POSITIVE_INFINITY } = this.#options("list", options);
    return this.#named(where, "", async () => {
      const content = await this.#file.read();
      const path = nodePath(where, "");
      nodeAt(content, path);
      return describeNodes(content, path, depth);
    });
  }

  async closeFile(): Promise<void> {
    await this.#named(undefined, "", () => this.#file.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.closeFile();
  }

  #options<K extends Parameters<typeof checkOptions>[0]>(
    method: K,
    options: Parameters<typeof checkOptions<K>>[1],
  ): ReturnType<typeof checkOptions<K>> {
    try {
      return checkOptions(method, options);
    } catch (error) {
      throw nameInError(error, this.path);
    }
  }

  /** Errors say which file and node they are about. */
  async #named<T>(where: string | undefined, name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw nameInError(error, this.path, where ?? "", name);
    }
  }
}

/** What the original makes where metadata is set on a node that is missing. */
function placeholder() {
  return newDataset(ndarray(new Float32Array(1)), {});
}

function checkField(field: string | undefined, array: NDArray): void {
  if (field !== undefined)
    throw new FileStorageException(
      `there is no field "${field}": the dataset holds ${array.dtype}, not a compound`,
    );
}
