import { describe, expect, it } from "vitest";
import { MemoryStore, ZarrStorageManager } from "../src/index.ts";

// Hierarchies that were written by hand from the specification of Zarr version 3, byte by byte.

const text = (json: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(json));
const group = { zarr_format: 3, node_type: "group", attributes: {} };

function array(
  shape: readonly number[],
  chunks: readonly number[],
  codecs: unknown,
  more: object = {},
): object {
  return {
    zarr_format: 3,
    node_type: "array",
    shape,
    data_type: "int16",
    chunk_grid: { name: "regular", configuration: { chunk_shape: chunks } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    codecs,
    fill_value: 7,
    attributes: {},
    ...more,
  };
}

const LITTLE = { name: "bytes", configuration: { endian: "little" } };
const BIG = { name: "bytes", configuration: { endian: "big" } };

function open(objects: Record<string, Uint8Array | object>): ZarrStorageManager {
  const content = Object.entries({ "zarr.json": group, ...objects }).map(
    ([key, value]) => [`a.zarr/${key}`, value instanceof Uint8Array ? value : text(value)] as const,
  );
  return new ZarrStorageManager("a.zarr", { store: new MemoryStore(content) });
}

describe("a hierarchy of version 3, by the specification", () => {
  it("has chunks at c/i/j, the last ones as long as the others, and the fill value where there is none", async () => {
    const m = open({
      "x/zarr.json": array([3, 2], [2, 2], [LITTLE]),
      "x/c/0/0": Uint8Array.of(1, 0, 2, 0, 3, 0, 255, 255),
    });
    const { dtype, shape, data } = await m.getData("x");
    expect({ dtype, shape, data: [...data] }).toEqual({
      dtype: "int16",
      shape: [3, 2],
      data: [1, 2, 3, -1, 7, 7],
    });
  });

  it("has the keys of version 2 with the encoding v2, and those of another separator", async () => {
    const m = open({
      "x/zarr.json": array([2, 1], [1, 1], [BIG], { chunk_key_encoding: { name: "v2" } }),
      "x/0.0": Uint8Array.of(1, 2),
      "x/1.0": Uint8Array.of(3, 4),
      "y/zarr.json": array([2, 1], [1, 1], [BIG], {
        chunk_key_encoding: { name: "default", configuration: { separator: "." } },
      }),
      "y/c.1.0": Uint8Array.of(0, 5),
      "z/zarr.json": array([], [], [BIG]),
      "z/c": Uint8Array.of(0, 9),
    });
    expect([...(await m.getData("x")).data]).toEqual([258, 772]);
    expect([...(await m.getData("y")).data]).toEqual([7, 5]);
    expect(await m.getData("z")).toEqual({ dtype: "int16", shape: [], data: Int16Array.of(9) });
  });

  it("has transposed chunks", async () => {
    // [[1, 2, 3], [4, 5, 6]] by columns.
    const columns = [1, 4, 2, 5, 3, 6].flatMap((number) => [number, 0]);
    const m = open({
      "x/zarr.json": array([2, 3], [2, 3], [{ name: "transpose", configuration: { order: [1, 0] } }, LITTLE]),
      "x/c/0/0": Uint8Array.from(columns),
    });
    expect([...(await m.getData("x")).data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(await m.getData("x", { selection: [1] })).data]).toEqual([4, 5, 6]);
  });

  it("has shards: chunks, then an index of offsets and lengths with all bits set for chunks that are not there", async () => {
    const absent = new Array<number>(16).fill(255);
    const entry = (offset: number, length: number) => [
      offset,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      length,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ];
    const shards = (indexLocation: string) => [
      {
        name: "sharding_indexed",
        configuration: {
          chunk_shape: [2],
          codecs: [LITTLE],
          index_codecs: [LITTLE],
          index_location: indexLocation,
        },
      },
    ];
    const chunks = [5, 0, 6, 0, 1, 0, 2, 0]; // the third chunk, then the first
    const m = open({
      "end/zarr.json": array([6], [6], shards("end")),
      "end/c/0": Uint8Array.from([...chunks, ...entry(4, 4), ...absent, ...entry(0, 4)]),
      "start/zarr.json": array([6], [6], shards("start")),
      "start/c/0": Uint8Array.from([...entry(52, 4), ...absent, ...entry(48, 4), ...chunks]),
    });
    for (const name of ["end", "start"]) {
      expect([...(await m.getData(name)).data]).toEqual([1, 2, 7, 7, 5, 6]);
      expect([...(await m.getData(name, { selection: [{ start: 1, stop: 6, step: 3 }] })).data]).toEqual([
        2, 5,
      ]);
    }
    expect((await m.listNodes()).find(({ path }) => path === "/end")?.chunks).toEqual([2]);
  });

  it("has fill values of every kind", async () => {
    const filled = (dataType: unknown, fill: unknown, codecs: unknown = [LITTLE]) =>
      array([1], [1], codecs, { data_type: dataType, fill_value: fill });
    const m = open({
      "nan/zarr.json": filled("float64", "NaN"),
      "bits/zarr.json": filled("float32", "0xbfa00000"),
      "complex/zarr.json": filled("complex64", [1, "-Infinity"]),
      "bool/zarr.json": filled("bool", true, [{ name: "bytes" }]),
      "large/zarr.json": filled("int64", -3),
      "text/zarr.json": filled("string", "none", [{ name: "vlen-utf8" }]),
    });
    const read = async (name: string) => [...(await m.getData(name)).data];
    expect(await read("nan")).toEqual([Number.NaN]);
    expect(await read("bits")).toEqual([-1.25]);
    expect(await read("complex")).toEqual([1, Number.NEGATIVE_INFINITY]);
    expect(await read("bool")).toEqual([1]);
    expect(await read("large")).toEqual([-3n]);
    expect(await read("text")).toEqual(["none"]);
  });

  it("has groups without a document of their own", async () => {
    const m = open({ "a/b/x/zarr.json": array([1], [1], [LITTLE]) });
    expect((await m.listNodes()).map(({ path, kind }) => [path, kind])).toEqual([
      ["/a", "group"],
      ["/a/b", "group"],
      ["/a/b/x", "dataset"],
    ]);
  });

  it("is changed, and stays what it is: its arrays grow along every axis, and unknown fields are kept", async () => {
    const m = open({
      "zarr.json": { ...group, attributes: { odd: { a: [1, null, 2.5] } } },
      "x/zarr.json": array([2, 1], [2, 2], [BIG], {
        dimension_names: ["a", null],
        extra: { must_understand: false },
      }),
      "x/c/0/0": Uint8Array.of(0, 1, 0, 7, 0, 2, 0, 7),
    });
    await m.storeData(Int16Array.of(3, 4), "y");
    await m.appendData({ dtype: "int16", shape: [2, 2], data: Int16Array.of(5, 6, 7, 8) }, "x", {
      growDimension: 1,
    });
    expect([...(await m.getData("x")).data]).toEqual([1, 5, 6, 2, 7, 8]);
    await m.storeData({ dtype: "int16", shape: [2, 3], data: Int16Array.of(1, 2, 3, 4, 5, 6) }, "x");
    await m.appendData({ dtype: "int16", shape: [1, 3], data: Int16Array.of(7, 8, 9) }, "x", {
      growDimension: 0,
    });
    expect([...(await m.getData("x")).data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await m.setMetadata({ more: 1 });
    expect(await m.getMetadata()).toEqual({ odd: '{"a":[1,null,2.5]}', more: 1 });
    const documents = await m.listNodes();
    expect(documents.map(({ path, maxShape }) => [path, maxShape])).toEqual([
      ["/x", [null, null]],
      ["/y", [2]],
    ]);
  });

  it.each([
    ["an unknown codec", [LITTLE, { name: "packbits" }], {}, 'its codec "packbits" is not known here'],
    ["an unknown type", [LITTLE], { data_type: "r24" }, "its type is r24, which is not known here"],
    [
      "another grid",
      [LITTLE],
      { chunk_grid: { name: "rectangular" } },
      'its chunk grid is "rectangular", not "regular"',
    ],
    ["no shape", [LITTLE], { shape: [-1] }, "its shape is"],
    [
      "chunks of no length",
      [LITTLE],
      { chunk_grid: { name: "regular", configuration: { chunk_shape: [0] } } },
      "its chunk_shape is",
    ],
  ])("an array with %s is listed as unreadable", async (_, codecs, more, reason) => {
    const m = open({ "x/zarr.json": array([1], [1], codecs, more) });
    expect(await m.listNodes()).toEqual([
      { path: "/x", kind: "unreadable", reason: expect.stringContaining(reason) },
    ]);
    // It has metadata, and can be removed.
    await m.setMetadata({ unit: "mV" }, "x");
    expect(await m.getMetadata("x")).toEqual({ unit: "mV" });
    await expect(m.getData("x")).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("/x cannot be read"),
    });
    await m.removeData("x");
    expect(await m.listNodes()).toEqual([]);
  });

  it.each([
    ["cut", Uint8Array.of(1, 0, 2)],
    ["too long", Uint8Array.of(1, 0, 2, 0, 3)],
    ["empty", new Uint8Array(0)],
  ])("a chunk that is %s is an exception that names it", async (_, bytes) => {
    const m = open({ "x/zarr.json": array([2], [2], [LITTLE]), "x/c/0": bytes });
    await expect(m.getData("x")).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("the chunk x/c/0 is damaged"),
    });
  });
});
