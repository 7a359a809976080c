import { ndarray } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { expect, test } from "vitest";
import {
  findSeries,
  functionalConnectivity,
  storeFunctionalConnectivity,
} from "../src/functional-connectivity.js";
import { temporaryFolder } from "./temporary-folder.js";

const inFolder = temporaryFolder();

async function write(name: string, datasets: Record<string, { shape: number[]; dtype?: "bool" | "int16" }>) {
  const path = inFolder(name);
  await using file = new HDF5StorageManager(path);
  for (const [dataset, { shape, dtype = "int16" }] of Object.entries(datasets)) {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: size }, (_, at) => (dtype === "bool" ? at % 2 : (at * at) % 7));
    await file.storeData(ndarray(values, { shape, dtype }), dataset);
  }
  return path;
}

test("samples over time are the first real dataset of shape (time, channel) with more times than channels", async () => {
  const path = await write("a.h5", {
    a_vector: { shape: [50] },
    b_mask: { shape: [50, 3], dtype: "bool" },
    c_square: { shape: [9, 9] },
    d_wide: { shape: [3, 50] },
    e_single: { shape: [50, 1] },
    f_series: { shape: [50, 3] },
    g_series: { shape: [60, 4] },
  });
  expect(await findSeries(path)).toEqual({
    file: path,
    dataset: "f_series",
    selection: [null, null],
    channels: 3,
  });
});

test("of (time, state variable, region, mode) the first variable and mode are taken", async () => {
  const path = await write("a.h5", { data: { shape: [20, 2, 5, 3] } });
  expect(await findSeries(path)).toEqual({
    file: path,
    dataset: "data",
    selection: [null, 0, null, 0],
    channels: 5,
  });
});

test("a file without samples over time has no series", async () => {
  expect(await findSeries(await write("a.h5", { weights: { shape: [4, 4] } }))).toBeUndefined();
});

test("is correlated from the file and stored with its source", async () => {
  const path = inFolder("TimeSeries_0123456789abcdef0123456789abcdef.h5");
  await using file = new HDF5StorageManager(path);
  // The second channel follows the first, the third opposes it.
  const rows = [1, 5, 2, 8, 3].map((value) => [value, 2 * value + 1, -value]);
  await file.storeData(rows, "eeg", { where: "/recording" });
  const series = await findSeries(path);
  if (series === undefined) throw new Error("no series found");

  const result = await functionalConnectivity(series);
  expect([result.channels, result.samples]).toEqual([3, 5]);
  const expected = [1, 1, -1, 1, 1, -1, -1, -1, 1];
  result.matrix.forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at] ?? Number.NaN, 12);
  });

  const target = inFolder("FunctionalConnectivity.h5");
  await storeFunctionalConnectivity(
    result,
    { ...series, gid: "urn:uuid:series" },
    { path: target, gid: "urn:uuid:fc" },
  );
  await using stored = new HDF5StorageManager(target);
  expect((await stored.getData("array_data")).data).toEqual(result.matrix);
  expect(await stored.getMetadata()).toMatchObject({
    gid: "urn:uuid:fc",
    time_series: "urn:uuid:series",
    source: "TimeSeries_0123456789abcdef0123456789abcdef.h5",
    source_dataset: "recording/eeg",
    samples: 5,
  });
});
