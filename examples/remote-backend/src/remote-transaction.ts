import {
  type NDArray,
  type NewLayout,
  pathsBeneath,
  type ResolvedSelection,
  type StorageTransaction,
  type StoredNode,
  selectElements,
} from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { decodeArray, encodeArray } from "./array-bytes.js";
import { formatCatalogue, type Node, parseCatalogue, type StoredObject } from "./catalogue.js";
import type { ObjectStore } from "./object-client.js";

/** The name of the catalogue among the objects of a file. */
export const CATALOGUE = "catalogue";
/** Names that a transaction gives to objects. */
const OURS = /^[0-9a-f-]{36}$/;

/** The object that the catalogue names is not there: another process may have committed since, and removed it. */
export class ObjectGone extends FileStorageException {}

/**
 * A file in one transaction. Data objects are stored under new names and never overwritten; the catalogue that names
 * them is put last, and that is the commit.
 */
export class RemoteTransaction implements StorageTransaction {
  private constructor(
    private readonly store: ObjectStore,
    /** All objects of the file begin with it, and those of no other file do. */
    private readonly prefix: string,
    private readonly nodes: Map<string, Node>,
  ) {}

  /** @throws IncompatibleFileManagerException something else is there. */
  static async open(store: ObjectStore, prefix: string): Promise<RemoteTransaction> {
    const content = await store.get(prefix + CATALOGUE);
    const nodes = content === undefined ? new Map<string, Node>() : parseCatalogue(content);
    return new RemoteTransaction(store, prefix, nodes);
  }

  node(path: string): StoredNode | undefined {
    const node = this.nodes.get(path);
    if (node?.dataset === undefined) return node && { attributes: node.attributes };
    const { id, dtype, shape, growAxis, bytes } = node.dataset;
    const maxShape = shape.map((length, axis) => (axis === growAxis ? null : length));
    return { attributes: node.attributes, dataset: { id, dtype, shape, maxShape, storedBytes: bytes } };
  }

  list(path: string): string[] {
    return pathsBeneath(path, this.nodes.keys());
  }

  async read(path: string, selection: ResolvedSelection): Promise<NDArray> {
    const { object, bytes, dtype, shape } = this.#dataset(path);
    const content = await this.store.get(this.prefix + object);
    if (content === undefined) throw new ObjectGone(`the object ${object} with its elements is missing`);
    if (content.length !== bytes)
      throw new FileStorageException(`the object ${object} with its elements is damaged`);
    return selectElements(decodeArray(dtype, shape, content), selection);
  }

  createGroup(path: string): void {
    this.nodes.set(path, { attributes: new Map() });
  }

  async createDataset(path: string, array: NDArray, { growAxis }: NewLayout): Promise<void> {
    const dataset = { id: crypto.randomUUID(), growAxis, ...(await this.#put(array)) };
    this.nodes.set(path, { attributes: new Map(), dataset });
  }

  async write(path: string, array: NDArray): Promise<void> {
    const { id, growAxis } = this.#dataset(path);
    this.#change(path, { dataset: { id, growAxis, ...(await this.#put(array)) } });
  }

  remove(path: string): void {
    for (const each of [path, ...this.list(path)]) this.nodes.delete(each);
  }

  setAttributes(path: string, attributes: Node["attributes"]): void {
    this.#change(path, { attributes });
  }

  async commit(): Promise<void> {
    // Where this fails nothing is removed, not even new objects: the store may have done it, or do it later.
    await this.store.put(this.prefix + CATALOGUE, formatCatalogue(this.nodes));
    // The file is committed. What is left over does no harm, and the next commit removes it.
    await this.#removeUnnamed().catch(() => undefined);
  }

  close(): void {
    // Nothing is held: what was not committed goes with this object.
  }

  /** Stores elements under a new name. */
  async #put(array: NDArray): Promise<Omit<StoredObject, "id" | "growAxis">> {
    const content = encodeArray(array);
    const object = crypto.randomUUID();
    await this.store.put(this.prefix + object, content);
    const { dtype, shape } = array;
    return { dtype, shape: [...shape], object, bytes: content.length };
  }

  /** Removes what the catalogue does not name, of this transaction or of one that failed. */
  async #removeUnnamed(): Promise<void> {
    const named = new Set([...this.nodes.values()].map(({ dataset }) => dataset?.object));
    for (const key of await this.store.list(this.prefix)) {
      const name = key.slice(this.prefix.length);
      if (OURS.test(name) && !named.has(name)) await this.store.delete(key);
    }
  }

  #change(path: string, changed: Partial<Node>): void {
    this.nodes.set(path, { attributes: new Map(), ...this.nodes.get(path), ...changed });
  }

  #dataset(path: string): StoredObject {
    const dataset = this.nodes.get(path)?.dataset;
    if (dataset === undefined) throw new TypeError(`${path} is no dataset`); // was checked
    return dataset;
  }
}
