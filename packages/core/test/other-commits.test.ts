import { describe, expect, it } from "vitest";
import {
  DATA_TYPES,
  type NDArray,
  type PlacedBlock,
  StaleTransaction,
  type StorageTransaction,
  type StoredNode,
  TransactionStorageManager,
} from "../src/index.ts";

// What a transaction may ask of the manager: to read again, and blocks one at a time.

const DATASET = { id: 1, dtype: "float64", shape: [2], maxShape: [2] } as const;
const supports = {
  dtypes: DATA_TYPES,
  growableAxes: "any",
  compression: [],
  removal: true,
  fields: false,
  atomicCommit: true,
  crossProcessLock: false,
  storedAs: "remote",
} as const;

/** A file with the dataset /x, whose elements are `read`. */
function transaction(changes: Partial<StorageTransaction>): StorageTransaction {
  const nodes: Record<string, StoredNode> = {
    "/": { attributes: new Map() },
    "/x": { attributes: new Map(), dataset: DATASET },
  };
  const none = (): never => {
    throw new TypeError("not here");
  };
  return {
    node: (path) => nodes[path],
    list: () => ["/x"],
    read: none,
    createGroup: none,
    createDataset: none,
    write: none,
    remove: none,
    setAttributes: none,
    commit: () => undefined,
    close: () => undefined,
    ...changes,
  };
}

class Manager extends TransactionStorageManager {
  opened: string[] = [];

  constructor(
    private readonly open: (count: number) => Partial<StorageTransaction>,
    storesBlocks = false,
  ) {
    super("/file", { supports, space: {}, storesBlocks });
  }

  protected _open(_path: string, mode: "read" | "write"): StorageTransaction {
    this.opened.push(mode);
    return transaction(this.open(this.opened.length));
  }
}

const elements: NDArray = { dtype: "float64", shape: [2], data: Float64Array.of(1, 2) };

describe("a transaction that meets commits of others", () => {
  const stale = (): never => {
    throw new StaleTransaction("others commit faster than this can be read");
  };

  it("is followed by another one, in which the call is done again", async () => {
    const m = new Manager((count) => ({ read: () => (count < 3 ? stale() : elements) }));
    expect(await m.getData("x")).toEqual(elements);
    expect(m.opened).toEqual(["read", "read", "read"]);
  });

  it("is an exception in the end", async () => {
    const m = new Manager(() => ({ read: stale }));
    await expect(m.getData("x")).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: "/file, x: others commit faster than this can be read",
    });
    expect(m.opened).toHaveLength(50);
  });
});

describe("a transaction that takes blocks", () => {
  it("gets each when it asks for it, while others read; changes and closes wait or pass", async () => {
    const events: string[] = [];
    const m = new Manager(
      (count) => ({
        read: () => elements,
        setAttributes: () => void events.push("attributes"),
        commit: () => void events.push(`commit ${count}`),
        storeBlocks: async (_path: string, blocks: AsyncIterable<PlacedBlock>) => {
          for await (const { start, block } of blocks) events.push(`${start}: ${block.data}`);
        },
      }),
      true,
    );
    let later: Promise<void> | undefined;
    async function* blocks() {
      yield [5];
      later = m.setMetadata({ a: 1 }, "x");
      await m.getData("x");
      await m.closeFile();
      events.push("read");
      yield [6];
    }
    await m.storeData({ dtype: "float64", shape: [2], blocks: blocks() }, "x");
    await later;
    expect(events).toEqual(["0: 5", "read", "1: 6", "commit 1", "attributes", "commit 3"]);
  });

  it("is closed without a commit where its blocks fail, and the next change goes on", async () => {
    const events: string[] = [];
    const m = new Manager(
      () => ({
        setAttributes: () => void events.push("attributes"),
        commit: () => void events.push("commit"),
        close: () => void events.push("close"),
        storeBlocks: async (_path: string, blocks: AsyncIterable<PlacedBlock>) => {
          for await (const _ of blocks) events.push("block");
        },
      }),
      true,
    );
    await expect(
      m.storeData({ dtype: "float64", shape: [2], blocks: [[1], [2], [3]] }, "x"),
    ).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
    await m.setMetadata({ a: 1 }, "x");
    expect(events).toEqual(["block", "block", "close", "attributes", "commit", "close"]);
  });

  it("is not asked for another shape than that of the dataset", async () => {
    const m = new Manager(() => ({ storeBlocks: async () => undefined }), true);
    await expect(
      m.storeData({ dtype: "float64", shape: [3], blocks: [[1, 2, 3]] }, "x"),
    ).rejects.toMatchObject({ code: "INCOMPATIBLE_FILE_MANAGER" });
  });
});
