import nodeFs from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { engineIfReady } from "../../src/engine/engine.js";
import { HDF5StorageManager } from "../../src/index.js";

// One after the other: each begins with what those before it have loaded.

const folder = temporaryFolder("h5-unloaded");
const path = folder("layouts.h5");
beforeAll(() => {
  const fixture = new URL("../../../../fixtures/h5py/layouts-latest.h5", import.meta.url);
  nodeFs.copyFileSync(fileURLToPath(fixture), path);
});

it("what is read without HDF5 does not load it", async () => {
  const m = new HDF5StorageManager(path);
  // As h5dump shows the first row.
  expect([...(await m.getData("contiguous", { selection: [0] })).data]).toEqual([
    254, 227, 33, 120, 242, 188, 5, 130, 101, 167, 81, 192, 186, 149, 80, 242, 204, 23, 235, 7,
  ]);
  expect(await m.getDataShape("all_filters")).toEqual([30, 20]);
  expect(await m.getMetadata()).toBeTypeOf("object");
  expect((await m.listNodes()).length).toBeGreaterThan(20);
  expect(engineIfReady()).toBeUndefined();
});

it("what is written without HDF5 does not load it", async () => {
  const created = new HDF5StorageManager(folder("created.h5"));
  await created.storeData(new Float64Array(8192), "group/x");
  await created.storeData(["a", "b"], "texts");
  await created.storeData(new Int16Array(5000), "gzip", { compression: "gzip" });
  for (let row = 0; row < 20; row++) await created.appendData([[row, 2]], "rows", { growDimension: 0 });
  const metadata = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`key${i}`, i % 2 === 0 ? i : `${i}`]),
  );
  await created.setMetadata(metadata, "texts");
  await created.setMetadata(metadata, "texts");
  await created.storeData(["c", "dd"], "texts");
  await created.removeMetadata("key3", "texts");
  await created.removeData("gzip");
  expect(await created.getDataShape("rows")).toEqual([20, 2]);
  expect(engineIfReady()).toBeUndefined();
});

it("HDF5 is loaded for what only it writes", async () => {
  await new HDF5StorageManager(path, { engine: "h5wasm" }).storeData(new Uint8Array(4).fill(9), "fresh");
  expect(engineIfReady()).toBeDefined();
  expect(await new HDF5StorageManager(path).getDataShape("fresh")).toEqual([4]);
});

it("filtered data are read without HDF5", async () => {
  const { data } = await new HDF5StorageManager(path).getData("all_filters", { selection: [0] });
  expect([...data].map(Number)).toEqual(Array.from({ length: 20 }, (_, i) => i));
});
