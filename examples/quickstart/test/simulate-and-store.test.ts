import { slice, toNested } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { expect, test } from "vitest";
import { generateConnectome } from "../src/connectome.js";
import { ALPHA_RHYTHM, KuramotoNetwork } from "../src/kuramoto.js";
import { simulateAndStore } from "../src/simulate-and-store.js";
import { storeConnectome } from "../src/store-connectome.js";
import { temporaryFolder } from "./temporary-folder.js";

const inFolder = temporaryFolder();
const connectome = generateConnectome(6, 2);

test("the series in the file is the network's, whatever the number of blocks", async () => {
  const path = inFolder("series.h5");
  const progress: number[] = [];
  const connectivity = { path: inFolder("connectivity.h5"), gid: "urn:uuid:connectivity" };
  await simulateAndStore(connectome, connectivity, { path, gid: "urn:uuid:series" }, 1203, (done) =>
    progress.push(done),
  );
  expect(progress).toEqual([500, 1000, 1203]);

  await using file = new HDF5StorageManager(path);
  expect(await file.getDataShape("data")).toEqual([1203, 1, 6, 1]);
  expect((await file.getData("data")).data).toEqual(new KuramotoNetwork(connectome, ALPHA_RHYTHM).run(1203));
  const times = await file.getData("time", { selection: [slice(-2, null)] });
  expect(toNested(times)).toEqual([601, 601.5]);
  expect(await file.getMetadata()).toMatchObject({
    gid: "urn:uuid:series",
    connectivity: "urn:uuid:connectivity",
    sample_period: 0.5,
    start_time: 0.5,
  });
});

test("a connectome is stored under the names of The Virtual Brain", async () => {
  const path = inFolder("connectivity.h5");
  await storeConnectome(connectome, { path, gid: "urn:uuid:connectivity" });
  await using file = new HDF5StorageManager(path);
  const stored = (await file.listNodes()).filter(({ kind }) => kind === "dataset");
  expect(stored.map(({ path: name, dtype, shape }) => [name, dtype, shape]).sort()).toEqual([
    ["/centres", "float64", [6, 3]],
    ["/hemispheres", "bool", [6]],
    ["/region_labels", "string", [6]],
    ["/tract_lengths", "float64", [6, 6]],
    ["/weights", "float64", [6, 6]],
  ]);
  expect((await file.getData("weights")).data).toEqual(connectome.weights);
  expect((await file.getData("region_labels")).data).toEqual(connectome.regionLabels);
  expect(toNested(await file.getData("hemispheres"))).toEqual([false, false, false, true, true, true]);
  expect(await file.getMetadata("tract_lengths")).toEqual({ unit: "mm" });
});
