import { gzipSync } from "node:zlib";
import { slice } from "@tvb-storage/core";
import { describe, expect, it } from "vitest";
import { MemoryStore, ZarrStorageManager } from "../src/index.ts";

type Fields = Readonly<Record<string, unknown>>;

const GROUP = { zarr_format: 3, node_type: "group", attributes: {} };
const bytes = { name: "bytes", configuration: { endian: "little" } };

function array(fields: Fields = {}): Fields {
  return {
    zarr_format: 3,
    node_type: "array",
    shape: [4],
    data_type: "float64",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [4] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: 0,
    codecs: [bytes],
    attributes: {},
    ...fields,
  };
}

/** A hierarchy of other programs, whose array is `x`. */
async function hierarchy(x: string | Fields, chunk?: Uint8Array) {
  const store = new MemoryStore();
  const text = (json: string | Fields) =>
    new TextEncoder().encode(typeof json === "string" ? json : JSON.stringify(json));
  await store.put("a/zarr.json", text(GROUP));
  await store.put("a/x/zarr.json", text(x));
  if (chunk !== undefined) await store.put("a/x/c/0", chunk);
  return { store, manager: new ZarrStorageManager("a", { store }) };
}

const withAttributes = (json: string): string =>
  JSON.stringify(array()).replace('"attributes":{}', `"attributes":${json}`);

describe("attributes as Python's json writes them", () => {
  it("NaN and infinities are floats, and stay when others are set", async () => {
    const { store, manager } = await hierarchy(
      withAttributes('{"a": NaN, "b": [-Infinity, 1], "c": 1e400, "d": [NaN, "x"], "e": "NaN, -Infinity"}'),
    );
    const expected = {
      a: Number.NaN,
      b: { dtype: "float64", shape: [2], data: Float64Array.of(Number.NEGATIVE_INFINITY, 1) },
      c: Number.POSITIVE_INFINITY,
      d: '[NaN,"x"]',
      e: "NaN, -Infinity",
    };
    expect(await manager.getMetadata("x")).toEqual(expected);
    await manager.setMetadata({ more: "text" }, "x");
    const again = await new ZarrStorageManager("a", { store }).getMetadata("x");
    expect(again).toEqual({ ...expected, more: "text" });
  });

  it("lists of more axes than arrays have are their text", async () => {
    const text = `${"[".repeat(40)}1${"]".repeat(40)}`;
    const { manager } = await hierarchy(withAttributes(`{"a": ${text}}`));
    expect(await manager.getMetadata("x")).toEqual({ a: text });
  });

  it("are refused where they are nested too deep", async () => {
    const { manager } = await hierarchy(withAttributes(`{"a": ${"[".repeat(5000)}${"]".repeat(5000)}}`));
    await expect(manager.getMetadata("x")).rejects.toThrow(/x\/zarr\.json .*nested more than 900 deep/);
  });
});

describe("long metadata", () => {
  it("a text of many megabytes is stored and read, also one of quotation marks", async () => {
    const store = new MemoryStore();
    const plain = "x".repeat(30_000_000);
    const quotes = '"\\'.repeat(6_000_000);
    await new ZarrStorageManager("a", { store }).setMetadata({ plain, quotes });
    const found = await new ZarrStorageManager("a", { store }).getMetadata();
    expect(found["plain"] === plain && found["quotes"] === quotes).toBe(true);
  });

  it("what is no JSON is refused at once", async () => {
    const { manager } = await hierarchy(`{"a":${'\\"'.repeat(200_000)}`);
    const start = performance.now();
    await expect(manager.getMetadata("x")).rejects.toThrow(/x\/zarr\.json cannot be read: no JSON/);
    expect(performance.now() - start).toBeLessThan(5000); // minutes, where each mark is tried as a beginning
  });

  it("a key that no store takes is refused, when it is read and before it is written", async () => {
    const { manager } = await hierarchy(array());
    const path = `${"a/".repeat(2050)}b`;
    await expect(manager.storeData(1, path)).rejects.toThrow(
      /the path has \d+ characters, and a key at most 4096; choose a shorter one/,
    );
    const store = new MemoryStore();
    const metadata = { [`${"a/".repeat(50_000)}b`]: GROUP };
    const consolidated = { kind: "inline", must_understand: false, metadata };
    const root = { ...GROUP, consolidated_metadata: consolidated };
    await store.put("a/zarr.json", new TextEncoder().encode(JSON.stringify(root)));
    await expect(new ZarrStorageManager("a", { store }).listNodes()).rejects.toThrow(
      /a key of 100011 characters/,
    );
  });
});

describe("metadata of arrays", () => {
  it.each([
    [{ shape: [null] }, 'its shape is "[null]", not a list of at most 32 whole numbers from 0'],
    [{ shape: ["4"] }, "its shape is"],
    [{ shape: 4 }, 'its shape is "4"'],
    [{ shape: undefined }, 'its shape is "null"'],
    [{ codecs: {} }, 'its codecs is "{}", not a list'],
    [{ data_type: "string", fill_value: "" }, "its codecs do not store its data type"],
    [{ codecs: [{ name: "vlen-utf8" }] }, "its codecs do not store its data type"],
    [{ extra: 1 }, 'its metadata has the field "extra", which is not known here'],
  ])("are refused by name: %j", async (fields, reason) => {
    const { manager } = await hierarchy(array(fields));
    await expect(manager.getData("x")).rejects.toThrow(reason);
    expect(await manager.listNodes()).toMatchObject([{ path: "/x", kind: "unreadable" }]);
  });

  it("fields that need not be understood are left alone", async () => {
    const { manager } = await hierarchy(array({ extra: { must_understand: false } }));
    expect(await manager.getData("x")).toMatchObject({ shape: [4] });
  });

  it.each(["end", "start"])("the index of shards is at their %s, or nowhere else", async (index_location) => {
    const configuration = { chunk_shape: [2], codecs: [bytes], index_codecs: [bytes], index_location };
    const shards = (fields: Fields) =>
      array({ codecs: [{ name: "sharding_indexed", configuration: { ...configuration, ...fields } }] });
    const { manager } = await hierarchy(shards({}));
    expect(await manager.getData("x")).toMatchObject({ shape: [4] });
    const { manager: other } = await hierarchy(shards({ index_location: "middle" }));
    await expect(other.getData("x")).rejects.toThrow('is at "middle", not at "start" or "end"');
  });

  it("the fill value of texts of a fixed length is base64", async () => {
    const data_type = { name: "null_terminated_bytes", configuration: { length_bytes: 3 } };
    const { manager } = await hierarchy(array({ data_type, fill_value: "YWIA" }));
    expect((await manager.getData("x")).data).toEqual(["ab", "ab", "ab", "ab"]);
    const { manager: other } = await hierarchy(array({ data_type, fill_value: "!!" }));
    await expect(other.getData("x")).rejects.toThrow("its fill value");
  });

  it("an array without elements is read, however long its other axes are", async () => {
    const chunk_grid = { name: "regular", configuration: { chunk_shape: [1, 1] } };
    const { manager } = await hierarchy(array({ shape: [0, 2 ** 50], chunk_grid }));
    expect(await manager.getData("x")).toEqual({
      dtype: "float64",
      shape: [0, 2 ** 50],
      data: new Float64Array(),
    });
  });
});

describe("chunks that hold more than they should", () => {
  const gibibyte = 2 ** 30;

  /** zstd's frame of zeros, by hand: blocks of 128 KiB of one byte each. */
  function zstdOfZeros(length: number, header: readonly number[]): Uint8Array {
    const blocks = Array.from({ length: length / 2 ** 17 }, (_, i) => {
      const block = 2 ** 17 * 8 + 2 + (i === length / 2 ** 17 - 1 ? 1 : 0);
      return [block & 255, (block >> 8) & 255, block >> 16, 0];
    });
    return Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, ...header, ...blocks.flat()]);
  }

  const zstd = { name: "zstd", configuration: { level: 1, checksum: false } };
  const gzip = { name: "gzip", configuration: { level: 1 } };

  it.each([
    ["gzip", gzip, gzipSync(new Uint8Array(2 ** 26))],
    ["zstd that tells its length", zstd, zstdOfZeros(gibibyte, [0xa0, 0, 0, 0, 0x40])],
    ["zstd that does not", zstd, zstdOfZeros(gibibyte, [0x00, 0x58])],
    ["what is no zstd", zstd, Uint8Array.of(1, 2, 3, 4, 5, 6)],
  ])("are refused before they are in memory: %s", async (_, codec, chunk) => {
    const { manager } = await hierarchy(array({ codecs: [bytes, codec] }), new Uint8Array(chunk));
    const before = process.memoryUsage().rss;
    await expect(manager.getData("x")).rejects.toThrow("the chunk x/c/0 is damaged");
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });

  it("zstd that does not tell its length is read", async () => {
    const data_type = "uint8";
    const length = 2 ** 18;
    const chunk_grid = { name: "regular", configuration: { chunk_shape: [length] } };
    const fields = array({ shape: [length], data_type, chunk_grid, fill_value: 1, codecs: [bytes, zstd] });
    const { manager } = await hierarchy(fields, zstdOfZeros(length, [0x00, 0x58]));
    expect(await manager.getData("x", { selection: [slice(length - 2, length)] })).toMatchObject({
      data: Uint8Array.of(0, 0),
    });
  });
});

it.each([2, 3] as const)(
  "nothing is made beneath an array, also where it is the root (version %i)",
  async (format) => {
    const store = new MemoryStore();
    await new ZarrStorageManager("a", { store, format }).storeData(Uint8Array.of(1, 2), "x");
    const before = store.entries();
    const array = new ZarrStorageManager("a/x", { store, format });
    expect(await array.listNodes()).toMatchObject([{ path: "/", kind: "dataset", shape: [2] }]);
    for (const change of [
      () => array.storeData(Uint8Array.of(3), "y"),
      () => array.setMetadata({ title: "text" }),
      () => array.sweep(),
    ])
      await expect(change()).rejects.toMatchObject({
        code: "FILE_STRUCTURE",
        message: expect.stringContaining("it is an array without a group, in which there is nothing else"),
      });
    expect(store.entries()).toEqual(before);
  },
);
