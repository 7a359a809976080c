import { ndarray, slice } from "@tvb-storage/core";
import { createMemoryFs } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { MemoryStore, type ReadOptions, ZarrStorageManager } from "../src/index.ts";
import { FolderStore } from "../src/stores/folder-store.ts";

// Chunks are coded from the caller's memory and read into the result's, where that is possible.

const numbers = Float64Array.from({ length: 60 }, (_, i) => i);
/** Ten rows: whole chunks are one piece of the array, the last one is not full. */
const rows = { shape: [10, 6], chunks: [4, 6] };
/** Chunks that are no piece of the array. */
const tiles = { shape: [10, 6], chunks: [4, 3] };

/** Counts the objects that were read into memory of the reader. */
class CountingFolder extends FolderStore {
  into = 0;
  override async get(key: string, options: ReadOptions = {}) {
    const found = await super.get(key, options);
    this.#count(found?.bytes, options);
    return found;
  }
  override async getRange(key: string, range: { offset: number; length: number }, options: ReadOptions = {}) {
    const found = await super.getRange(key, range, options);
    this.#count(found, options);
    return found;
  }
  #count(bytes: Uint8Array | undefined, { into }: ReadOptions): void {
    if (into !== undefined && bytes?.buffer === into.buffer) this.into += 1;
  }
}

function folder() {
  const fs = createMemoryFs();
  fs.mkdirSync("/data");
  const store = new CountingFolder(fs, "/data");
  return { fs, store, manager: new ZarrStorageManager("a", { store }) };
}

describe.each([
  ["without compression", {}],
  ["with gzip", { compression: "gzip" }],
  ["with gzip of sorted bytes", { compression: { gzip: 1, shuffle: true } }],
] as const)("an array %s", (_, compression) => {
  it.each([
    ["rows", rows],
    ["tiles", tiles],
  ])("may be changed once it is stored, in chunks of %s", async (_, { shape, chunks }) => {
    const manager = new ZarrStorageManager("a", { store: new MemoryStore() });
    const mine = numbers.slice();
    await manager.storeData(ndarray(mine, { shape }), "x", { chunks, ...compression });
    mine.fill(-1);
    expect((await manager.getData("x")).data).toEqual(numbers);
  });

  it("is another one each time that it is read", async () => {
    const manager = new ZarrStorageManager("a", { store: new MemoryStore() });
    await manager.storeData(ndarray(numbers, { shape: [60] }), "x", { chunks: [60], ...compression });
    const first = await manager.getData("x");
    (first.data as Float64Array).fill(-1); // it is float64
    expect((await manager.getData("x")).data).toEqual(numbers);
  });

  it("is stored from memory that threads share", async () => {
    const manager = new ZarrStorageManager("a", { store: new MemoryStore() });
    const shared = new Float64Array(new SharedArrayBuffer(480));
    shared.set(numbers);
    await manager.storeData(ndarray(shared, { shape: rows.shape }), "x", {
      chunks: rows.chunks,
      ...compression,
    });
    expect((await manager.getData("x")).data).toEqual(numbers);
  });
});

describe("chunks without compression", () => {
  it("are read to where they belong, also in part", async () => {
    const { store, manager } = folder();
    await manager.storeData(ndarray(numbers, { shape: rows.shape }), "x", { chunks: rows.chunks });
    store.into = 0;
    expect((await manager.getData("x")).data).toEqual(numbers);
    // The last one is not full, and half of it.
    expect(store.into).toBe(3);
    store.into = 0;
    expect((await manager.getData("x", { selection: [5] })).data).toEqual(numbers.slice(30, 36));
    expect(store.into).toBe(1);
  });

  it("are put together from their parts, where these are no piece of the result", async () => {
    const { store, manager } = folder();
    await manager.storeData(ndarray(numbers, { shape: tiles.shape }), "x", { chunks: tiles.chunks });
    store.into = 0;
    expect((await manager.getData("x")).data).toEqual(numbers);
    expect(store.into).toBe(0);
  });

  it("are not read in place where their bytes are others", async () => {
    const { store, manager } = folder();
    const flags = ndarray(Uint8Array.of(1, 0, 1, 1), { dtype: "bool" });
    await manager.storeData(flags, "x", { chunks: [4] });
    await store.put("a/x/c/0", Uint8Array.of(7, 0, 1, 255));
    store.into = 0;
    expect([...(await manager.getData("x")).data]).toEqual([1, 0, 1, 1]);
    expect(store.into).toBe(0);
  });

  it.each([
    ["longer ones", 256],
    ["shorter ones", 128],
    ["empty ones", 0],
  ])("of another length are an error, and never shown: %s", async (_, length) => {
    const { store, manager } = folder();
    await manager.storeData(ndarray(numbers, { shape: rows.shape }), "x", { chunks: rows.chunks });
    await store.put("a/x/c/1/0", new Uint8Array(length).fill(1));
    await expect(manager.getData("x")).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining(
        `the chunk x/c/1/0 is damaged: it has ${length} bytes, where 24 elements of 8 bytes belong`,
      ),
    });
    expect((await manager.getData("x", { selection: [slice(0, 4)] })).data).toEqual(numbers.slice(0, 24));
  });
});

it("timers run while many small chunks are read and written", async () => {
  const store = new MemoryStore();
  const manager = new ZarrStorageManager("a", { store });
  const many = Float64Array.from({ length: 1 << 19 }, (_, i) => i);
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  // 4 MiB in 1,024 chunks of 4 KiB, which are coded at once.
  await manager.storeData(many, "x", { chunks: [512], compression: { gzip: 1 } });
  expect(turns).toBeGreaterThanOrEqual(1);
  turns = 0;
  const { data } = await manager.getData("x");
  expect(data.every((value, i) => value === i)).toBe(true);
  expect(turns).toBeGreaterThanOrEqual(1);
  isOver = true;
});

it("timers run while one long chunk is taken to its place", async () => {
  const manager = new ZarrStorageManager("a", { store: new MemoryStore() });
  const long = new Uint8Array(1 << 26);
  long[(1 << 26) - 1] = 7;
  await manager.storeData(ndarray(long, { shape: [2, 1 << 25] }), "x", {
    chunks: [2, 1 << 25],
    compression: { gzip: 1 },
  });
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  const { data } = await manager.getData("x", { selection: [slice(0, 2), slice(1, 1 << 25)] });
  clearInterval(timer);
  expect([data.length, data[data.length - 1], data[0]]).toEqual([(1 << 26) - 2, 7, 0]);
  expect(turns).toBeGreaterThanOrEqual(5);
});
