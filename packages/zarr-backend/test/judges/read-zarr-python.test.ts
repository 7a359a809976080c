import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ZarrStorageManager } from "../../src/index.ts";

// `make.py` beside the fixture made it with zarr-python 2.13 and numcodecs 0.11.
const path = fileURLToPath(new URL("../fixtures/zarr-python/hierarchy.zarr", import.meta.url));
const open = () => new ZarrStorageManager(path);
const series = Array.from({ length: 60 }, (_, i) => i / 2);

describe("what zarr-python wrote is read", () => {
  const coded = [
    "blosc",
    "blosc_blosclz",
    "blosc_lz4hc",
    "blosc_zlib",
    "blosc_zstd",
    "gzip",
    "zlib",
    "zstd",
    "lz4",
  ];
  it.each([...coded, "plain", "fortran", "shuffled", "nested"])("float64 in chunks: %s", async (name) => {
    const { dtype, shape, data } = await open().getData(name);
    expect({ dtype, shape, data: [...data] }).toEqual({ dtype: "float64", shape: [10, 6], data: series });
    const part = await open().getData(name, { selection: [{ start: 1, stop: 10, step: 4 }, -1] });
    expect([...part.data]).toEqual([5.5, 17.5, 29.5]);
  });

  it.each([
    ["i1", "int8"],
    ["u1", "uint8"],
    ["i2", "int16"],
    ["u2", "uint16"],
    ["i4", "int32"],
    ["u4", "uint32"],
    ["f2", "float32"],
    ["f4", "float32"],
    ["f8", "float64"],
  ])("numbers of type %s, in either byte order", async (name, dtype) => {
    const read = await open().getData(name, { where: "/types/inner" });
    expect({ dtype: read.dtype, data: [...read.data] }).toEqual({ dtype, data: [1, 2, 3] });
  });

  it.each([
    ["i8", "int64", [1n, 2n, 3n]],
    ["u8", "uint64", [1n, 2n, 3n]],
    ["c8", "complex64", [1, 0, 2, 0, 3, 0]],
    ["c16", "complex128", [1, 0, 2, 0, 3, 0]],
    ["bool", "bool", [1, 0, 1]],
    ["bytes", "string", ["ab", "c"]],
    ["unicode", "string", ["Größe", "🧠"]],
    ["texts", "string", ["Größe", ""]],
  ])("elements of type %s", async (name, dtype, data) => {
    const read = await open().getData(name, { where: "/types/inner" });
    expect({ dtype: read.dtype, data: [...read.data] }).toEqual({ dtype, data });
  });

  it("a scalar, and chunks that are not stored, which hold the fill value", async () => {
    expect(await open().getData("scalar")).toEqual({
      dtype: "float64",
      shape: [],
      data: Float64Array.of(2.5),
    });
    expect([...(await open().getData("filled")).data]).toEqual([
      Number.NaN,
      Number.NaN,
      5,
      6,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it("attributes, also those that are no values of ours", async () => {
    expect(await open().getMetadata()).toEqual({
      Data_version: 5,
      title: "by Python",
      odd: '{"a":[1,null]}',
      pi: 3,
    });
    expect(await open().isValidTvbFile()).toBe(true);
  });

  it("what cannot be read is listed with the reason, and the others are read", async () => {
    const nodes = await open().listNodes();
    const unreadable = nodes.filter(({ kind }) => kind === "unreadable");
    expect(Object.fromEntries(unreadable.map(({ path: at, reason }) => [at, reason]))).toEqual({
      "/crc32": 'its codec "crc32" is not known here',
      "/delta": 'its codec "delta" is not known here',
      "/types/inner/compound": expect.stringContaining("compound"),
      "/types/inner/dates": "its type is <M8[D], which is not known here",
    });
    expect(nodes.find(({ path: at }) => at === "/nested")).toMatchObject({
      dtype: "float64",
      shape: [10, 6],
      maxShape: [null, null],
      chunks: [4, 4],
      filters: ["blosc"],
    });
    await expect(open().getData("types/inner/dates")).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("<M8[D]"),
    });
  });
});
