import {
  type ArrayInput,
  type BackendCapabilities,
  type BackendOptions,
  DATA_TYPES,
  datasetPath,
  type NodeOptions,
  normalizeInput,
  type Region,
  type StorageTransaction,
  type StoredDataset,
  TransactionStorageManager,
} from "@tvb-storage/core";
import { checkCharacters, datasetAt } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  type FileSystem,
  nameInError,
  type OptionRules,
  optionRule,
  optionRules,
  quoted,
  throwIfAborted,
} from "@tvb-storage/files";
import { longOptionRules } from "@tvb-storage/files/internal";
import type { HierarchyCache } from "../hierarchy/load.js";
import type { NewDatasetInfo, ZarrLayout } from "../metadata/zarr-layout.js";
import { missingRegions } from "../regions/missing-regions.js";
import { checkSameArray, fitRegion, putRegion } from "../regions/write-region.js";
import { KnownVersions } from "../stores/fenced-store.js";
import { type Durability, FolderStore } from "../stores/folder-store.js";
import { beneath, isWritable, type ReadableStore } from "../stores/object-store.js";
import type { SweepOptions, SweepReport } from "../sweep/sweep.js";
import {
  type CreateArrayOptions,
  createArrayRules,
  newArray,
  REGION_RULES,
  type RegionOptions,
  regionOptions,
  type WriteRegionOptions,
  writeRegionRules,
} from "./region-options.js";
import { onlyRead, ZarrTransaction } from "./zarr-transaction.js";

export interface ZarrOptions extends BackendOptions {
  /** The version of Zarr that a new hierarchy is written in; default 3. One that is there keeps its own. */
  format?: 2 | 3;
  /** What only Zarr has, for each new dataset: compression by zstd or blosc, shards, names of axes. */
  layout?: (dataset: NewDatasetInfo) => ZarrLayout | undefined;
  /** Where the folder of the hierarchy is; default: the disk. */
  fs?: FileSystem;
  /** What a commit in a folder survives: the death of the process (default), or a power cut too. */
  durability?: Durability;
  /** Another place than a folder: then the path is what the keys of the hierarchy begin with. */
  store?: ReadableStore;
}

const OPTIONS: OptionRules<ZarrOptions> = {
  format: optionRule("2 or 3", (value) => value === 2 || value === 3),
  layout: optionRules.function,
  fs: optionRules.fileSystem,
  durability: optionRule('"process" or "power"', (value) => value === "process" || value === "power"),
  store: optionRules.object,
  logger: optionRules.object,
  dataVersion: optionRules.wholeFrom0,
};

const SWEEP_RULES: OptionRules<SweepOptions> = { dryRun: optionRules.boolean, ...longOptionRules };

/** What is possible in a folder, or in a store. */
export function capabilities(store?: ReadableStore): BackendCapabilities {
  return {
    dtypes: DATA_TYPES,
    growableAxes: "any",
    compression: ["gzip", "shuffle"],
    removal: true,
    fields: false,
    atomicCommit: true,
    crossProcessLock: store === undefined || (isWritable(store) && store.lock !== undefined),
    escapedBytes: false,
    readOnly: store !== undefined && !isWritable(store),
    storedAs: store === undefined ? "folder" : "remote",
  };
}

/** One Zarr hierarchy, where HDF5 has one file. */
export class ZarrStorageManager extends TransactionStorageManager {
  readonly #options: ZarrOptions;
  readonly #fs: FileSystem | undefined;
  /** As it was read last: the same document need not be parsed again. */
  readonly #cache: HierarchyCache = { versions: new KnownVersions() };

  /** @throws FileStructureException a path that is none, an unknown option, or one that cannot have its value. */
  constructor(path: string, given: ZarrOptions = {}) {
    const checked = checkCallOptions(given, OPTIONS, "the Zarr backend");
    const { format: _, layout: __, fs, durability, store, ...options } = checked;
    const ofFolders = fs === undefined ? (durability === undefined ? undefined : "durability") : "fs";
    if (ofFolders !== undefined && store !== undefined)
      throw new FileStructureException(
        `the Zarr backend takes the option ${ofFolders} or the option store, not both`,
      );
    const used = store === undefined ? (fs ?? defaultFileSystem()) : undefined;
    // Without a folder that a path could begin in, it begins at the root of the store.
    const inStore = store === undefined ? undefined : `/${prefixOf(path).slice(0, -1)}`;
    super(inStore ?? path, {
      ...options,
      // Messages name the place of the store, too.
      ...(store === undefined || inStore === undefined
        ? {}
        : { label: inStore === "/" ? store.label : store.label + inStore }),
      supports: capabilities(store),
      space: store ?? used ?? {},
      storesBlocks: true,
    });
    this.#options = checked;
    this.#fs = used;
  }

  /**
   * Makes an array without elements, for writers of regions. Until `completeArray`, what is not written yet is an exception
   * to those who read it here (other programs get the fill value: NaN, or 0), and the array is neither overwritten nor
   * appended to.
   *
   * @throws FileStructureException something has the name.
   */
  createArray(datasetName: string, options: CreateArrayOptions): Promise<void> {
    return this.#call(createArrayRules(), "createArray", datasetName, options, (path, checked) => {
      checkCharacters(this.supports, path);
      const { dataset, layout, special } = newArray(checked);
      const create = (transaction: StorageTransaction): Promise<void> =>
        zarr(transaction).createIncomplete(path, dataset, layout, special);
      return this._createDataset(path, dataset, layout, create, checked.signal);
    });
  }

  /**
   * Writes a region of an array that `createArray` or another program made: its chunks (or shards) are put as wholes, with
   * no lock and no commit, so that many writers of different regions work at once, in all processes. The edges of the
   * region are borders of chunks, or the end of an axis. Where two writers have the same chunk, the last one's stays. The
   * data are borrowed until the promise settles. A call that rejects may have stored some chunks: do it again.
   *
   * @throws FileStorageException edges that are no borders of chunks; an array that is complete; one that was removed,
   *   replaced or marked complete meanwhile.
   * @throws IncompatibleFileManagerException a region beyond the shape, or a type that would lose something.
   * @throws MissingDataSetException there is no such array.
   */
  writeRegion(data: ArrayInput, datasetName: string, options: WriteRegionOptions): Promise<void> {
    return this.#call(writeRegionRules(), "writeRegion", datasetName, options, async (path, checked) => {
      const { offset, dtype, ...call } = regionOptions(checked);
      const input = normalizeInput(data, dtype && { dtype });
      checkCharacters(this.supports, path, [["", input.array]]);
      throwIfAborted(call.signal, `writing a region of ${path} in ${this.path}`);
      const { dataset, chunks } = await this.#chunksOf(path);
      const { node, store } = chunks;
      if (!isWritable(store)) throw onlyRead(store);
      const array = fitRegion(chunks, dataset, input, offset);
      await putRegion({ ...chunks, store }, array, offset, call);
      await this._inTransaction(async (transaction) =>
        checkSameArray(node, zarr(transaction).zarrNode(path)),
      );
    });
  }

  /**
   * The regions of an array that no writer has stored yet, by the chunks (or shards) that are not there; none overlaps another.
   *
   * @throws FileStorageException a store that cannot list its objects.
   */
  missingRegions(datasetName: string, options?: RegionOptions): Promise<Region[]> {
    return this.#call(REGION_RULES, "missingRegions", datasetName, options, async (path, { signal }) => {
      const { chunks } = await this.#chunksOf(path);
      return missingRegions(chunks, signal);
    });
  }

  /**
   * Makes an array of `createArray` an ordinary dataset, by a commit, once all its regions are stored and all their writers
   * have returned. Does nothing where it is one.
   *
   * @throws FileStorageException regions are missing, or another program made it.
   */
  completeArray(datasetName: string, options?: RegionOptions): Promise<void> {
    return this.#call(REGION_RULES, "completeArray", datasetName, options, (path, { signal }) =>
      this._changeIn({ creates: false, signal }, async (transaction) => {
        await datasetAt(transaction, path);
        await zarr(transaction).complete(path, signal);
      }),
    );
  }

  /**
   * Removes what writers have left that were killed or were late: staged chunks that no commit names, chunks beyond the shape
   * of their array, or of an array that is not there, temporary files. It takes the lock as every change does, and first
   * finishes what the last writer has not. What the hierarchy has, and what may be another program's, stays; so do
   * temporary files where regions are being written. Where the store has no lock, nobody else may write meanwhile.
   *
   * @throws FileStorageException a request failed; then a part is removed.
   */
  async sweep(options?: SweepOptions): Promise<SweepReport> {
    try {
      const checked = checkCallOptions(options, SWEEP_RULES, "sweep");
      return await this._changeIn({ creates: false, signal: checked.signal }, (transaction) =>
        zarr(transaction).sweep(checked),
      );
    } catch (error) {
      throw nameInError(error, this.path);
    }
  }

  /** A dataset as the last commit has it, and where its chunks are. */
  #chunksOf(
    path: string,
  ): Promise<{ dataset: StoredDataset; chunks: ReturnType<ZarrTransaction["chunksOf"]> }> {
    return this._inTransaction(async (transaction) => ({
      dataset: await datasetAt(transaction, path),
      chunks: zarr(transaction).chunksOf(path),
    }));
  }

  /** Runs a call with checked options and the path of a dataset; whatever is thrown names the hierarchy and the node. */
  async #call<O extends NodeOptions, T>(
    rules: OptionRules<O>,
    call: string,
    datasetName: string,
    options: O | undefined,
    work: (path: string, checked: Partial<O>) => T | Promise<T>,
  ): Promise<T> {
    try {
      const checked = checkCallOptions(options, rules, call);
      return await work(datasetPath(checked.where, datasetName), checked);
    } catch (error) {
      throw nameInError(error, this.path, datasetName);
    }
  }

  protected async _open(
    path: string,
    mode: "read" | "write",
    signal?: AbortSignal,
  ): Promise<ZarrTransaction> {
    const { format = 3, store, layout } = this.#options;
    return ZarrTransaction.open(this.#store(path, store), mode, {
      format,
      signal,
      layout,
      cache: this.#cache,
    });
  }

  #store(path: string, store: ReadableStore | undefined): ReadableStore {
    if (store !== undefined) return beneath(store, prefixOf(path));
    return new FolderStore(this.#fs ?? defaultFileSystem(), path, this.#options.durability);
  }
}

/** What the keys of a hierarchy begin with. They never begin as those of another one: all end with `/`. */
function prefixOf(path: string): string {
  checkPath(path, "the path of a hierarchy");
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes(".."))
    throw new FileStructureException(`the path ${quoted(path)} leads out of the store`);
  return parts.map((part) => `${part}/`).join("");
}

/** Its own transactions, which it opened. */
function zarr(transaction: StorageTransaction): ZarrTransaction {
  if (transaction instanceof ZarrTransaction) return transaction;
  throw new TypeError("a Zarr hierarchy has transactions of its own");
}
