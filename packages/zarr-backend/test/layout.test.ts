import { beforeEach, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import { MemoryStore, type ZarrLayout, ZarrStorageManager } from "../src/index.ts";

let store = new MemoryStore();
beforeEach(() => {
  store = new MemoryStore();
});

const manager = (layout: ZarrLayout, format: 2 | 3 = 3): ZarrStorageManager =>
  new ZarrStorageManager("a", { store, format, layout: () => layout });

const numbers = Float64Array.from({ length: 120 }, (_, i) => Math.round(100 * Math.sin(i)));
const series = { dtype: "float64", shape: [20, 6], data: numbers } as const;

/** Another reader of the same objects. */
async function readByZarrita(name: string) {
  const objects = store.entries();
  const partOf = (bytes: Uint8Array, range: zarr.RangeQuery) =>
    "suffixLength" in range
      ? bytes.slice(-range.suffixLength)
      : bytes.slice(range.offset, range.offset + range.length);
  const root = zarr.root({
    get: async (key: string) => objects.get(`a${key}`),
    getRange: async (key: string, range: zarr.RangeQuery) => {
      const bytes = objects.get(`a${key}`);
      return bytes && partOf(bytes, range);
    },
  });
  return zarr.open(root.resolve(name), { kind: "array" });
}

describe("shards without chunks", () => {
  const series = { dtype: "float64", shape: [100, 1, 76, 1], data: new Float64Array(7600) } as const;

  // Chunks of the usual length would have 1724 rows.
  it.each([
    [1000, 1000],
    [2000, 1000],
    [6000, 1500],
    [3448, 1724],
  ])("of %i rows have chunks of %i", async (rows, expected) => {
    const shards = [rows, 1, 76, 1];
    await manager({ shards }).appendData(series, "x", { growDimension: 0 });
    expect(await manager({}).listNodes()).toMatchObject([{ chunks: [expected, 1, 76, 1] }]);
    expect(await manager({}).getData("x")).toEqual(series);
  });

  it("of rows that cannot be shared out are refused", async () => {
    await expect(manager({ shards: [2003, 1, 76, 1] }).storeData(series, "x")).rejects.toThrow(
      "shards (2003, 1, 76, 1) are not made of whole chunks (1725, 1, 76, 1); give multiples of them",
    );
  });
});

describe("compression that only Zarr has", () => {
  it.each([
    [{ zstd: 3 }, "zstd"],
    [{ blosc: "lz4" }, "blosc"],
    [{ blosc: "zstd", level: 9, shuffle: "bits" }, "blosc"],
    [{ blosc: "blosclz", shuffle: "none" }, "blosc"],
    [{ blosc: "zlib" }, "blosc"],
    [{ blosc: "lz4hc", level: 1 }, "blosc"],
  ] as const)("%o comes back, here and in zarrita", async (compression, filter) => {
    for (const format of [2, 3] as const) {
      store = new MemoryStore();
      const m = manager({ compression }, format);
      await m.storeData(series, "x", { chunks: [8, 4] });
      expect([...(await m.getData("x")).data]).toEqual([...numbers]);
      expect((await m.listNodes())[0]?.filters).toEqual([filter]);
      const read = await zarr.get(await readByZarrita("x"));
      expect([...(read.data as Float64Array)]).toEqual([...numbers]);
    }
  });

  it("makes way for the gzip of a call", async () => {
    const m = manager({ compression: { zstd: 3 } });
    await m.storeData(series, "x", { compression: "gzip" });
    expect((await m.listNodes())[0]?.filters).toEqual(["gzip"]);
  });
});

describe("shards", () => {
  it("hold whole chunks, which are read alone", async () => {
    const m = manager({ shards: [8, 6], compression: { zstd: 1 } });
    await m.storeData(series, "x", { chunks: [4, 3] });
    expect([...store.entries().keys()].filter((key) => key.includes("/c/")).sort()).toEqual([
      "a/x/c/0/0",
      "a/x/c/1/0",
      "a/x/c/2/0",
    ]);
    expect([...(await m.getData("x")).data]).toEqual([...numbers]);
    expect([...(await m.getData("x", { selection: [13, null] })).data]).toEqual([...numbers.slice(78, 84)]);
    expect((await m.listNodes())[0]?.chunks).toEqual([4, 3]);
    const read = await zarr.get(await readByZarrita("x"), [13, null]);
    expect([...(read.data as Float64Array)]).toEqual([...numbers.slice(78, 84)]);
  });

  it("grow with appended rows", async () => {
    const m = manager({ shards: [6] });
    for (let row = 0; row < 10; row++) await m.appendData(Int32Array.of(row), "x", { chunks: [2] });
    expect([...(await m.getData("x")).data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const read = await zarr.get(await readByZarrita("x"));
    expect([...(read.data as Int32Array)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("are refused in version 2, and where they are not made of whole chunks", async () => {
    await expect(manager({ shards: [4] }, 2).storeData([1, 2], "x", { chunks: [2] })).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("Zarr version 2 has no shards"),
    });
    await expect(manager({ shards: [5] }).storeData([1, 2], "x", { chunks: [2] })).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
      message: expect.stringContaining("shards (5,) are not made of whole chunks (2,)"),
    });
    expect(store.entries().size).toBe(0);
  });

  it("with a damaged index or a missing end are an exception", async () => {
    await manager({ shards: [4] }).storeData(Int32Array.of(1, 2, 3, 4), "x", { chunks: [2] });
    const bytes = store.entries().get("a/x/c/0") ?? new Uint8Array();
    for (const damaged of [bytes.slice(0, -1), bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte))]) {
      await store.put("a/x/c/0", damaged);
      await expect(manager({}).getData("x")).rejects.toMatchObject({
        code: "FILE_STORAGE",
        message: expect.stringContaining("the index of the shard x/c/0 is damaged"),
      });
    }
  });
});

it("chunks of more than 2 GiB are refused, and what does not fit into memory is said", async () => {
  await expect(manager({}).storeData(numbers, "x", { chunks: [2 ** 29] })).rejects.toMatchObject({
    code: "FILE_STRUCTURE",
    message: expect.stringContaining("chunks or shards (536870912,) have 4294967296 bytes"),
  });
  const huge = {
    ...{ zarr_format: 3, node_type: "array", shape: [2 ** 50], data_type: "float64", fill_value: 1.5 },
    chunk_grid: { name: "regular", configuration: { chunk_shape: [2 ** 31 - 1] } },
    chunk_key_encoding: { name: "default" },
    codecs: [{ name: "bytes", configuration: { endian: "little" } }],
  };
  await store.put("b/zarr.json", new TextEncoder().encode('{"zarr_format":3,"node_type":"group"}'));
  await store.put("b/x/zarr.json", new TextEncoder().encode(JSON.stringify(huge)));
  const b = new ZarrStorageManager("b", { store });
  await expect(b.getData("x")).rejects.toMatchObject({
    code: "FILE_STORAGE",
    message: expect.stringContaining("do not fit into memory; select a part, or stream it"),
  });
  expect([...(await b.getData("x", { selection: [2 ** 40] })).data]).toEqual([1.5]);
});

describe("names of axes", () => {
  it("are those that are given", async () => {
    for (const format of [2, 3] as const) {
      store = new MemoryStore();
      await manager({ dimensionNames: ["time", "region"] }, format).storeData(series, "x");
      expect((await readByZarrita("x")).dimensionNames).toEqual(["time", "region"]);
    }
  });

  it.each([
    [{ dimensionNames: ["time"] }, "has 1 dimensionNames, and the dataset 2 axes"],
    [{ dimensionNames: [1, 2] }, "a list of texts"],
    [{ compression: { zstd: 0 } }, "{ zstd: 1 to 22 }"],
    [{ compression: { blosc: "gzip" } }, "{ zstd: 1 to 22 }"],
    [{ shard: [1] }, "did you mean shards?"],
  ])("%o is refused", async (layout, message) => {
    const wrong = layout as ZarrLayout; // deliberately none
    await expect(manager(wrong).storeData(series, "x")).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
      message: expect.stringContaining(message),
    });
  });
});
