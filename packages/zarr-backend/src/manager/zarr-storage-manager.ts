import {
  type BackendCapabilities,
  type BackendOptions,
  DATA_TYPES,
  TransactionStorageManager,
} from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  type FileSystem,
  type OptionRules,
  optionRule,
  optionRules,
  quoted,
} from "@tvb-storage/files";
import type { HierarchyCache } from "../hierarchy/load.js";
import type { NewDatasetInfo, ZarrLayout } from "../metadata/zarr-layout.js";
import { FolderStore } from "../stores/folder-store.js";
import { beneath, isWritable, type ReadableStore } from "../stores/object-store.js";
import { ZarrTransaction } from "./zarr-transaction.js";

export interface ZarrOptions extends BackendOptions {
  /** The version of Zarr that a new hierarchy is written in; default 3. One that is there keeps its own. */
  format?: 2 | 3;
  /** What only Zarr has, for each new dataset: compression by zstd or blosc, shards, names of axes. */
  layout?: (dataset: NewDatasetInfo) => ZarrLayout | undefined;
  /** Where the folder of the hierarchy is; default: the disk. */
  fs?: FileSystem;
  /** Another place than a folder: then the path is what the keys of the hierarchy begin with. */
  store?: ReadableStore;
}

const OPTIONS: OptionRules<ZarrOptions> = {
  format: optionRule("2 or 3", (value) => value === 2 || value === 3),
  layout: optionRules.function,
  fs: optionRules.fileSystem,
  store: optionRules.object,
  logger: optionRules.object,
  dataVersion: optionRules.wholeFrom0,
};

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
  readonly #cache: HierarchyCache = {};

  /** @throws FileStructureException a path that is none, an unknown option, or one that cannot have its value. */
  constructor(path: string, given: ZarrOptions = {}) {
    const checked = checkCallOptions(given, OPTIONS, "the Zarr backend");
    const { format: _, layout: __, fs, store, ...options } = checked;
    if (fs !== undefined && store !== undefined)
      throw new FileStructureException("the Zarr backend takes the option fs or the option store, not both");
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

  protected async _open(
    path: string,
    mode: "read" | "write",
    signal?: AbortSignal,
  ): Promise<ZarrTransaction> {
    const { format = 3, store, layout } = this.#options;
    return ZarrTransaction.open(await this.#store(path, store), mode, {
      format,
      signal,
      layout,
      cache: this.#cache,
    });
  }

  async #store(path: string, store: ReadableStore | undefined): Promise<ReadableStore> {
    if (store !== undefined) return beneath(store, prefixOf(path));
    const folder = new FolderStore(this.#fs ?? defaultFileSystem(), path);
    await folder.checkFolder();
    return folder;
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
