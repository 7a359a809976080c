import { FileStructureException } from "@tvb-storage/errors";
import { describe, expect, it, vi } from "vitest";
import {
  type BackendCapabilities,
  DATA_TYPES,
  type Logger,
  type NDArray,
  type NewLayout,
  ndarray,
  pathsBeneath,
  type ResolvedSelection,
  type StorageTransaction,
  type StoredDataset,
  type StoredNode,
  selectElements,
  TransactionStorageManager,
  toNested,
} from "../src/index.js";

const SUPPORTS: BackendCapabilities = {
  dtypes: DATA_TYPES,
  growableAxes: "any",
  compression: [],
  removal: true,
  fields: false,
  atomicCommit: true,
  crossProcessLock: false,
  storedAs: "remote",
};

interface Node extends StoredNode {
  readonly dataset?: (StoredDataset & { readonly array: NDArray }) | undefined;
}
type Nodes = Map<string, Node>;

/** What the managers on it share: the files, and every call that reached a transaction. */
class Store {
  readonly files = new Map<string, Nodes>();
  readonly calls: string[] = [];
  /** Calls that fail. */
  readonly broken = new Set<string>();

  /** Notes a call, and fails where it is to. */
  note(call: string): void {
    this.calls.push(call);
    if (this.broken.has(call)) throw Object.assign(new Error("EIO: broken"), { code: "EIO" });
  }

  /** The calls since the last look. */
  taken(): string[] {
    return this.calls.splice(0);
  }
}

class MapTransaction implements StorageTransaction {
  constructor(
    private readonly store: Store,
    private readonly path: string,
    private readonly nodes: Nodes,
  ) {}

  node(path: string): Node | undefined {
    return this.nodes.get(path);
  }

  list(path: string): string[] {
    return pathsBeneath(path, this.nodes.keys());
  }

  async read(path: string, selection: ResolvedSelection): Promise<NDArray> {
    this.store.note(`read ${path}`);
    return selectElements(this.nodes.get(path)?.dataset?.array ?? ndarray([]), selection);
  }

  createGroup(path: string): void {
    this.store.note(`createGroup ${path}`);
    this.nodes.set(path, { attributes: new Map() });
  }

  createDataset(path: string, array: NDArray, { growAxis }: NewLayout): void {
    this.store.note(`createDataset ${path}`);
    const { dtype, shape } = array;
    const maxShape = shape.map((length, axis) => (axis === growAxis ? null : length));
    this.nodes.set(path, { attributes: new Map(), dataset: { id: {}, dtype, shape, maxShape, array } });
  }

  write(path: string, array: NDArray): void {
    this.store.note(`write ${path} ${array.shape.join("x")}`);
    const node = this.nodes.get(path);
    if (node?.dataset === undefined) throw new TypeError(path);
    this.nodes.set(path, { ...node, dataset: { ...node.dataset, shape: array.shape, array } });
  }

  remove(path: string): void {
    this.store.note(`remove ${path}`);
    for (const each of [path, ...this.list(path)]) this.nodes.delete(each);
  }

  setAttributes(path: string, attributes: StoredNode["attributes"]): void {
    this.store.note(`setAttributes ${path}`);
    this.nodes.set(path, { ...this.nodes.get(path), attributes });
  }

  commit(): void {
    this.store.note("commit");
    this.store.files.set(this.path, this.nodes);
  }

  close(): void {
    this.store.calls.push("close");
  }
}

interface Options {
  supports?: Partial<BackendCapabilities>;
  logger?: Logger;
  dataVersion?: number;
  pathStyle?: "joined" | "concatenated";
}

class MapManager extends TransactionStorageManager {
  constructor(
    path: string,
    private readonly store: Store,
    { supports, ...options }: Options = {},
  ) {
    super(path, { supports: { ...SUPPORTS, ...supports }, space: store, ...options });
  }

  protected async _open(path: string, mode: string): Promise<MapTransaction> {
    this.store.note(`open ${mode}`);
    return new MapTransaction(this.store, path, new Map(this.store.files.get(path)));
  }
}

function opened(options?: Options) {
  const store = new Store();
  return { store, manager: new MapManager("/data.map", store, options) };
}

const wrong = (value: unknown): never => value as never; // what JavaScript lets a caller give

describe("a refused call never reaches the backend", () => {
  type Refused = readonly [what: string, call: (m: MapManager) => Promise<unknown>, message: RegExp];
  const consume = async (stream: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of stream) return;
  };
  const aborted = AbortSignal.abort();
  const refused: readonly Refused[] = [
    ["a misspelled option", (m) => m.storeData([1], "x", wrong({ chunk: [1] })), /did you mean chunks/],
    [
      "an impossible option",
      (m) => m.getData("x", wrong({ ignoreErrors: 1 })),
      /ignoreErrors of getData must be/,
    ],
    ["no name", (m) => m.storeData([1], ""), /a dataset needs a name/],
    ["data in place of the name", (m) => m.storeData(wrong("x"), wrong([1])), /must be a text.*comes first/],
    ["null as data", (m) => m.storeData(wrong(null), "x"), /null/],
    ["a ragged list", (m) => m.appendData([[1], [2, 3]], "x"), /ragged|element/],
    ["a scalar to be appended", (m) => m.appendData(1, "x"), /a scalar cannot be appended/],
    ["an axis that is not there", (m) => m.appendData([1], "x", { growDimension: 1 }), /axis 1 is not one/],
    [
      "a text that is too long",
      (m) => m.storeData(["réré"], "x", { stringLength: 4 }),
      /takes 6 bytes where 4 fit/,
    ],
    ["an aborted signal of storeData", (m) => m.storeData([1], "x", { signal: aborted }), /cancelled/],
    ["an aborted signal of getData", (m) => m.getData("x", { signal: aborted }), /cancelled/],
    ["an aborted signal of streamData", (m) => consume(m.streamData("x", { signal: aborted })), /cancelled/],
    [
      "a block source of another type than asked for",
      (m) => m.storeData({ dtype: "int8", shape: [1], blocks: [] }, "x", { dtype: "int16" }),
      /says int8, the option dtype int16/,
    ],
    [
      "blocks that do not add up",
      (m) => m.storeData({ dtype: "int8", shape: [2], blocks: [[1]] }, "x"),
      /hold 1 rows, not the 2/,
    ],
    [
      "metadata that cannot be stored",
      (m) => m.setMetadata(wrong({ a: {} }), "x"),
      /can be stored as metadata/,
    ],
    ["an empty key", (m) => m.removeMetadata("", "x"), /must not be empty/],
    ["a depth below 0", (m) => m.listNodes({ depth: -1 }), /depth/],
  ];

  it.each(refused)("%s", async (_, call, message) => {
    const { store, manager } = opened();
    await expect(call(manager)).rejects.toThrow(message);
    await expect(call(manager)).rejects.toThrow("/data.map");
    expect(store.calls).toEqual([]);
  });

  const unsupported: readonly (readonly [Partial<BackendCapabilities>, ...Refused])[] = [
    [
      { dtypes: ["float64"] },
      "blocks of a type",
      (m) => m.storeData({ dtype: "int8", shape: [1], blocks: [[1]] }, "x"),
      /does not store int8/,
    ],
    [{}, "compression", (m) => m.storeData([1], "x", { compression: "gzip" }), /gzip is not offered/],
    [{ removal: false }, "removal", (m) => m.removeData("x"), /does not remove/],
    [{ growableAxes: "none" }, "appending", (m) => m.appendData([1], "x"), /does not append/],
    [{ growableAxes: "first" }, "the last axis", (m) => m.appendData([[1]], "x"), /growDimension: 0/],
    [{}, "bytes that are not UTF-8", (m) => m.storeData(["\udc80"], "x"), /bytes that are not UTF-8/],
    [{}, "such bytes in a key", (m) => m.setMetadata({ "\udc80": 1 }), /the key .* bytes that are not UTF-8/],
  ];

  it.each(unsupported)("%o: %s", async (supports, _, call, message) => {
    const { store, manager } = opened({ supports });
    await expect(call(manager)).rejects.toThrow(message);
    expect(store.calls).toEqual([]);
  });

  it("a path that is none", () => {
    expect(() => new MapManager("", new Store())).toThrow("must be a path");
  });
});

describe("a type that the backend does not store", () => {
  const supports = { dtypes: ["int16", "string"] } as const;

  it.each<[string, (m: MapManager) => Promise<unknown>, RegExp]>([
    [
      "plain numbers",
      (m) => m.storeData([1], "y"),
      /does not store float64; give it as one of int16, string/,
    ],
    ["bigints", (m) => m.storeData([1n], "y"), /does not store int64/],
    ["a typed array", (m) => m.storeData(Int8Array.of(1), "y"), /does not store int8/],
    ["rows", (m) => m.appendData([1], "y"), /does not store float64/],
    ["buffered rows", (m) => m.appendData([1], "y", { closeFile: false }), /does not store float64/],
  ])("%s: no dataset is created of it", async (_, call, message) => {
    const { store, manager } = opened({ supports });
    await manager.appendData(Int16Array.of(1), "x", { closeFile: false });
    store.taken();
    await expect(call(manager)).rejects.toThrow(message);
    await expect(call(manager)).rejects.toThrow("/data.map, y: ");
    await manager.closeFile();
    expect(store.taken()).not.toContain("createDataset /y");
    expect((await manager.listNodes()).map(({ path }) => path)).toEqual(["/x"]);
    const none = new MapManager("/none.map", store, { supports });
    await expect(call(none)).rejects.toThrow(message);
    expect(await none.isValidTvbFile()).toBe(false);
  });

  it("goes into a dataset of another type, where nothing is lost", async () => {
    const { manager } = opened({ supports });
    await manager.appendData([1], "x", { dtype: "int16" });
    await manager.appendData([2], "x");
    await manager.storeData([3, 4], "x");
    await manager.storeData(Float64Array.of(5, 6), "x");
    expect(await manager.getData("x")).toEqual({ dtype: "int16", shape: [2], data: Int16Array.of(5, 6) });
    await expect(manager.storeData([1, 0.5], "x")).rejects.toThrow("0.5");
  });

  it("is not what setMetadata makes of a missing node", async () => {
    const { manager } = opened({ supports });
    await manager.setMetadata({ unit: "mV", list: Float32Array.of(1) }, "x");
    expect(await manager.getData("x")).toEqual({ dtype: "int16", shape: [1], data: Int16Array.of(0) });
    expect((await manager.getMetadata("x")).list).toMatchObject({ dtype: "float32" });
    const full = opened().manager;
    await full.setMetadata({ unit: "mV" }, "x");
    expect(await full.getData("x")).toEqual({ dtype: "float32", shape: [1], data: Float32Array.of(0) });
  });
});

describe("an option of the constructor", () => {
  it.each([
    [{ dataVersio: 4 }, 'a storage manager has no option "dataVersio"; did you mean dataVersion?'],
    [
      { dataVersion: "a" },
      "the option dataVersion of a storage manager must be a whole number of at least 0",
    ],
    [{ logger: "console" }, "the option logger of a storage manager must be an object"],
  ])("%j is refused", (options, message) => {
    // Wrong on purpose.
    expect(() => opened(options as Options)).toThrow(FileStructureException);
    expect(() => opened(options as Options)).toThrow(message);
  });
});

describe("transactions", () => {
  it("a new file gets a root with the data version, parents, and one commit", async () => {
    const { store, manager } = opened({ dataVersion: 7 });
    await manager.storeData([1], "x", { where: "/a/b" });
    expect(store.taken()).toEqual([
      "open write",
      "createGroup /",
      "setAttributes /",
      "createGroup /a",
      "createGroup /a/b",
      "createDataset /a/b/x",
      "commit",
      "close",
    ]);
    expect(await manager.getFileDataVersion()).toBe(7);
  });

  it("appended rows wait, are written before a read, and committed by the close", async () => {
    const { store, manager } = opened();
    await manager.appendData([[1, 2]], "x", { growDimension: 0 });
    store.taken();
    for (const row of [3, 5])
      await manager.appendData([[row, row + 1]], "x", { growDimension: 0, closeFile: false });
    expect(store.taken()).toEqual(["open write"]);
    expect(await new MapManager("/data.map", store).getDataShape("x")).toEqual([3, 2]);
    expect(store.taken()).toEqual(["read /x", "write /x 3x2"]);
    await manager.closeFile();
    expect(store.taken()).toEqual(["commit", "close"]);
    expect(toNested(await manager.getData("x"))).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]); // prettier-ignore
  });

  it("rows that alternate between two datasets are written once for each", async () => {
    const { store, manager } = opened();
    for (let i = 0; i < 5; i++)
      for (const name of ["x", "y"]) await manager.appendData([i], name, { closeFile: false });
    await manager.closeFile();
    expect(store.calls.filter((call) => call.startsWith("write"))).toEqual(["write /x 5", "write /y 5"]);
  });

  it("a refused append keeps the earlier rows, also one along another axis", async () => {
    const { store, manager } = opened();
    await manager.appendData([[1]], "x", { closeFile: false });
    await manager.appendData([[2]], "x", { closeFile: false });
    await expect(manager.appendData([[3, 4]], "x", { growDimension: 0, closeFile: false })).rejects.toThrow(
      "cannot grow",
    );
    await expect(manager.appendData([[3], [4]], "x", { closeFile: false })).rejects.toThrow("do not fit");
    await manager.closeFile();
    expect(toNested(await new MapManager("/data.map", store).getData("x"))).toEqual([[1, 2]]);
  });

  it("a failed change drops the transaction and names the lost rows; the next call begins a new one", async () => {
    const { store, manager } = opened();
    await manager.appendData([1], "x");
    await manager.appendData([2], "x", { closeFile: false });
    store.broken.add("commit");
    await expect(manager.closeFile()).rejects.toThrow(
      "the rows appended to /x of /data.map since the file was last closed are not stored",
    );
    store.broken.clear();
    await manager.closeFile();
    expect(toNested(await manager.getData("x"))).toEqual([1]);
  });

  it("appended rows are committed before another change, which fails alone", async () => {
    const { store, manager } = opened();
    await manager.appendData([1], "x", { closeFile: false });
    store.broken.add("createDataset /y");
    await expect(manager.storeData([1], "y")).rejects.toThrow("/data.map");
    expect(store.calls.slice(-4)).toEqual(["close", "open write", "createDataset /y", "close"]);
    expect(toNested(await manager.getData("x"))).toEqual([1]);
  });

  it("calls are in the queue when they return", async () => {
    const { manager } = opened();
    const stored = manager.storeData([1], "x");
    const read = manager.getData("x");
    const removed = manager.removeData("x");
    expect(toNested(await read)).toEqual([1]);
    await Promise.all([stored, removed]);
    expect(await manager.getData("x", { ignoreErrors: true })).toBeNull();
  });

  it("a stream ends with an error where the dataset was replaced", async () => {
    const { manager } = opened();
    await manager.storeData([1, 2], "x");
    const stream = manager.streamData("x", { blockBytes: 8 })[Symbol.asyncIterator]();
    expect(toNested((await stream.next()).value.block)).toEqual([1]);
    await manager.removeData("x");
    await manager.storeData([1, 2], "x");
    await expect(stream.next()).rejects.toThrow("another was stored in its place");
  });

  it("metadata is copied when it is set and when it is read", async () => {
    const { manager } = opened();
    const given = Float64Array.of(1, 2);
    await manager.setMetadata({ a: given });
    given[0] = 9;
    const { a } = await manager.getMetadata();
    expect(a).toEqual(ndarray(Float64Array.of(1, 2)));
    (a as NDArray<"float64">).data[0] = 9;
    expect((await manager.getMetadata())["a"]).toEqual(ndarray(Float64Array.of(1, 2)));
  });

  it("the logger is warned of a placeholder", async () => {
    const logger = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const { manager } = opened({ logger });
    await manager.setMetadata({ a: 1 }, "missing");
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining("/missing"));
    expect(await manager.getDataShape("missing")).toEqual([1]);
  });

  it("paths can be concatenated as in the original", async () => {
    const { manager } = opened({ pathStyle: "concatenated" });
    await manager.storeData([1], "b", { where: "/a" });
    expect((await manager.listNodes()).map(({ path }) => path)).toEqual(["/ab"]);
  });
});
