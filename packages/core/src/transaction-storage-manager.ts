import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  checkPath,
  type LongOptions,
  type OptionRules,
  optionRule,
  optionRules,
  type PathSpace,
  quoted,
  reportProgress,
  throwIfAborted,
} from "@tvb-storage/files";
import { DEFAULT_DATA_VERSION } from "@tvb-storage/files/internal";
import { AbstractStorageManager, type FileState, type ManagerOptions } from "./abstract-storage-manager.js";
import { placedBlocks } from "./blocks.js";
import { checkStringLength } from "./check-supported.js";
import { concatenate } from "./concatenate.js";
import { itemSize } from "./data-type.js";
import { checkOverwrite, fitToOverwrite } from "./existing-dataset.js";
import { elementBytes, fittingBlocks } from "./fitting-blocks.js";
import { attributeName, placeholderData } from "./metadata.js";
import { copyArray, type NormalizedInput, ndarray, ownedInput } from "./ndarray.js";
import type { NDArray } from "./ndarray-type.js";
import { pathParts } from "./node-path.js";
import type { OpenStream } from "./open-stream.js";
import { resolveSelection } from "./selection.js";
import type {
  AppendOptions,
  BlockSource,
  GetOptions,
  NodeInfo,
  RemoveMetadataOptions,
  StoreOptions,
  StreamOptions,
} from "./storage-manager.js";
import type { Awaitable, NewLayout, StorageTransaction, StoredDataset } from "./storage-transaction.js";
import {
  appendRows,
  checkNewDataset,
  checkUnchanged,
  createDataset,
  createDatasetWith,
  createGroup,
  datasetAt,
  describeNode,
  findDataset,
  isGroup,
  nodeAt,
  presentNear,
} from "./transaction-nodes.js";
import { type ChangeOptions, TransactionQueue, type TransactionQueueOptions } from "./transaction-queue.js";

export interface TransactionManagerOptions extends ManagerOptions {
  /** The file system that the path is of, or another object that identifies the store: managers of the same file pass the same one. */
  readonly space: PathSpace;
  /** What `path` and messages have in place of the path, such as an address. */
  readonly label?: string | undefined;
  /** Default 5. */
  readonly dataVersion?: number | undefined;
  /** Its transactions have `storeBlocks`: a block source is stored block by block. Default false. */
  readonly storesBlocks?: boolean | undefined;
}

const OPTIONS: OptionRules<TransactionManagerOptions> = {
  supports: optionRules.object,
  logger: optionRules.object,
  pathStyle: optionRule(
    '"joined" or "concatenated"',
    (value) => value === "joined" || value === "concatenated",
  ),
  space: optionRules.object,
  label: optionRules.text,
  dataVersion: optionRules.wholeFrom0,
  storesBlocks: optionRules.boolean,
};

/**
 * A storage manager that does each call in a transaction on the file: an author writes `_open`, and a
 * `StorageTransaction`. All managers of this process on one file wait in one queue. Where a
 * backend can do a call better as a whole, it overrides the protected method of that call.
 */
export abstract class TransactionStorageManager extends AbstractStorageManager {
  readonly #queue: TransactionQueue;
  readonly #storesBlocks: boolean;

  /** @throws FileStructureException a path that is none, an unknown option, or one that cannot have its value. */
  protected constructor(path: string, options: TransactionManagerOptions) {
    checkCallOptions(options, OPTIONS, "a storage manager");
    checkPath(path, "the path of a storage file");
    super(options.label ?? path, options);
    const { space, dataVersion = DEFAULT_DATA_VERSION, storesBlocks = false } = options;
    this.#storesBlocks = storesBlocks;
    const open: TransactionQueueOptions["open"] = (...args) => this._open(...args);
    const { dtypes } = options.supports;
    this.#queue = new TransactionQueue({ space, path, dataVersion, dtypes, owner: this.constructor, open });
  }

  /**
   * Opens the file at a resolved path, to read it or to change it. A missing file is opened as an empty one, without
   * a node `/`; it is made by the commit. For a change this may wait for a lock; `signal` ends that.
   *
   * @throws IncompatibleFileManagerException something else is there.
   */
  protected abstract _open(
    path: string,
    mode: "read" | "write",
    signal?: AbortSignal,
  ): StorageTransaction | Promise<StorageTransaction>;

  protected _fileState(): Promise<FileState> {
    return this.#queue.state();
  }

  protected async _storeData(path: string, input: NormalizedInput, options: StoreOptions): Promise<void> {
    const { signal, onProgress, where: _, dtype: __, ...layout } = options;
    const bytes = elementBytes(input.array);
    const what = `storing ${path} in ${this.path}`;
    await this.#queue.change({ creates: true, signal }, async (open) => {
      throwIfAborted(signal, what);
      const existing = await findDataset(open.transaction, path);
      if (existing === undefined) await createDataset(open, path, input.array, layout, callOf(options));
      else {
        const array = fitToOverwrite(existing, input);
        checkStringLength(array, existing.stringLength);
        await open.change((transaction) => transaction.write(path, array, callOf(options)));
      }
      throwIfAborted(signal, what);
      // Before the commit, so that what a listener throws leaves the file as it was.
      reportProgress(onProgress, bytes, bytes);
    });
  }

  protected _storeBlocks(path: string, source: BlockSource, options: StoreOptions): Promise<void> {
    return this.#storesBlocks
      ? this.#storeEachBlock(path, source, options)
      : this.#storeAllBlocks(path, source, options);
  }

  async #storeEachBlock(path: string, source: BlockSource, options: StoreOptions): Promise<void> {
    const { signal, onProgress, where: _, dtype: __, ...layout } = options;
    await this.#queue.changeMeanwhile({ creates: true, signal }, async (open) => {
      const { transaction } = open;
      if (transaction.storeBlocks === undefined)
        throw new TypeError("with storesBlocks, a transaction has storeBlocks");
      const existing = await findDataset(transaction, path);
      if (existing !== undefined) checkOverwrite(existing, source.shape);
      const parents = existing === undefined ? await checkNewDataset(open, path, source, layout) : [];
      const { dtype, stringLength } = existing ?? { dtype: source.dtype, stringLength: layout.stringLength };
      const blocks = fittingBlocks(source, { dtype, stringLength }, (done, total) => {
        throwIfAborted(signal, `storing ${path} in ${this.path}`);
        reportProgress(onProgress, done, total);
      });
      return () =>
        open.change(async (changing) => {
          for (const parent of parents) await changing.createGroup(parent);
          const dataset = { dtype, shape: source.shape };
          await changing.storeBlocks?.(path, blocks, dataset, existing === undefined ? layout : undefined);
        });
    });
  }

  /** The blocks are taken before it is the call's turn, because they may come from this very file. */
  async #storeAllBlocks(path: string, source: BlockSource, options: StoreOptions): Promise<void> {
    const blocks: NDArray[] = [ndarray([], { dtype: source.dtype, shape: [0, ...source.shape.slice(1)] })];
    for await (const { block } of placedBlocks(source)) {
      throwIfAborted(options.signal, `storing ${path} in ${this.path}`);
      checkStringLength(block, options.stringLength);
      blocks.push(copyArray(block));
    }
    const array = concatenate(blocks, 0);
    await this._storeData(path, { array, plain: false, shared: false }, options);
  }

  protected async _appendData(path: string, input: NormalizedInput, options: AppendOptions): Promise<void> {
    const { closeFile = true, growDimension = -1, where: _, dtype: __, ...layout } = options;
    const owned = ownedInput(input);
    await this.#queue.append(path, !closeFile, (open) =>
      appendRows(open, path, owned, growDimension, layout),
    );
  }

  protected _getData(path: string, options: GetOptions): Promise<NDArray> {
    return this.#queue.read(async (transaction) => {
      const dataset = await datasetAt(transaction, path);
      refuseField(options.field, dataset);
      const selection = resolveSelection(options.selection, dataset.shape);
      const array = await transaction.read(path, selection, callOf(options));
      throwIfAborted(options.signal, `reading ${path} of ${this.path}`);
      reportProgress(options.onProgress, elementBytes(array), elementBytes(array));
      return array;
    });
  }

  protected async _openStream(path: string, options: StreamOptions): Promise<OpenStream> {
    const before = await this.#queue.read((transaction) => datasetAt(transaction, path));
    refuseField(options.field, before);
    return {
      selection: resolveSelection(options.selection, before.shape),
      itemBytes: itemSize(before.dtype),
      chunks: before.chunks,
      read: (part) =>
        this.#queue.read(async (transaction) => {
          checkUnchanged(before, (await transaction.node(path))?.dataset);
          return transaction.read(path, part);
        }),
    };
  }

  protected _getDataShape(path: string): Promise<number[]> {
    return this.#queue.read(async (transaction) => [...(await datasetAt(transaction, path)).shape]);
  }

  protected _removeData(path: string): Promise<void> {
    return this.#queue.change({ creates: false }, async (open) => {
      if ((await open.transaction.node(path)) === undefined)
        throw new FileStructureException(
          `there is no node ${path} to remove${await presentNear(open.transaction, path)}`,
        );
      await open.change((transaction) => transaction.remove(path));
    });
  }

  protected _setAttributes(path: string, attributes: ReadonlyMap<string, NDArray>): Promise<boolean> {
    return this.#queue.change({ creates: true }, async (open) => {
      const node = await open.transaction.node(path);
      if (node === undefined) await createDataset(open, path, placeholderData(open.dtypes), {});
      const all = new Map(node?.attributes);
      for (const [name, value] of attributes) all.set(name, copyArray(value));
      await open.change((transaction) => transaction.setAttributes(path, all));
      return node === undefined;
    });
  }

  protected override _createGroup(path: string): Promise<void> {
    return this.#queue.change({ creates: true }, (open) => createGroup(open, path));
  }

  protected _getAttributes(path: string): Promise<Map<string, NDArray>> {
    return this.#queue.read(async (transaction) => copies((await nodeAt(transaction, path)).attributes));
  }

  protected _removeMetadata(path: string, key: string, options: RemoveMetadataOptions): Promise<void> {
    return this.#queue.change({ creates: false }, async (open) => {
      const node = await open.transaction.node(path);
      if (node === undefined)
        throw new FileStructureException(`there is no node ${path} to remove metadata ${quoted(key)} from`);
      const attributes = new Map(node.attributes);
      if (attributes.delete(attributeName(key, options.tvbSpecificMetadata)))
        await open.change((transaction) => transaction.setAttributes(path, attributes));
      else if (options.checkExistence !== true)
        throw new FileStructureException(`${path} has no metadata ${quoted(key)} to remove`);
    });
  }

  protected _listNodes(path: string, depth: number): Promise<NodeInfo[]> {
    return this.#queue.read(async (transaction) => {
      const node = await nodeAt(transaction, path);
      const levels = pathParts(path).length + depth;
      const beneath = [...(await transaction.list(path))].filter((each) => pathParts(each).length <= levels);
      const infos: NodeInfo[] = [];
      for (const each of [...(isGroup(node) ? [] : [path]), ...beneath.sort()])
        infos.push(await describeNode(transaction, each));
      return infos;
    });
  }

  protected _closeFile(): Promise<void> {
    return this.#queue.close();
  }

  // For calls that only one backend has.

  /** Runs `work` in a transaction that reads, in the turn of the call; more than once where another process commits. */
  protected _inTransaction<T>(work: (transaction: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#queue.read(work);
  }

  /** Runs `work` in a transaction that changes the file, and commits it. */
  protected _changeIn<T>(
    options: ChangeOptions,
    work: (transaction: StorageTransaction) => Awaitable<T>,
  ): Promise<T> {
    return this.#queue.change(options, (open) => open.change(work));
  }

  /**
   * Makes a dataset where nothing is by `create`, with the groups that it is in.
   *
   * @throws FileStructureException something is there, or it cannot be made there.
   * @throws FileStorageException a type that the backend does not store.
   */
  protected _createDataset(
    path: string,
    dataset: Pick<StoredDataset, "dtype" | "shape">,
    layout: NewLayout,
    create: (transaction: StorageTransaction) => Awaitable<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#queue.change({ creates: true, signal }, async (open) => {
      if ((await findDataset(open.transaction, path)) !== undefined)
        throw new FileStructureException(`there is a dataset ${path} already; remove it first`);
      await createDatasetWith(open, path, dataset, layout, create);
    });
  }
}

/** What of the options of a call a transaction gets. */
function callOf({ signal, onProgress }: LongOptions): LongOptions {
  return { ...(signal && { signal }), ...(onProgress && { onProgress }) };
}

/** Callers may change what they gave or got. */
function copies(attributes: ReadonlyMap<string, NDArray>): Map<string, NDArray> {
  return new Map([...attributes].map(([name, value]) => [name, copyArray(value)]));
}

function refuseField(field: string | undefined, { dtype }: StoredDataset): void {
  if (field !== undefined)
    throw new FileStorageException(
      `there is no field ${quoted(field)}: the dataset holds ${dtype}, not a compound`,
    );
}
