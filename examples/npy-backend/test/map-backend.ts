import {
  type BackendOptions,
  copyArray,
  DATA_TYPES,
  type NDArray,
  type NewLayout,
  pathsBeneath,
  type ResolvedSelection,
  type StorageBackend,
  type StorageTransaction,
  type StoredDataset,
  type StoredNode,
  selectElements,
  TransactionStorageManager,
} from "@tvb-storage/core";

interface Node extends StoredNode {
  readonly dataset?: StoredDataset & { readonly array: NDArray };
}

/** The nodes of each file, by its path: what a client of your store gets and puts. */
type Store = Map<string, ReadonlyMap<string, Node>>;

interface MapOptions extends BackendOptions {
  store?: Store;
}

class MapTransaction implements StorageTransaction {
  /** A copy, which this transaction changes. */
  readonly #nodes: Map<string, Node>;

  constructor(
    private readonly store: Store,
    private readonly file: string,
  ) {
    this.#nodes = new Map(store.get(file));
  }

  node(path: string): Node | undefined {
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

  createDataset(path: string, array: NDArray, { growAxis }: NewLayout): void {
    const maxShape = array.shape.map((length, axis) => (axis === growAxis ? null : length));
    const dataset = { id: crypto.randomUUID(), maxShape, ...contentOf(array) };
    this.#nodes.set(path, { attributes: new Map(), dataset });
  }

  write(path: string, array: NDArray): void {
    const dataset = { ...this.#dataset(path), ...contentOf(array) };
    this.#nodes.set(path, { attributes: new Map(), ...this.#nodes.get(path), dataset });
  }

  remove(path: string): void {
    for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);
  }

  setAttributes(path: string, attributes: Node["attributes"]): void {
    this.#nodes.set(path, { ...this.#nodes.get(path), attributes });
  }

  commit(): void {
    this.store.set(this.file, this.#nodes);
  }

  close(): void {}

  #dataset(path: string) {
    const dataset = this.#nodes.get(path)?.dataset;
    if (dataset === undefined) throw new TypeError(`${path} is no dataset`); // was checked
    return dataset;
  }
}

/** The array is the caller's, so it is copied, its shape too. */
function contentOf(given: NDArray) {
  const array = copyArray(given);
  return { dtype: array.dtype, shape: array.shape, array };
}

const defaultStore: Store = new Map();

class MapStorageManager extends TransactionStorageManager {
  readonly #store: Store;

  constructor(path: string, { store = defaultStore, ...options }: MapOptions = {}) {
    super(path, { ...options, supports: mapBackend.supports, space: store });
    this.#store = store;
  }

  protected _open(path: string): MapTransaction {
    return new MapTransaction(this.#store, path);
  }
}

export const mapBackend: StorageBackend<MapOptions> = {
  name: "map",
  fileExtension: ".map",
  supports: {
    dtypes: DATA_TYPES,
    growableAxes: "any",
    compression: [],
    removal: true,
    fields: false,
    atomicCommit: true,
    crossProcessLock: false,
    escapedBytes: true,
    storedAs: "remote",
  },
  open: (path, options) => new MapStorageManager(path, options),
};
