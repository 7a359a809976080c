import {
  type AppendOptions,
  type ArrayInput,
  attributeName,
  type BackendOptions,
  type BlockSource,
  checkMetadataKey,
  checkOptions,
  type DataBlock,
  datasetPath,
  decodeMetadata,
  encodeMetadata,
  fitToAppend,
  fitToOverwrite,
  type GetOptions,
  isBlockSource,
  itemSize,
  type LayoutOptions,
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
  resolveAxis,
  resolveSelection,
  type StorageManager,
  type StoreOptions,
  type StreamOptions,
  selectionWindow,
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
  defaultFileSystem,
  type FileSystem,
  type Logger,
  nameInError,
  type OptionRules,
  optionRules,
  presentAmong,
  throwIfAborted,
} from "@tvb-storage/files";
import { bytesOf, checkCharacters, checkField, checkLayout, checkUnchanged, joinBlocks } from "./checks.js";
import { fileOf, newFileName, nodeAt, pathsFrom, withDataset } from "./nodes.js";
import { readHeader, readSelected, writeArray } from "./npy-file.js";
import { NpyFolder } from "./npy-folder.js";
import type { NpyHeader } from "./npy-format.js";
import { type Node, type Nodes, writeFolder } from "./sidecar.js";

export interface NpyOptions extends BackendOptions {
  /** Default: the disk. */
  fs?: FileSystem;
}

const OPTIONS: OptionRules<NpyOptions> = {
  fs: optionRules.fileSystem,
  logger: optionRules.object,
  dataVersion: optionRules.wholeFrom0,
};

const DEFAULT_BLOCK_BYTES = 4 * 1024 * 1024;

/** A folder with a .npy file for each dataset, and one JSON file for groups and metadata. */
export class NpyStorageManager implements StorageManager {
  readonly path: string;
  readonly #folder: NpyFolder;
  readonly #logger: Logger | undefined;

  constructor(path: string, given: NpyOptions = {}) {
    const options = checkCallOptions(given, OPTIONS, "the npy backend");
    this.path = path;
    this.#logger = options.logger;
    this.#folder = new NpyFolder(path, options.fs ?? defaultFileSystem(), options.dataVersion ?? 5);
  }

  async isValidTvbFile(): Promise<boolean> {
    try {
      return await this.#folder.alone(async () => (await this.#folder.state()).kind === "open");
    } catch (error) {
      if (isTVBException(error)) return false;
      throw error;
    }
  }

  storeData(data: ArrayInput | BlockSource, datasetName: string, options?: StoreOptions): Promise<void> {
    return this.#about(options, datasetName, async () => {
      const { where, dtype, signal, onProgress, ...layout } = checkOptions("store", options);
      const path = datasetPath(where, datasetName);
      throwIfAborted(signal, "storing");
      // Before the lock, since blocks may come from this very folder.
      const input = isBlockSource(data)
        ? await joinBlocks(data, signal)
        : normalizeInput(data, dtype && { dtype });
      checkCharacters(path, [["", input.array]]);
      await this.#folder.alone(async () => {
        const nodes = await this.#folder.nodesOrNew();
        const file = nodes.get(path)?.file;
        const bytes = bytesOf(input.array);
        if (file === undefined) {
          // Before the write, so that what it throws leaves the folder as it was.
          onProgress?.(bytes, bytes);
          await this.#create(nodes, path, input.array, layout);
          return;
        }
        const dataset = { ...(await this.#header(file)), maxShape: [] };
        const array = fitToOverwrite(dataset, input);
        onProgress?.(bytes, bytes);
        await writeArray(this.#folder.fs, this.#at(file), array);
      });
    });
  }

  appendData(data: ArrayInput, datasetName: string, options?: AppendOptions): Promise<void> {
    return this.#about(options, datasetName, async () => {
      const { where, dtype, closeFile, growDimension = -1, ...layout } = checkOptions("append", options);
      const path = datasetPath(where, datasetName);
      // In memory of its own, since this waits for its turn and the caller need not.
      const input = ownedInput(normalizeInput(data, dtype && { dtype }));
      checkCharacters(path, [["", input.array]]);
      await this.#folder.appending(closeFile !== false, async (session) => {
        const nodes = await this.#folder.nodesOrNew();
        const node = nodes.get(path);
        if (node?.file === undefined) {
          const grows = resolveAxis(growDimension, input.array.shape.length);
          await this.#create(nodes, path, input.array, layout, grows);
          return;
        }
        const { dtype: type, shape } = await this.#header(node.file);
        const maxShape = shape.map((length, axis) => (axis === node.grows ? null : length));
        // Everything that could be refused is refused here, before a row is buffered.
        const { rows, axis } = fitToAppend({ dtype: type, shape, maxShape }, input, growDimension);
        await session.append(this.#at(node.file), rows, axis);
      });
    });
  }

  getData(datasetName: string, options: GetOptions & { ignoreErrors: true }): Promise<NDArray | null>;
  getData(datasetName: string, options?: GetOptions): Promise<NDArray>;
  getData(datasetName: string, options?: GetOptions): Promise<NDArray | null> {
    return this.#about(options, datasetName, async () => {
      const { where, selection, field, ignoreErrors, signal, onProgress } = checkOptions("get", options);
      const path = datasetPath(where, datasetName);
      throwIfAborted(signal, "reading");
      return this.#folder.alone(async () => {
        const nodes = await this.#folder.nodes();
        if (ignoreErrors && !nodes.has(path)) return null;
        const array = await readSelected(this.#folder.fs, this.#at(fileOf(nodes, path)), (header) => {
          checkField(field, header);
          return resolveSelection(selection, header.shape);
        });
        onProgress?.(bytesOf(array), bytesOf(array));
        return array;
      });
    });
  }

  async *streamData(datasetName: string, options?: StreamOptions): AsyncGenerator<DataBlock> {
    const about = <T>(work: () => Promise<T>): Promise<T> => this.#about(options, datasetName, work);
    const start = await about(async () => {
      const checked = checkOptions("stream", options);
      const path = datasetPath(checked.where, datasetName);
      throwIfAborted(checked.signal, "streaming");
      const { header, id } = await this.#folder.alone(async () => {
        const nodes = await this.#folder.nodes();
        return { header: await this.#header(fileOf(nodes, path)), id: nodes.get(path)?.id };
      });
      checkField(checked.field, header);
      return { checked, path, id, header, selection: resolveSelection(checked.selection, header.shape) };
    });
    const { checked, path, id, header, selection } = start;
    const blockElements = (checked.blockBytes ?? DEFAULT_BLOCK_BYTES) / itemSize(header.dtype);
    for (const region of regions(selection.shape, blockElements)) {
      const block = await about(async () => {
        throwIfAborted(checked.signal, "streaming");
        // The lock is held for one block at a time, so the dataset may be another by now.
        return this.#folder.alone(async () => {
          const now = (await this.#folder.nodes()).get(path);
          const file = now?.id === id ? now?.file : undefined;
          if (file === undefined)
            throw new FileStorageException("the dataset went away while it was streamed");
          return readSelected(this.#folder.fs, this.#at(file), (now) => {
            checkUnchanged(header, now);
            return selectionWindow(checked.selection, selection, region);
          });
        });
      });
      yield { offset: region.offset, block };
    }
  }

  getDataShape(datasetName: string, options?: NodeOptions): Promise<number[]> {
    return this.#about(options, datasetName, async () => {
      const { where } = checkOptions("node", options);
      const path = datasetPath(where, datasetName);
      return this.#folder.alone(async () => {
        const { shape } = await this.#header(fileOf(await this.#folder.nodes(), path));
        return [...shape];
      });
    });
  }

  removeData(datasetName: string, options?: NodeOptions): Promise<void> {
    return this.#about(options, datasetName, async () => {
      const { where } = checkOptions("node", options);
      const path = datasetPath(where, datasetName);
      await this.#folder.alone(async () => {
        const nodes = await this.#folder.nodes();
        const removed = pathsFrom(nodes, path);
        if (removed.length === 0)
          throw new FileStructureException(
            `there is no node ${path} to remove${presentAmong(path, nodes.keys())}`,
          );
        const kept = new Map([...nodes].filter(([other]) => !removed.includes(other)));
        // The sidecar first: a file that it does not name is nobody's.
        await writeFolder(this.#folder.fs, this.path, kept);
        for (const { file } of removed.map((other) => nodeAt(nodes, other)))
          if (file !== undefined) await this.#folder.fs.promises.unlink(this.#at(file));
      });
    });
  }

  setMetadata(
    metadata: Record<string, MetadataInput>,
    datasetName = "",
    options?: MetadataOptions,
  ): Promise<void> {
    return this.#about(options, datasetName, async () => {
      const { where, tvbSpecificMetadata } = checkOptions("metadata", options);
      const path = nodePath(where, datasetName);
      const encoded = encodeMetadata(metadata, tvbSpecificMetadata);
      checkCharacters(path, encoded);
      await this.#folder.alone(async () => {
        let nodes = await this.#folder.nodesOrNew();
        // What the original makes of a node that is missing.
        const isMissing = !nodes.has(path);
        if (isMissing) nodes = await this.#create(nodes, path, ndarray(new Float32Array(1)), {});
        const attributes = new Map([...nodeAt(nodes, path).attributes, ...encoded]);
        await this.#writeAttributes(nodes, path, attributes);
        if (isMissing) this.#logger?.warn(placeholderWarning(this.path, path));
      });
    });
  }

  getMetadata(datasetName = "", options?: MetadataReadOptions): Promise<Metadata> {
    return this.#about(options, datasetName, async () => {
      const { where } = checkOptions("readMetadata", options);
      const path = nodePath(where, datasetName);
      return this.#folder.alone(async () =>
        decodeMetadata(nodeAt(await this.#folder.nodes(), path).attributes),
      );
    });
  }

  removeMetadata(key: string, datasetName = "", options?: RemoveMetadataOptions): Promise<void> {
    return this.#about(options, datasetName, async () => {
      const { where, tvbSpecificMetadata, checkExistence } = checkOptions("removeMetadata", options);
      const path = nodePath(where, datasetName);
      checkMetadataKey(key);
      await this.#folder.alone(async () => {
        const nodes = await this.#folder.nodes();
        const attributes = new Map(nodes.get(path)?.attributes);
        if (attributes.delete(attributeName(key, tvbSpecificMetadata)))
          await this.#writeAttributes(nodes, path, attributes);
        else if (!nodes.has(path)) throw new FileStructureException(`there is no node ${path}`);
        else if (!checkExistence) throw new FileStructureException(`there is no metadata "${key}" to remove`);
      });
    });
  }

  getFileDataVersion(
    attribute = "Data_version",
    datasetName = "",
    options?: NodeOptions,
  ): Promise<MetadataValue> {
    return this.#about(options, datasetName, async () => {
      const { where } = checkOptions("node", options);
      const path = nodePath(where, datasetName);
      return this.#folder.alone(async () => {
        const state = await this.#folder.state();
        if (state.kind === "missing") throw new MissingDataFileException("there is no such folder");
        if (state.kind === "foreign") throw new IncompatibleFileManagerException(state.reason);
        const metadata = decodeMetadata(nodeAt(state.nodes, path).attributes);
        const version = Object.hasOwn(metadata, attribute) ? metadata[attribute] : undefined;
        if (version !== undefined) return version;
        throw new IncompatibleFileManagerException(
          `there is no attribute "${attribute}" that tells a version`,
        );
      });
    });
  }

  listNodes(options?: NodeOptions & { depth?: number }): Promise<NodeInfo[]> {
    return this.#about(options, "", async () => {
      const { where, depth = Number.POSITIVE_INFINITY } = checkOptions("list", options);
      const top = nodePath(where, "");
      return this.#folder.alone(async () => {
        const nodes = await this.#folder.nodes();
        nodeAt(nodes, top);
        const prefix = top === "/" ? "/" : `${top}/`;
        const listed = [...nodes]
          .filter(([path]) => path !== "/" && path.startsWith(prefix))
          .filter(([path]) => path.slice(prefix.length).split("/").length <= depth);
        return Promise.all(listed.map(([path, node]) => this.#describe(path, node)));
      });
    });
  }

  closeFile(): Promise<void> {
    return this.#about(undefined, "", () => this.#folder.alone(async () => undefined));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.closeFile();
  }

  #at(file: string): string {
    return `${this.path}/${file}`;
  }

  #header(file: string): Promise<NpyHeader> {
    return readHeader(this.#folder.fs, this.#at(file));
  }

  /** The file first, then the sidecar that names it: whoever dies in between leaves a file that nobody knows. */
  async #create(
    nodes: Nodes,
    path: string,
    array: NDArray,
    layout: LayoutOptions,
    grows?: number,
  ): Promise<Nodes> {
    checkLayout(array, layout);
    const file = newFileName(nodes, path);
    const dataset = {
      file,
      id: crypto.randomUUID(),
      attributes: new Map(),
      ...(grows === undefined ? {} : { grows }),
    };
    const changed = withDataset(nodes, path, dataset);
    // Makes the folder where it is missing.
    if ((await this.#folder.state()).kind === "missing") await writeFolder(this.#folder.fs, this.path, nodes);
    await writeArray(this.#folder.fs, this.#at(file), array);
    await writeFolder(this.#folder.fs, this.path, changed);
    return changed;
  }

  async #writeAttributes(nodes: Nodes, path: string, attributes: Node["attributes"]): Promise<void> {
    const changed = new Map(nodes).set(path, { ...nodeAt(nodes, path), attributes });
    await writeFolder(this.#folder.fs, this.path, changed);
  }

  async #describe(path: string, { file, grows }: Node): Promise<NodeInfo> {
    if (file === undefined) return { path, kind: "group" };
    const { dtype, shape } = await this.#header(file);
    const maxShape = shape.map((length, axis) => (axis === grows ? null : length));
    return { path, kind: "dataset", dtype, shape, maxShape, chunks: null, filters: [] };
  }

  /** Every exception says which folder and node it is about. */
  async #about<T>(options: NodeOptions | undefined, name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw nameInError(error, this.path, String(options?.where ?? ""), String(name));
    }
  }
}
