import {
  copyArray,
  elementCount,
  itemSize,
  type NDArray,
  type NewLayout,
  pathsBeneath,
  type ResolvedSelection,
  type StorageTransaction,
  type StoredDataset,
  type StoredNode,
  selectElements,
} from "@tvb-storage/core";

interface MemoryDataset extends StoredDataset {
  readonly array: NDArray;
}

export interface MemoryNode extends StoredNode {
  readonly dataset?: MemoryDataset | undefined;
}

/** All nodes of a file by absolute path. What is committed is never changed, only replaced. */
export type MemoryContent = ReadonlyMap<string, MemoryNode>;

/** A file as it is seen and changed in one transaction: a copy of its nodes. */
export class MemoryTransaction implements StorageTransaction {
  readonly #nodes: Map<string, MemoryNode>;

  constructor(
    committed: MemoryContent,
    /** Makes the nodes the content of the file. */
    private readonly save: (content: MemoryContent) => void,
  ) {
    this.#nodes = new Map(committed);
  }

  node(path: string): MemoryNode | undefined {
    return this.#nodes.get(path);
  }

  list(path: string): string[] {
    return pathsBeneath(path, this.#nodes.keys());
  }

  read(path: string, selection: ResolvedSelection): NDArray {
    return selectElements(this.#dataset(path).array, selection);
  }

  createGroup(path: string): void {
    this.#nodes.set(path, { attributes: new Map() });
  }

  createDataset(path: string, array: NDArray, layout: NewLayout): void {
    const { chunks, compression, stringLength, growAxis } = layout;
    const maxShape = array.shape.map((length, axis) => (axis === growAxis ? null : length));
    // Nothing in memory is compressed; `listNodes` says what was asked for all the same.
    const filters = compression === undefined ? [] : ["gzip"];
    const id = Symbol("dataset");
    const stored = { id, maxShape, chunks: chunks ?? null, filters, compression };
    const dataset = { ...stored, stringLength, ...contentOf(array) };
    this.#nodes.set(path, { attributes: new Map(), dataset });
  }

  write(path: string, array: NDArray): void {
    const dataset = { ...this.#dataset(path), ...contentOf(array) };
    this.#nodes.set(path, { ...this.#node(path), dataset });
  }

  remove(path: string): void {
    for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);
  }

  setAttributes(path: string, attributes: MemoryNode["attributes"]): void {
    this.#nodes.set(path, { ...this.#node(path), attributes });
  }

  commit(): void {
    this.save(this.#nodes);
  }

  close(): void {
    // Nothing is held: what was not committed goes with this object.
  }

  #node(path: string): MemoryNode {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new TypeError(`the manager names a node that is not there: ${path}`);
    return node;
  }

  #dataset(path: string): MemoryDataset {
    const { dataset } = this.#node(path);
    if (dataset === undefined) throw new TypeError(`the manager names a dataset that is not there: ${path}`);
    return dataset;
  }
}

/** The array is the caller's, shape and elements. */
function contentOf(given: NDArray) {
  const array = copyArray(given);
  const { dtype, shape } = array;
  return { dtype, shape, storedBytes: elementCount(shape) * itemSize(dtype), array };
}
