import { readdirSync } from "node:fs";
import { createBackendRegistry } from "@tvb-storage/core";
import { h5Backend } from "@tvb-storage/h5-backend";
import {
  copyStorage,
  migrateFile,
  StorageInterface,
  type StorageInterfaceOptions,
  scanVersions,
} from "@tvb-storage/storage";
import { zarrBackends } from "@tvb-storage/zarr-backend";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "./support/temporary-folder.js";

// Projects whose datatypes are Zarr hierarchies in folders, beside HDF5 files.

const at = temporaryFolder("zarr-projects");
const GID = { connectivity: "00112233445566778899aabbccddeeff", series: "ffeeddccbbaa99887766554433221100" };

const backends = createBackendRegistry([...zarrBackends(), h5Backend]);
const storageIn = (name: string, options: Partial<StorageInterfaceOptions> = {}) =>
  new StorageInterface({ storageRoot: at(name), backends, ...options });

const storage = storageIn("storage");
const paths = { connectivity: "", series: "" };

beforeAll(async () => {
  paths.connectivity = await storage.pathFor(1, "ConnectivityH5", GID.connectivity, "P");
  const connectivity = storage.getStorageManager(paths.connectivity);
  await connectivity.storeData([[0, 1], [1, 0]], "weights"); // biome-ignore format: a matrix
  await connectivity.setMetadata({ gid: `urn:uuid:${GID.connectivity}` });
  paths.series = await storage.pathFor(2, "TimeSeriesH5", GID.series, "P");
  const series = storage.getStorageManager(paths.series);
  await series.setMetadata({
    gid: `urn:uuid:${GID.series}`,
    connectivity: `urn:uuid:${GID.connectivity}`,
    parent_burst: `urn:uuid:${GID.series}`,
  });
  // Its last row is still in a buffer.
  await series.appendData([[1, 2]], "data", { growDimension: 0 });
  await series.appendData([[3, 4]], "data", { growDimension: 0, closeFile: false });
  await storage.writeProjectMetadata({ name: "P" }, "Project.xml");
});

it("new datatypes get the extension of the first backend, and are found by their gid", async () => {
  expect(storage.getFilename("ConnectivityH5", GID.connectivity)).toBe(
    `Connectivity_${GID.connectivity}.zarr`,
  );
  expect(paths.series).toBe(at(`storage/PROJECTS/P/2/TimeSeries_${GID.series}.zarr`));
  expect(storage.pathByDir("/x", "TimeSeries", GID.series)).toBe(`/x/TimeSeries_${GID.series}.zarr`);
  expect(await storage.findByGid("P", GID.series)).toEqual([paths.series]);
  expect(await storage.references(paths.series)).toEqual([{ gid: GID.connectivity, key: "connectivity" }]);
  expect((await storage.linkedDatatypes([paths.series])).linked).toEqual([paths.connectivity]);
  expect(await scanVersions(at("storage"), { backends })).toEqual([
    { path: paths.connectivity, version: 5 },
    { path: paths.series, version: 5 },
  ]);
});

describe("an export of a project", () => {
  it("has the folders with all that is committed or buffered, and is imported", async () => {
    const { path, missing } = await storage.exportProject("P", { target: at("p.zip") });
    expect(missing).toEqual([]);
    const other = storageIn("other");
    const { folder } = await other.importProject(path);
    const series = other.getStorageManager(`${folder}/2/TimeSeries_${GID.series}.zarr`);
    expect([...(await series.getData("data")).data]).toEqual([1, 2, 3, 4]);
    expect(await series.getMetadata("")).toHaveProperty("parent_burst");
  });
});

describe("an export of datatypes", () => {
  it("is the folder itself, where it refers to nothing", async () => {
    const { path } = await storage.exportDatatypes(paths.connectivity);
    expect(path).toMatch(/_Connectivity\.zarr$/);
    const found = await storage.getStorageManager(path).getData("weights");
    expect([...found.data]).toEqual([0, 1, 1, 0]);
  });

  it("is an archive with what they refer to, without parent_burst, and is imported", async () => {
    const { path } = await storage.exportDatatypes(paths.series, { target: at("d.zip") });
    const other = storageIn("datatypes");
    await other.getProjectFolder("Q");
    const imported = await other.importDatatypes(path, "Q", 7);
    expect(imported.paths.map((each) => each.split("/").at(-1))).toEqual([
      `Connectivity_${GID.connectivity}.zarr`,
      `TimeSeries_${GID.series}.zarr`,
    ]);
    const [, series = ""] = imported.paths;
    expect(await other.getStorageManager(series).getMetadata()).not.toHaveProperty("parent_burst");
    await expect(other.importDatatypes(path, "Q", 8)).rejects.toThrow("the project has");
    expect(await storage.getStorageManager(paths.series).getMetadata()).toHaveProperty("parent_burst");
  });

  it("is not imported where only HDF5 is known, and nothing is left", async () => {
    const { path } = await storage.exportDatatypes(paths.series, { target: at("e.zip") });
    const other = storageIn("h5-only", { backends: createBackendRegistry([h5Backend]) });
    await other.getProjectFolder("Q");
    await expect(other.importDatatypes(path, "Q", 7)).rejects.toThrow(
      "is no data file: expected a name such as",
    );
    expect(readdirSync(at("h5-only/PROJECTS/Q"))).toEqual([]);
  });
});

it("a datatype is moved, copied to HDF5 and back, and its project removed", async () => {
  const moving = storageIn("moving");
  const path = await moving.pathFor(1, "Connectivity", GID.connectivity, "P");
  await copyStorage(storage.getStorageManager(paths.connectivity), moving.getStorageManager(path));
  const [moved = ""] = await moving.moveDatatypeWithSync("Q", 3, path);
  expect(moved).toBe(at(`moving/PROJECTS/Q/3/Connectivity_${GID.connectivity}.zarr`));
  const file = moving.getStorageManager(moved.replace(/\.zarr$/, ".h5"));
  const { problems } = await copyStorage(moving.getStorageManager(moved), file);
  expect(problems).toEqual([]);
  expect(await moving.findByGid("Q", GID.connectivity)).toEqual([file.path, moved]);
  await moving.removeProject("Q");
  expect(readdirSync(at("moving/PROJECTS"))).toEqual(["P"]);
});

it("a hierarchy is not migrated in place, and stays as it is", async () => {
  const steps = [{ from: 5, to: 6, migrate: async () => undefined }];
  await expect(migrateFile(paths.connectivity, steps, 6, { backends })).rejects.toThrow(
    'cannot be migrated in place by the backend "zarr": it stores a folder, which no file system replaces in one step; copy it to a new one (copyStorage), and change that',
  );
  expect(await storage.getStorageManager(paths.connectivity).getFileDataVersion()).toBe(5);
});
