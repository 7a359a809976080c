import {
  type NDArray,
  type NewLayout,
  type PlacedBlock,
  pathsBeneath,
  type ResolvedSelection,
  resolveSelection,
  StaleTransaction,
  type StorageTransaction,
  type StoredDataset,
  type StoredNode,
} from "@tvb-storage/core";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import type { LongOptions } from "@tvb-storage/files";
import { chunkLayers } from "../chunks/chunk-layers.js";
import { type ChunkSource, readElements } from "../chunks/read-elements.js";
import { type ChunkTarget, writeElements } from "../chunks/write-elements.js";
import { checkFree } from "../hierarchy/check-free.js";
import { describeDataset, readable } from "../hierarchy/dataset.js";
import {
  type DatasetRecord,
  DIMENSIONS,
  EMPTY_GROUP,
  HIDDEN,
  type ZarrNode,
} from "../hierarchy/hierarchy.js";
import { getIntent, newStagedPrefix, putIntent } from "../hierarchy/intent.js";
import { isStale } from "../hierarchy/is-stale.js";
import { type HierarchyCache, type LoadedHierarchy, loadHierarchy } from "../hierarchy/load.js";
import { chunkPrefix, formatRoot, ROOT_DOCUMENT } from "../hierarchy/root-document.js";
import { removeChunks, settle, type Touch } from "../hierarchy/settle.js";
import { formatDocument } from "../json/exact-json.js";
import { type ArrayLayout, withShape } from "../metadata/array-layout.js";
import { replaceAttributes } from "../metadata/attribute-json.js";
import { createLayout, outgrownLayout } from "../metadata/create-layout.js";
import { unwrittenFill, usualFill, withFill } from "../metadata/fill-value.js";
import { isReadable } from "../metadata/parse-layout.js";
import { checkLayout, type NewDatasetInfo, type ZarrLayout } from "../metadata/zarr-layout.js";
import { checkNoneMissing, missingRegions } from "../regions/missing-regions.js";
import { isWritable, type ObjectStore, type ReadableStore, type StoreLock } from "../stores/object-store.js";
import { StoreConflict } from "../stores/store-conflict.js";
import { type SweepOptions, type SweepReport, sweep } from "../sweep/sweep.js";

export interface OpenOptions {
  /** Of a new hierarchy. */
  readonly format: 2 | 3;
  readonly signal?: AbortSignal | undefined;
  readonly cache?: HierarchyCache;
  /** What only Zarr has, for a new dataset. */
  readonly layout?: ((dataset: NewDatasetInfo) => ZarrLayout | undefined) | undefined;
}

/**
 * A hierarchy in one transaction. The document at the root, which has all metadata, is put in one request, and that is
 * the commit. Chunks that no commit before has go under their own keys before it; those that replace others go under
 * staged keys, which the commit names, and to their own after it.
 */
export class ZarrTransaction implements StorageTransaction {
  #nodes: Map<string, ZarrNode>;
  readonly #touched = new Map<string, Touch>();
  /** Paths that the intent has. */
  #announced = 0;
  #isSettled = true;

  private constructor(
    private readonly store: ReadableStore,
    /** As it was found; undefined where there is none yet. */
    private readonly found: LoadedHierarchy | undefined,
    private readonly format: 2 | 3,
    /** Undefined in a transaction that only reads, and where the store keeps nobody apart. */
    private readonly lock: StoreLock | undefined,
    private readonly isReading: boolean,
    private readonly options: Pick<OpenOptions, "cache" | "layout"> = {},
  ) {
    this.#nodes = new Map(found?.nodes);
  }

  /**
   * @throws IncompatibleFileManagerException something else is there.
   * @throws FileStructureException a change of a store that is only read.
   */
  static async open(
    store: ReadableStore,
    mode: "read" | "write",
    options: OpenOptions,
  ): Promise<ZarrTransaction> {
    const { format, signal } = options;
    if (mode === "read") {
      const found = await loadHierarchy(store, options);
      return new ZarrTransaction(store, found, found?.format ?? format, undefined, true);
    }
    if (!isWritable(store)) throw onlyRead(store);
    const lock = await store.lock?.("", { signal });
    try {
      let found = await loadHierarchy(store, options);
      const unfinished = await getIntent(store, signal);
      if (unfinished !== undefined) {
        await settle(store, found, new Map(unfinished.map((path) => [path, "anything"])));
        found = await loadHierarchy(store, options);
      }
      return new ZarrTransaction(store, found, found?.format ?? format, lock, false, options);
    } catch (error) {
      await lock?.release();
      throw error;
    }
  }

  node(path: string): StoredNode | undefined {
    const node = this.#nodes.get(path);
    if (node === undefined) return undefined;
    const attributes = new Map([...node.attributes].map(([name, { array }]) => [name, array]));
    const { array } = node;
    if (array === undefined) return { attributes };
    if (!isReadable(array)) return { attributes, unreadable: array.unreadable };
    return { attributes, dataset: describeDataset(path, array, node.record) };
  }

  list(path: string): string[] {
    return pathsBeneath(path, this.#nodes.keys());
  }

  async read(path: string, selection: ResolvedSelection, call?: LongOptions): Promise<NDArray> {
    const source = this.#source(path);
    let elements: NDArray;
    try {
      elements = await readElements(source, selection, call);
    } catch (error) {
      if (this.isReading && (await isStale(this.store, this.found, true))) throw stale();
      throw error;
    }
    if (this.isReading && (await isStale(this.store, this.found, false))) throw stale();
    return elements;
  }

  async createGroup(path: string): Promise<void> {
    await checkFree(this.store, path, this.format, this.found);
    this.#nodes.set(path, EMPTY_GROUP);
    this.#touched.set(path, "documents");
  }

  async createDataset(path: string, array: NDArray, layout: NewLayout, call?: LongOptions): Promise<void> {
    await this.#create(path, array, layout);
    await this.#writeAll(path, array, call);
  }

  async write(path: string, array: NDArray, call?: LongOptions): Promise<void> {
    await this.#replace(path, array.shape);
    await this.#writeAll(path, array, call);
  }

  async storeBlocks(
    path: string,
    blocks: AsyncIterable<PlacedBlock>,
    dataset: Pick<StoredDataset, "dtype" | "shape">,
    layout: NewLayout | undefined,
  ): Promise<void> {
    if (layout === undefined) await this.#replace(path, dataset.shape);
    else await this.#create(path, dataset, layout);
    const target = this.#target(path);
    const start = dataset.shape.map(() => 0);
    for await (const { start: row, block } of chunkLayers(blocks, dataset, target.layout)) {
      // Rows before it are there, those of the first one in its chunk among them.
      const [, ...rest] = dataset.shape;
      await writeElements(target, block, [row, ...start.slice(1)], [row, ...rest]);
    }
  }

  /** Makes a dataset without elements, whose chunks writers of regions put. */
  async createIncomplete(
    path: string,
    dataset: Pick<StoredDataset, "dtype" | "shape">,
    layout: NewLayout,
    special: ZarrLayout,
  ): Promise<void> {
    await this.#create(path, dataset, layout, special);
    const node = this.#dataset(path);
    const array = readable(node.array);
    // Those of an array that was here before would be taken for written ones.
    await removeChunks(this.#writable(), path, array);
    const record: DatasetRecord = { ...(node.record ?? { id: path }), incomplete: true };
    this.#nodes.set(path, { ...node, array: withFill(array, unwrittenFill(array.type)), record });
  }

  /** @throws FileStorageException chunks are missing, or it is an array of another program. */
  async complete(path: string, signal?: AbortSignal): Promise<void> {
    const node = this.#dataset(path);
    const array = readable(node.array);
    const { incomplete, ...record } = node.record ?? {};
    if (node.record === undefined)
      throw new FileStorageException("another program made it; its missing chunks are its fill value");
    if (incomplete !== true) return;
    checkNoneMissing(await missingRegions(this.#source(path), signal));
    const filled = withFill(array, usualFill(array.format, array.type));
    this.#nodes.set(path, { ...node, array: filled, record: { ...record, id: node.record.id } });
    this.#touched.set(path, "documents");
  }

  /** Removes what killed writers have left. */
  sweep(options: SweepOptions): Promise<SweepReport> {
    const root = { format: this.format, nodes: this.#nodes, commit: undefined };
    return sweep(this.#writable(), root, options);
  }

  /** A node as it is described in the hierarchy. */
  zarrNode(path: string): ZarrNode | undefined {
    return this.#nodes.get(path);
  }

  /** The chunks of a dataset, and what it is. */
  chunksOf(path: string): ChunkSource & { readonly node: ZarrNode } {
    return { ...this.#source(path), node: this.#dataset(path) };
  }

  /** A new dataset, without its chunks. */
  async #create(
    path: string,
    { dtype, shape }: Pick<StoredDataset, "dtype" | "shape">,
    layout: NewLayout,
    given: ZarrLayout = {},
  ): Promise<void> {
    await checkFree(this.store, path, this.format, this.found);
    const info = { path, dtype, shape };
    const special = {
      ...checkLayout(this.options.layout?.({ ...info, shape: [...shape] }), info),
      ...checkLayout(given, info),
    };
    const array = createLayout({ format: this.format, ...info, layout, special });
    const { growAxis, chunks } = layout;
    // Where the last commit has chunks at this path, its readers need them until the next one.
    const isTaken = this.found?.nodes.has(path) === true;
    const record = {
      id: crypto.randomUUID(),
      ...(growAxis === undefined ? {} : { grow: growAxis }),
      fit: chunks === undefined && array.shard === undefined,
      ...(isTaken ? { staged: newStagedPrefix() } : {}),
    };
    await this.#announce(path, isTaken ? "anything" : "documents");
    const hidden = this.format === 2 ? { [DIMENSIONS]: array.dimensionNames ?? [] } : {};
    this.#nodes.set(path, { attributes: new Map(), hidden, array, record });
  }

  /** The same dataset without its chunks, to be filled anew. */
  async #replace(path: string, shape: readonly number[]): Promise<void> {
    const node = this.#dataset(path);
    const layout = readable(node.array);
    await this.#announce(path, "documents");
    // Chunks that this transaction made are nobody else's yet.
    const isOurs = this.found?.nodes.has(path) !== true;
    const staged = isOurs ? {} : { staged: newStagedPrefix() };
    const record: DatasetRecord = { ...(node.record ?? { id: path, grow: "any" }), ...staged };
    this.#nodes.set(path, { ...node, array: withShape(layout, shape), record });
  }

  async #writeAll(path: string, array: NDArray, call?: LongOptions): Promise<void> {
    const start = array.shape.map(() => 0);
    await writeElements(this.#target(path), array, start, start, call);
  }

  /**
   * Rows go into the last chunks, whose other elements stay as they are: who reads by the last commit finds them, and
   * nothing beyond its shape.
   */
  async append(path: string, rows: NDArray, axis: number): Promise<void> {
    const node = this.#dataset(path);
    const layout = readable(node.array);
    await this.#announce(path, "documents");
    const before = layout.shape;
    const offset = before.map((length, i) => (i === axis ? length : 0));
    const shape = before.map((length, i) => (i === axis ? length + (rows.shape[i] ?? 0) : length));
    const outgrown = node.record?.fit === true ? outgrownLayout(layout, shape, axis) : undefined;
    if (outgrown === undefined) this.#nodes.set(path, { ...node, array: withShape(layout, shape) });
    else await this.#writeAgain(path, outgrown);
    await writeElements(this.#target(path), rows, offset, before);
  }

  /** Writes what a dataset has in other chunks. It is small: its chunks were of less than the usual length. */
  async #writeAgain(path: string, layout: ArrayLayout): Promise<void> {
    const source = this.#source(path);
    const all = await readElements(source, resolveSelection(undefined, source.layout.shape));
    await this.#replace(path, layout.shape);
    this.#touched.set(path, "anything");
    const node = this.#dataset(path);
    this.#nodes.set(path, { ...node, array: layout });
    await this.#writeAll(path, all);
  }

  remove(path: string): void {
    for (const each of [path, ...this.list(path)]) {
      this.#nodes.delete(each);
      this.#touched.set(each, "anything");
    }
  }

  setAttributes(path: string, attributes: StoredNode["attributes"]): void {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new TypeError(`there is no ${path}`); // was checked
    const replaced = replaceAttributes(node.attributes, attributes, HIDDEN[this.format]);
    this.#nodes.set(path, { ...node, attributes: replaced });
    if (!this.#touched.has(path)) this.#touched.set(path, "documents");
  }

  async commit(): Promise<void> {
    if (this.#touched.size === 0) return;
    const store = this.#writable();
    const isAlone = this.format === 3 && this.#touched.size === 1 && this.#touched.has("/");
    if (!isAlone) await this.#putIntent();
    const root = { format: this.format, nodes: this.#nodes, commit: crypto.randomUUID() };
    await this.lock?.assertHeld();
    const document = formatDocument(formatRoot(root));
    const key = ROOT_DOCUMENT[this.format];
    const version = await this.#putRoot(key, document);
    if (this.options.cache !== undefined)
      this.options.cache.last = { ...root, source: { bytes: document, version } };
    // It is committed. What other programs see may follow: where that fails now, `close` or the next writer does it.
    if (isAlone) return;
    await settle(store, root, this.#touched).then(
      () => {
        this.#isSettled = true;
      },
      () => undefined,
    );
  }

  /** Puts the commit, where no other one has been made since this transaction was opened. */
  async #putRoot(key: string, document: Uint8Array): Promise<string | undefined> {
    const store = this.#writable();
    const ifVersion = this.found?.source?.version;
    // With a lock nobody else can have made one.
    if (this.found !== undefined || this.lock !== undefined)
      return store.put(key, document, ifVersion === undefined ? {} : { ifVersion });
    if (await store.putIfAbsent(key, document)) return undefined;
    throw new StoreConflict(store.label, key);
  }

  async close(): Promise<void> {
    try {
      if (this.#isSettled) return;
      await this.lock?.assertHeld();
      // The commit may have been made though its answer did not come, so it is looked for.
      const found = await loadHierarchy(this.store, { format: this.format });
      const touched = [...this.#touched.keys()].map((path) => [path, "anything"] as const);
      await settle(this.#writable(), found, new Map(touched));
    } catch {
      // The intent stays, and the next writer does it.
    } finally {
      await this.lock?.release();
    }
  }

  /** Says what is about to change, before it does. */
  async #announce(path: string, touch: Touch): Promise<void> {
    if (this.#touched.get(path) !== "anything") this.#touched.set(path, touch);
    await this.#putIntent();
  }

  async #putIntent(): Promise<void> {
    if (this.#announced === this.#touched.size) return;
    this.#isSettled = false;
    await putIntent(this.#writable(), this.#touched.keys());
    this.#announced = this.#touched.size;
  }

  #writable(): ObjectStore {
    if (isWritable(this.store)) return this.store;
    throw new TypeError("a store that is only read has no changes"); // was checked
  }

  #dataset(path: string): ZarrNode {
    const node = this.#nodes.get(path);
    if (node?.array === undefined) throw new TypeError(`${path} is no dataset`); // was checked
    return node;
  }

  #source(path: string): ChunkSource {
    const node = this.#dataset(path);
    const layout = readable(node.array);
    const { record } = node;
    const missing = record === undefined ? "fill" : record.incomplete === true ? "unwritten" : "lost";
    return { store: this.store, prefix: chunkPrefix(path, node), layout, missing };
  }

  #target(path: string): ChunkTarget {
    return { ...this.#source(path), store: this.#writable() };
  }
}

function stale(): StaleTransaction {
  return new StaleTransaction("other writers commit faster than this can be read; try again later");
}

export function onlyRead({ label }: ReadableStore): FileStructureException {
  return new FileStructureException(`${label} is only read: this kind of store is not written`);
}
