import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { copyStorage } from "@tvb-storage/storage";
import { createMemoryFs } from "@tvb-storage/testkit";
import { MemoryStore, ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { describe, expect, it } from "vitest";

// What only Zarr has, and a copy by values lacks, is reported.

const target = () => new HDF5StorageManager("/a.h5", { fs: createMemoryFs() });

describe.each([2, 3] as const)("a copy from Zarr version %i", (format) => {
  it("reports compression and names of axes that are not kept, and keeps what HDF5 has", async () => {
    const zarr = new ZarrStorageManager("a", {
      store: new MemoryStore(),
      format,
      layout: ({ path }) =>
        path === "/named" ? { compression: { zstd: 3 }, dimensionNames: ["time", "region"] } : undefined,
    });
    await zarr.storeData({ dtype: "int16", shape: [2, 2], data: Int16Array.of(1, 2, 3, 4) }, "named");
    await zarr.storeData([1, 2], "plain");
    await zarr.storeData(5, "scalar");
    const [named, plain] = await zarr.listNodes();
    expect(named?.dimensionNames).toEqual(["time", "region"]);
    expect(plain).not.toHaveProperty("dimensionNames");
    const file = target();
    expect((await copyStorage(zarr, file)).problems).toEqual([
      { path: "/named", problem: "the names of its axes (time, region) are not kept" },
      { path: "/named", problem: "it is stored without zstd" },
    ]);
    expect((await file.listNodes()).map(({ path, chunks }) => [path, chunks])).toEqual([
      ["/named", null],
      ["/plain", null],
      ["/scalar", null],
    ]);
  });
});

it("shards are listed, and a copy that lacks them says so", async () => {
  const zarr = new ZarrStorageManager("a", { store: new MemoryStore(), layout: () => ({ shards: [4] }) });
  await zarr.storeData([1, 2, 3, 4, 5], "x", { chunks: [2], compression: "gzip" });
  const [node] = await zarr.listNodes();
  expect(node).toMatchObject({
    chunks: [2],
    filters: ["gzip", "sharding_indexed"],
    compression: { gzip: 4 },
  });
  expect((await copyStorage(zarr, target())).problems).toEqual([
    { path: "/x", problem: "it is stored without sharding_indexed" },
  ]);
});

it("an array of another program keeps its chunks, and has a fixed shape", async () => {
  const array = {
    zarr_format: 3,
    node_type: "array",
    shape: [3],
    data_type: "uint8",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [8] } },
    chunk_key_encoding: { name: "default" },
    fill_value: 7,
    codecs: [{ name: "bytes" }],
    attributes: {},
  };
  const root = {
    zarr_format: 3,
    node_type: "group",
    attributes: {},
    consolidated_metadata: { kind: "inline", must_understand: false, metadata: { x: array } },
  };
  const bytes = (json: object) => new TextEncoder().encode(JSON.stringify(json));
  const store = new MemoryStore([
    ["a/zarr.json", bytes(root)],
    ["a/x/zarr.json", bytes(array)],
  ]);
  const zarr = new ZarrStorageManager("a", { store });
  const [node] = await zarr.listNodes();
  expect(node).toMatchObject({ maxShape: [null], defaultMaxShape: true, chunks: [8] });
  const file = target();
  expect((await copyStorage(zarr, file)).problems).toEqual([]);
  const [copied] = await file.listNodes();
  expect(copied).toMatchObject({ dtype: "uint8", shape: [3], maxShape: [3], chunks: [3] });
  expect([...(await file.getData("x")).data]).toEqual([7, 7, 7]);
});

it('"none" in the layout of a copy takes the compression away', async () => {
  const fs = createMemoryFs();
  const file = new HDF5StorageManager("/a.h5", { fs });
  await file.storeData([1, 2, 3], "x", { chunks: [2], compression: { gzip: 4, shuffle: true } });
  const copy = new HDF5StorageManager("/b.h5", { fs });
  const { problems } = await copyStorage(file, copy, { layout: () => ({ compression: "none" }) });
  expect(problems).toEqual([]);
  const [node] = await copy.listNodes();
  expect(node).toMatchObject({ chunks: [2], filters: [] });
});
