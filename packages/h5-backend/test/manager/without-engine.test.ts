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

it("a read that comes while HDF5 is loaded for an earlier change waits for that", async () => {
  const m = new HDF5StorageManager(path);
  const stored = m.storeData(new Uint8Array(4).fill(9), "fresh");
  const found = new HDF5StorageManager(path).getDataShape("fresh");
  expect(engineIfReady()).toBeUndefined();
  expect(await found).toEqual([4]);
  await stored;
  expect(engineIfReady()).toBeDefined();
});

it("filtered data are read with HDF5", async () => {
  const { data } = await new HDF5StorageManager(path).getData("all_filters", { selection: [0] });
  expect([...data].map(Number)).toEqual(Array.from({ length: 20 }, (_, i) => i));
});
