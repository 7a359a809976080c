import type { NDArray } from "@tvb-storage/core";
import type { RequestFate } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { HttpStore, MemoryStore, ZarrStorageManager } from "../../src/index.ts";
import { FaultyStore } from "../faulty-store.ts";
import { EVERY_TYPE } from "../judges/every-type.ts";

// Arrays that are made without elements, and written region by region.

const open = (store: MemoryStore | FaultyStore, format: 2 | 3 = 3) =>
  new ZarrStorageManager("a", { store, format });
const SHAPE = { dtype: "int32", shape: [10, 4], chunks: [4, 2] } as const;
const block = (rows: number, columns: number, value: number): NDArray => ({
  dtype: "int32",
  shape: [rows, columns],
  data: new Int32Array(rows * columns).fill(value),
});

describe("regions of an array", () => {
  it.each([2, 3] as const)("are written by many managers at once, in version %i", async (format) => {
    const store = new MemoryStore();
    const where = "/group";
    await open(store, format).createArray("x", { ...SHAPE, where, growDimension: 0 });
    const regions = [
      [0, 0, 4, 4],
      [4, 0, 4, 2],
      [4, 2, 6, 2],
      [8, 0, 2, 2],
    ] as const;
    const write = async ([row, column, rows, columns]: (typeof regions)[number], i: number) =>
      open(store, format).writeRegion(block(rows, columns, i + 1), "x", { where, offset: [row, column] });
    await Promise.all(regions.map(write));
    const m = open(store, format);
    expect(await m.missingRegions("group/x")).toEqual([]);
    await m.completeArray("group/x");
    const rows = [
      ...Array(4).fill([1, 1, 1, 1]),
      ...Array(4).fill([2, 2, 3, 3]),
      ...Array(2).fill([4, 4, 3, 3]),
    ];
    expect([...(await m.getData("group/x")).data]).toEqual(rows.flat());
    // From here on it is a dataset as every other.
    await m.completeArray("group/x");
    await m.appendData(block(1, 4, 9), "x", { where, growDimension: 0 });
    expect([...(await m.getData("group/x", { selection: [-1] })).data]).toEqual([9, 9, 9, 9]);
    await m.storeData(block(11, 4, 0), "group/x");
  });

  it.each([2, 3] as const)(
    "hold every type, compressed, and in shards in version 3 (version %i)",
    async (format) => {
      const m = open(new MemoryStore(), format);
      for (const array of EVERY_TYPE) {
        const { dtype, shape } = array;
        const [length = 0, ...rest] = shape;
        const layout =
          format === 3
            ? ({ chunks: shape.map(() => 1), shards: shape, compression: { zstd: 1 } } as const)
            : ({ chunks: shape, compression: "gzip" } as const);
        await m.createArray(dtype, { dtype, shape: [2 * length, ...rest], ...layout });
        for (const at of [0, length])
          await m.writeRegion(array, dtype, { offset: [at, ...rest.map(() => 0)] });
        await m.completeArray(dtype);
        expect([...(await m.getData(dtype)).data], dtype).toEqual([...array.data, ...array.data]);
      }
    },
  );

  it("take plain numbers in the type of the array, and refuse what does not fit it", async () => {
    const m = open(new MemoryStore());
    await m.createArray("x", { dtype: "int8", shape: [4], chunks: [2] });
    await m.writeRegion([1, 2], "x", { offset: [0] });
    await m.writeRegion(Float64Array.of(3, 4), "x", { offset: [2], dtype: "int8" });
    expect([...(await m.getData("x")).data]).toEqual([1, 2, 3, 4]);
    const refused = { code: "INCOMPATIBLE_FILE_MANAGER" };
    await expect(m.writeRegion([300, 1], "x", { offset: [0] })).rejects.toMatchObject(refused);
    await expect(m.writeRegion([[1, 2]], "x", { offset: [0, 0] })).rejects.toMatchObject(refused);
    await expect(m.writeRegion([1, 2, 3], "x", { offset: [2] })).rejects.toThrow(
      "the region 2:5 along axis 0 ends beyond the dataset's shape (4,)",
    );
    await m.createArray("t", { dtype: "string", shape: [2], stringLength: 2 });
    await expect(m.writeRegion(["abc", ""], "t", { offset: [0] })).rejects.toThrow("3 bytes where 2 fit");
  });

  it("end where chunks end, and the message has the nearest borders", async () => {
    const m = open(new MemoryStore());
    await m.createArray("x", SHAPE);
    await expect(m.writeRegion(block(5, 2, 1), "x", { offset: [3, 2] })).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining(
        "the region 3:8 along axis 0 is not made of whole chunks of 4: begin it at 0 or 4",
      ),
    });
    await expect(m.writeRegion(block(5, 3, 1), "x", { offset: [4, 0] })).rejects.toThrow(
      "the region 4:9 along axis 0 is not made of whole chunks of 4: end it at 8 or 10",
    );
    await m.createArray("s", { ...SHAPE, shards: [8, 4] });
    await expect(m.writeRegion(block(6, 2, 1), "s", { offset: [4, 2] })).rejects.toThrow(
      "the region 4:10 along axis 0 is not made of whole shards of 8: begin it at 0 or 8",
    );
    await m.writeRegion(block(2, 4, 1), "s", { offset: [8, 0] });
    expect(await m.missingRegions("s")).toEqual([{ offset: [0, 0], shape: [8, 4] }]);
  });

  it("of a scalar, and of an array without elements", async () => {
    const m = open(new MemoryStore());
    await m.createArray("one", { dtype: "float64", shape: [] });
    await m.createArray("none", { dtype: "float64", shape: [0, 3] });
    expect(await m.missingRegions("one")).toEqual([{ offset: [], shape: [] }]);
    await m.writeRegion(2.5, "one", { offset: [] });
    await m.writeRegion({ dtype: "float64", shape: [0, 3], data: new Float64Array(0) }, "none", {
      offset: [0, 0],
    });
    for (const name of ["one", "none"]) await m.completeArray(name);
    expect([...(await m.getData("one")).data]).toEqual([2.5]);
  });

  it("of which two writers have the same: the last one's chunk stays", async () => {
    const m = open(new MemoryStore());
    await m.createArray("x", SHAPE);
    await m.writeRegion(block(10, 4, 1), "x", { offset: [0, 0] });
    await m.writeRegion(block(4, 2, 2), "x", { offset: [4, 2] });
    expect([...(await m.getData("x", { selection: [5] })).data]).toEqual([1, 1, 2, 2]);
  });
});

describe("an array that is not complete", () => {
  it("says which regions are missing, as few as there are", async () => {
    const m = open(new MemoryStore());
    await m.createArray("x", { dtype: "int32", shape: [10, 5, 4], chunks: [2, 2, 4] });
    expect(await m.missingRegions("x")).toEqual([{ offset: [0, 0, 0], shape: [10, 5, 4] }]);
    const write = (offset: readonly number[], shape: readonly number[]) => {
      const count = shape.reduce((product, length) => product * length, 1);
      return m.writeRegion({ dtype: "int32", shape, data: new Int32Array(count) }, "x", { offset });
    };
    await write([2, 2, 0], [4, 2, 4]);
    expect(await m.missingRegions("x")).toEqual([
      { offset: [0, 0, 0], shape: [2, 5, 4] },
      { offset: [2, 0, 0], shape: [4, 2, 4] },
      { offset: [2, 4, 0], shape: [4, 1, 4] },
      { offset: [6, 0, 0], shape: [4, 5, 4] },
    ]);
    // What is missing can be written as it is listed.
    for (const { offset, shape } of await m.missingRegions("x")) await write(offset, shape);
    expect(await m.missingRegions("x")).toEqual([]);
  });

  it("of any size is listed in a moment", async () => {
    const m = open(new MemoryStore());
    await m.createArray("x", { dtype: "uint8", shape: [1e9, 1e6], chunks: [1, 1000] });
    await m.writeRegion({ dtype: "uint8", shape: [1, 1000], data: new Uint8Array(1000) }, "x", {
      offset: [7, 2000],
    });
    expect(await m.missingRegions("x")).toEqual([
      { offset: [0, 0], shape: [7, 1e6] },
      { offset: [7, 0], shape: [1, 2000] },
      { offset: [7, 3000], shape: [1, 997_000] },
      { offset: [8, 0], shape: [999_999_992, 1e6] },
    ]);
  });

  it("reads what is there, and never gives zeros for what is not", async () => {
    const m = open(new MemoryStore());
    await m.createArray("x", SHAPE);
    await m.writeRegion(block(4, 2, 7), "x", { offset: [4, 2] });
    expect([...(await m.getData("x", { selection: [5, { start: 2, stop: 4, step: 1 }] })).data]).toEqual([
      7, 7,
    ]);
    const unwritten = {
      code: "FILE_STORAGE",
      message: expect.stringMatching(
        /no writer has stored the region of the chunk x\/c\/\d\/\d yet; missingRegions/,
      ),
    };
    await expect(m.getData("x")).rejects.toMatchObject(unwritten);
    await expect(m.completeArray("x")).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining(
        "its region of shape (4, 4) at (0, 0) is not stored, and 2 more, which missingRegions lists; write it with writeRegion",
      ),
    });
    await expect(m.getData("x")).rejects.toMatchObject(unwritten);
  });

  it("is changed by regions alone, or removed; metadata may be set", async () => {
    const m = open(new MemoryStore());
    await m.createArray("x", { ...SHAPE, growDimension: 0 });
    const refused = { code: "FILE_STORAGE", message: expect.stringContaining("completeArray makes it") };
    await expect(m.storeData(block(10, 4, 1), "x")).rejects.toMatchObject(refused);
    await expect(
      m.storeData({ dtype: "int32", shape: [10, 4], blocks: [block(10, 4, 1)] }, "x"),
    ).rejects.toMatchObject(refused);
    for (const closeFile of [true, false])
      await expect(m.appendData(block(1, 4, 1), "x", { growDimension: 0, closeFile })).rejects.toMatchObject(
        refused,
      );
    await m.setMetadata({ unit: "mV" }, "x");
    await expect(m.createArray("x", SHAPE)).rejects.toThrow("there is a dataset /x already; remove it first");
    await m.removeData("x");
    await m.createArray("x", SHAPE);
    expect(await m.getMetadata("x")).toEqual({});
  });

  it("has no chunks that were left at its path", async () => {
    const store = new MemoryStore();
    const m = open(store);
    await m.createArray("x", SHAPE);
    await m.removeData("x");
    // Of a writer that was late.
    await store.put("a/x/c/0/0", Uint8Array.of(1, 2, 3));
    await m.createArray("x", SHAPE);
    expect(await m.missingRegions("x")).toEqual([{ offset: [0, 0], shape: [10, 4] }]);
  });
});

describe("an array that is complete", () => {
  it("takes no regions, as its readers rely on commits", async () => {
    const m = open(new MemoryStore());
    await m.storeData(block(10, 4, 1), "x", { chunks: [4, 2] });
    await expect(m.writeRegion(block(4, 2, 1), "x", { offset: [0, 0] })).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("it is complete"),
    });
    await expect(m.writeRegion(block(4, 2, 1), "y", { offset: [0, 0] })).rejects.toMatchObject({
      code: "MISSING_DATASET",
    });
  });

  it("reports a chunk that was lost", async () => {
    const store = new MemoryStore();
    const m = open(store);
    await m.storeData(block(10, 4, 1), "x", { chunks: [4, 2] });
    expect(await m.missingRegions("x")).toEqual([]);
    await store.delete("a/x/c/2/1");
    expect(await m.missingRegions("x")).toEqual([{ offset: [8, 2], shape: [2, 2] }]);
  });
});

describe("a writer of a region", () => {
  /** Runs `meanwhile` before the first chunk of a region is put. */
  async function writeWhile(meanwhile: (m: ZarrStorageManager) => Promise<unknown>): Promise<unknown> {
    const objects = new MemoryStore();
    await open(objects).createArray("x", SHAPE);
    await open(objects).writeRegion(block(10, 4, 1), "x", { offset: [0, 0] });
    const store = new FaultyStore(objects);
    let begun: Promise<unknown> | undefined;
    store.onRequest = async (request): Promise<RequestFate> => {
      if (request.startsWith("PUT")) {
        begun ??= meanwhile(open(objects));
        await begun;
      }
      return "done";
    };
    return open(store).writeRegion(block(4, 4, 2), "x", { offset: [0, 0] });
  }

  it("says that the array was removed, replaced or marked complete meanwhile", async () => {
    await expect(writeWhile((m) => m.removeData("x"))).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("it was removed"),
    });
    const replace = async (m: ZarrStorageManager) => {
      await m.removeData("x");
      await m.createArray("x", SHAPE);
    };
    await expect(writeWhile(replace)).rejects.toThrow("another one took its place");
    await expect(writeWhile((m) => m.completeArray("x"))).rejects.toThrow("it was marked complete");
    await writeWhile((m) => m.setMetadata({ unit: "mV" }, "x"));
  });

  it("reports the bytes that are done, and ends where it is cancelled", async () => {
    const store = new MemoryStore();
    const m = open(store);
    await m.createArray("x", SHAPE);
    const reports: number[][] = [];
    const onProgress = (...report: number[]) => void reports.push(report);
    await m.writeRegion(block(4, 4, 1), "x", { offset: [0, 0], onProgress });
    expect(reports).toEqual([
      [32, 64],
      [64, 64],
    ]);
    const control = new AbortController();
    const cancelled = { offset: [4, 0], signal: control.signal, onProgress: () => control.abort() };
    await expect(m.writeRegion(block(4, 4, 1), "x", cancelled)).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("cancelled"),
    });
    await expect(m.missingRegions("x", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "FILE_STORAGE",
    });
  });

  it("gets clear messages for wrong options", async () => {
    const m = open(new MemoryStore());
    const wrong = { code: "FILE_STRUCTURE" };
    const odd = {} as { offset: number[]; dtype: "int8"; shape: number[] }; // what JavaScript may give
    await expect(m.createArray("x", odd)).rejects.toThrow("createArray needs the options dtype and shape");
    await expect(m.writeRegion([1], "x", odd)).rejects.toThrow("writeRegion needs the option");
    await expect(m.writeRegion([1], "x", { offset: [-1] })).rejects.toMatchObject(wrong);
    await expect(m.createArray("x", { ...SHAPE, chunks: [4] })).rejects.toMatchObject(wrong);
    await expect(m.createArray("x", { ...SHAPE, shards: [8] })).rejects.toThrow(
      "1 shards, and the dataset 2 axes",
    );
    await expect(m.createArray("x", { ...SHAPE, shape: [-1, 2] })).rejects.toMatchObject(wrong);
    await expect(m.createArray("x", { ...SHAPE, growDimension: 2 })).rejects.toMatchObject(wrong);
    await expect(m.createArray("", SHAPE)).rejects.toMatchObject(wrong);
    const compression = { zstd: 40 };
    await expect(m.createArray("x", { ...SHAPE, compression })).rejects.toThrow("{ zstd: 1 to 22 }");
  });

  it("needs a store that is written, and a list for what is missing", async () => {
    const objects = new MemoryStore();
    await open(objects).createArray("x", SHAPE);
    const fetch: typeof globalThis.fetch = async (input) => {
      const found = await objects.get(`a/${String(input).split("/a/")[1]}`);
      return found === undefined
        ? new Response(null, { status: 404 })
        : new Response(new Uint8Array(found.bytes));
    };
    const store = new HttpStore("http://host/", { fetch });
    const m = new ZarrStorageManager("a", { store });
    await expect(m.writeRegion(block(4, 4, 1), "x", { offset: [0, 0] })).rejects.toThrow("only read");
    await expect(m.missingRegions("x")).rejects.toThrow("cannot list its objects");
  });
});
