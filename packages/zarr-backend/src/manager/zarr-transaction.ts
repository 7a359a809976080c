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
import { FileStructureException } from "@tvb-storage/errors";
import type { LongOptions } from "@tvb-storage/files";
import { chunkLayers } from "../chunks/chunk-layers.js";
import { type ChunkSource, readElements } from "../chunks/read-elements.js";
import { type ChunkTarget, writeElements } from "../chunks/write-elements.js";
import { describeDataset, readable } from "../hierarchy/dataset.js";
import { FreePrefixes } from "../hierarchy/free-prefixes.js";
import {
  type DatasetRecord,
  DIMENSIONS,
  EMPTY_GROUP,
  HIDDEN,
  keyOf,
  type ZarrNode,
} from "../hierarchy/hierarchy.js";
import { HierarchyWriter } from "../hierarchy/hierarchy-writer.js";
import { isStale } from "../hierarchy/is-stale.js";
import { type HierarchyCache, type LoadedHierarchy, loadHierarchy } from "../hierarchy/load.js";
import { newStagedPrefix } from "../hierarchy/own-keys.js";
import { chunkPrefix } from "../hierarchy/root-document.js";
import { removeStrays } from "../hierarchy/strays.js";
import { type ArrayLayout, withShape } from "../metadata/array-layout.js";
import { arraysOf, replaceAttributes } from "../metadata/attribute-json.js";
import { createLayout, outgrownLayout } from "../metadata/create-layout.js";
import { isReadable } from "../metadata/parse-layout.js";
import { checkLayout, type NewDatasetInfo, type ZarrLayout } from "../metadata/zarr-layout.js";
import { asComplete, asIncomplete } from "../regions/incomplete-array.js";
import { isWritable, type ReadableStore } from "../stores/object-store.js";
import { type SweepOptions, type SweepReport, sweep } from "../sweep/sweep.js";

export interface OpenOptions {
  /** Of a new hierarchy. */
  readonly format: 2 | 3;
  readonly signal?: AbortSignal | undefined;
  readonly cache: HierarchyCache;
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
  /** Nodes that are changed or removed. */
  readonly #touched = new Set<string>();
  readonly #free: FreePrefixes | undefined;

  private constructor(
    private readonly store: ReadableStore,
    /** As it was found; undefined where there is none yet. */
    private readonly found: LoadedHierarchy | undefined,
    private readonly format: 2 | 3,
    /** Undefined in a transaction that only reads. */
    private readonly writer?: HierarchyWriter,
    private readonly layout?: OpenOptions["layout"],
  ) {
    this.#nodes = new Map(found?.nodes);
    this.#free = writer && new FreePrefixes(writer, format);
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
    if (mode === "read") {
      const found = await loadHierarchy(store, options);
      return new ZarrTransaction(store, found, found?.format ?? options.format);
    }
    if (!isWritable(store)) throw onlyRead(store);
    const writer = await HierarchyWriter.open(store, options);
    const { found } = writer;
    return new ZarrTransaction(store, found, found?.format ?? options.format, writer, options.layout);
  }

  node(path: string): StoredNode | undefined {
    const node = this.#nodes.get(path);
    if (node === undefined) return undefined;
    const attributes = arraysOf(node.attributes);
    const { array } = node;
    if (array === undefined) return { attributes };
    if (!isReadable(array)) return { attributes, unreadable: array.unreadable };
    return { attributes, dataset: describeDataset(path, array, node) };
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
      if (this.writer === undefined && (await isStale(this.store, this.found, true))) throw stale();
      throw error;
    }
    if (this.writer === undefined && (await isStale(this.store, this.found, false))) throw stale();
    return elements;
  }

  async createGroup(path: string): Promise<void> {
    await this.#claim(path);
    this.#nodes.set(path, EMPTY_GROUP);
    this.#touched.add(path);
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
    this.#nodes.set(path, asIncomplete(this.#dataset(path)));
  }

  /** @throws FileStorageException chunks are missing, or it is an array of another program. */
  async complete(path: string, signal?: AbortSignal): Promise<void> {
    const complete = await asComplete(this.#dataset(path), this.#source(path), signal);
    if (complete === undefined) return;
    this.#nodes.set(path, complete);
    this.#touched.add(path);
  }

  /** Removes what killed writers have left. */
  sweep(options: SweepOptions): Promise<SweepReport> {
    return sweep(this.#writing(), { format: this.format, nodes: this.#nodes }, options);
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
    const info = { path, dtype, shape };
    const special = {
      ...checkLayout(this.layout?.({ ...info, shape: [...shape] }), info),
      ...checkLayout(given, info),
    };
    const array = createLayout({ format: this.format, ...info, layout, special });
    await this.#claim(path);
    const { growAxis, chunks } = layout;
    // Where the last commit has chunks at this path, its readers need them until the next one.
    const isTaken = this.found?.nodes.has(path) === true;
    const record = {
      id: crypto.randomUUID(),
      ...(growAxis === undefined ? {} : { grow: growAxis }),
      fit: chunks === undefined && array.shard === undefined,
      ...(isTaken ? { staged: newStagedPrefix() } : {}),
    };
    const hidden = this.format === 2 ? { [DIMENSIONS]: array.dimensionNames ?? [] } : {};
    await this.#setDataset(path, { attributes: new Map(), hidden, array, record });
  }

  /** The same dataset without its chunks, to be filled anew. */
  async #replace(path: string, shape: readonly number[]): Promise<void> {
    const node = this.#dataset(path);
    const layout = readable(node.array);
    // Chunks that this transaction made are nobody else's yet.
    const isOurs = this.found?.nodes.has(path) !== true;
    const staged = isOurs ? {} : { staged: newStagedPrefix() };
    const record: DatasetRecord = { ...(node.record ?? { id: path, grow: "any" }), ...staged };
    await this.#setDataset(path, { ...node, array: withShape(layout, shape), record });
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
    const before = layout.shape;
    const offset = before.map((length, i) => (i === axis ? length : 0));
    const shape = before.map((length, i) => (i === axis ? length + (rows.shape[i] ?? 0) : length));
    const outgrown = node.record?.fit === true ? outgrownLayout(layout, shape, axis) : undefined;
    if (outgrown === undefined) await this.#setDataset(path, { ...node, array: withShape(layout, shape) });
    else await this.#writeAgain(path, outgrown);
    await writeElements(this.#target(path), rows, offset, before);
  }

  /** Writes what a dataset has in other chunks. It is small: its chunks were of less than the usual length. */
  async #writeAgain(path: string, layout: ArrayLayout): Promise<void> {
    const source = this.#source(path);
    const all = await readElements(source, resolveSelection(undefined, source.layout.shape));
    await this.#replace(path, layout.shape);
    const node = this.#dataset(path);
    this.#nodes.set(path, { ...node, array: layout });
    await this.#writeAll(path, all);
    // Where no commit has it yet, the chunks of before have the same prefix.
    await removeStrays(this.#writing(), chunkPrefix(path, node), layout);
  }

  remove(path: string): void {
    for (const each of [path, ...this.list(path)]) {
      this.#nodes.delete(each);
      this.#touched.add(each);
    }
  }

  setAttributes(path: string, attributes: StoredNode["attributes"]): void {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new TypeError(`there is no ${path}`); // was checked
    const replaced = replaceAttributes(node.attributes, attributes, HIDDEN[this.format]);
    this.#nodes.set(path, { ...node, attributes: replaced });
    this.#touched.add(path);
  }

  async commit(): Promise<void> {
    if (this.#touched.size > 0) await this.#writing().commit(this.format, this.#nodes, this.#touched);
  }

  async close(): Promise<void> {
    await this.writer?.close();
  }

  /** Before a node is made where the last commit has none. */
  async #claim(path: string): Promise<void> {
    if (this.found?.nodes.has(path) !== true) await this.#free?.claim(path);
  }

  /** Before chunks of a dataset are put. */
  async #setDataset(path: string, node: ZarrNode): Promise<void> {
    const last = this.found?.nodes.get(path)?.array;
    const prefix = chunkPrefix(path, node);
    const kept = prefix === keyOf(path) && last !== undefined && isReadable(last) ? last : undefined;
    await this.#writing().beginChunks(prefix, kept);
    this.#nodes.set(path, node);
    this.#touched.add(path);
  }

  #writing(): HierarchyWriter {
    if (this.writer === undefined) throw new TypeError("a transaction that only reads has no changes"); // was checked
    return this.writer;
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
    return { ...this.#source(path), store: this.#writing().store };
  }
}

function stale(): StaleTransaction {
  return new StaleTransaction("other writers commit faster than this can be read; try again later");
}

export function onlyRead({ label }: ReadableStore): FileStructureException {
  return new FileStructureException(`${label} is only read: this kind of store is not written`);
}
