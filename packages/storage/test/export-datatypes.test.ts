import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createBackendRegistry, DateTime } from "@tvb-storage/core";
import { h5Backend } from "@tvb-storage/h5-backend";
import { describe, expect, it } from "vitest";
import { describeWith, h5py, itWith, plainPython, posix } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { StorageInterface } from "../src/index.js";
import { BURST, datatype, gid, urn } from "./support/datatypes.js";
import { folders } from "./support/folder-backend.js";
import { listedByPython, readByH5py } from "./support/judged.js";
import { filesBelow } from "./support/trees.js";

const at = temporaryFolder("export-datatypes");
const NOW = new DateTime(new Date(2024, 10, 27, 15, 11, 16), 101258);
const fresh = () => new StorageInterface({ storageRoot: at(randomUUID()), now: () => NOW });
const exportsOf = (storage: StorageInterface) => `${storage.getProjectsFolder()}/../EXPORT_TMP`;

/** Two series of two operations, with a connectivity and a region mapping that they refer to. */
async function world(storage: StorageInterface) {
  const folder = (operation: string) => storage.getProjectFolder("P", operation);
  const connectivity = await datatype(await folder("1"), "Connectivity", 1, { parent_burst: BURST });
  const mapping = await datatype(await folder("2"), "RegionMapping", 2, { connectivity: urn(gid(1)) });
  const links = { connectivity: urn(gid(1)), region_mapping: urn(gid(2)), parent_burst: BURST };
  const first = await datatype(await folder("3"), "TimeSeriesRegion", 3, links);
  const second = await datatype(await folder("4"), "TimeSeriesRegion", 4, links);
  return { connectivity, mapping, first, second };
}

describe("one datatype without links", () => {
  itWith(h5py)("is exported as its file, without parent_burst, which the source keeps", async () => {
    const storage = fresh();
    const { connectivity } = await world(storage);
    const before = readFileSync(connectivity);
    const { path, missing, unreadable } = await storage.exportDatatypes(connectivity);
    expect(path).toMatch(
      /EXPORT_TMP\/2024-11-27_15-11-16_101258@[0-9a-f-]{36}\/2024-11-27_15-11_Connectivity\.h5$/,
    );
    expect(readByH5py(path)).toEqual({
      keys: ["TVB_Data_version", "TVB_gid", "TVB_type"],
      data: [1, 2],
    });
    expect(readByH5py(connectivity).keys).toContain("TVB_parent_burst");
    expect(readFileSync(connectivity)).toEqual(before);
    expect([missing, unreadable]).toEqual([[], []]);
    expect(filesBelow(exportsOf(storage))).toHaveLength(1);
  });

  it("without a parent_burst is copied byte for byte", async () => {
    const storage = fresh();
    const path = await datatype(await storage.getProjectFolder("P", "1"), "Surface", 1);
    const exported = await storage.exportDatatypes(path, { target: at("surface.h5") });
    expect(exported.path).toBe(at("surface.h5"));
    expect(readFileSync(at("surface.h5"))).toEqual(readFileSync(path));
  });

  itWith(h5py)("is exported alone where the caller wants no links, and says what it lacks", async () => {
    const storage = fresh();
    const { mapping } = await world(storage);
    const { path, missing } = await storage.exportDatatypes(mapping, { linked: [], className: "Mapping" });
    expect(path.endsWith("/2024-11-27_15-11_Mapping.h5")).toBe(true);
    expect(readByH5py(path).keys).toContain("TVB_connectivity");
    expect(missing).toEqual([{ gid: gid(1), key: "connectivity", referredBy: mapping }]);
  });

  itWith(posix)("may be one that nobody may write", async () => {
    const storage = fresh();
    const { connectivity } = await world(storage);
    chmodSync(connectivity, 0o444);
    const { path } = await storage.exportDatatypes(connectivity);
    expect(statSync(path).mode & 0o777).toBe(0o444);
    expect(Object.keys(await storage.getStorageManager(path).getMetadata())).not.toContain("parent_burst");
  });
});

describeWith(plainPython, h5py)("the entries of exported datatypes, as zipfile lists them,", () => {
  const withoutBurst = (path: string) => {
    for (const name of listedByPython(path))
      expect(readByH5py(path, name).keys, name).not.toContain("TVB_parent_burst");
  };

  it("are the files that it refers to beside it, each without parent_burst", async () => {
    const storage = fresh();
    const { first, connectivity } = await world(storage);
    const { path } = await storage.exportDatatypes(first);
    expect(path.endsWith("/2024-11-27_15-11_TimeSeriesRegion.zip")).toBe(true);
    expect(listedByPython(path)).toEqual([
      `Connectivity_${gid(1)}.h5`,
      `RegionMapping_${gid(2)}.h5`,
      `TimeSeriesRegion_${gid(3)}.h5`,
    ]);
    withoutBurst(path);
    for (const source of [first, connectivity]) expect(readByH5py(source).keys).toContain("TVB_parent_burst");
  });

  it("have a file once that was given twice, or is given and referred to", async () => {
    const storage = fresh();
    const { first, connectivity } = await world(storage);
    const { path } = await storage.exportDatatypes([first, first, connectivity]);
    expect(listedByPython(path)).toHaveLength(3);
  });

  it("of a group are in a folder for each operation, with what they refer to at the root", async () => {
    const storage = fresh();
    const { first, second } = await world(storage);
    const { path } = await storage.exportDatatypeGroup([first, second], { className: "DatatypeGroup" });
    expect(path.endsWith("/2024-11-27_15-11_DatatypeGroup.zip")).toBe(true);
    expect(listedByPython(path)).toEqual([
      `3/TimeSeriesRegion_${gid(3)}.h5`,
      `4/TimeSeriesRegion_${gid(4)}.h5`,
      `Connectivity_${gid(1)}.h5`,
      `RegionMapping_${gid(2)}.h5`,
    ]);
    withoutBurst(path);
  });

  it("of a simulator configuration are the view models, and their datatypes below datatypes", async () => {
    const storage = fresh();
    await world(storage);
    const folder = await storage.getProjectFolder("P", "9");
    const burst = await datatype(folder, "BurstConfiguration", 11, { simulator: urn(gid(12)) });
    const model = await datatype(folder, "SimulatorAdapterModel", 12, {
      connectivity: urn(gid(1)),
      parent_burst: BURST,
    });
    const { path, missing } = await storage.exportSimulatorConfiguration([burst, model], {
      target: at("models"),
    });
    expect(path).toBe(at("models/2024-11-27_15-11_BurstConfiguration.zip"));
    expect(listedByPython(path)).toEqual([
      `BurstConfiguration_${gid(11)}.h5`,
      `SimulatorAdapterModel_${gid(12)}.h5`,
      `datatypes/Connectivity_${gid(1)}.h5`,
    ]);
    expect(readByH5py(path, `SimulatorAdapterModel_${gid(12)}.h5`).keys).toContain("TVB_parent_burst");
    expect(missing).toEqual([]);
  });

  it("have no temporary copy left beside them", async () => {
    const storage = fresh();
    const { first } = await world(storage);
    await storage.exportDatatypes(first, { target: at("alone") });
    expect(filesBelow(at("alone"))).toEqual(["2024-11-27_15-11_TimeSeriesRegion.zip"]);
    expect(existsSync(exportsOf(storage))).toBe(false);
  });
});

describe("an export of datatypes", () => {
  it.each([
    ["one file", []],
    ["an archive", undefined],
  ])("of %s is cancelled at any moment of its progress, and leaves nothing", async (_, linked) => {
    const storage = fresh();
    const { first } = await world(storage);
    const options = linked === undefined ? {} : { linked };
    let steps = 0;
    const count = () => {
      steps += 1;
    };
    await storage.exportDatatypes(first, { ...options, onProgress: count });
    await storage.removeFolder(exportsOf(storage));
    expect(steps).toBeGreaterThan(0);
    for (let step = 1; step <= steps; step++) {
      const controller = new AbortController();
      let seen = 0;
      const onProgress = () => {
        seen += 1;
        if (seen === step) controller.abort(new Error("enough"));
      };
      const exporting = storage.exportDatatypes(first, { ...options, signal: controller.signal, onProgress });
      await expect(exporting).rejects.toThrow(/cancelled by its signal/);
      expect(existsSync(exportsOf(storage))).toBe(false);
    }
  });

  it("says to the logger where it is", async () => {
    const lines: string[] = [];
    const logger = {
      debug: (text: string) => void lines.push(text),
      warn: () => undefined,
      error: () => undefined,
    };
    const storage = new StorageInterface({ storageRoot: at(randomUUID()), logger });
    const { first } = await world(storage);
    await storage.exportDatatypes(first, { target: at("logged.zip") });
    expect(lines).toContain(`exported ${at("logged.zip")}`);
  });
});

describe("datatypes that cannot be exported", () => {
  it("are refused with the reason, and leave nothing", async () => {
    const storage = fresh();
    const { first } = await world(storage);
    const damaged = `${await storage.getProjectFolder("P", "5")}/Volume_${gid(9)}.h5`;
    writeFileSync(damaged, "not HDF5");
    mkdirSync(at("folder.h5"));
    for (const [files, message] of [
      [[], /the list is empty/],
      [at("none.h5"), /none\.h5: expected a file, found none/],
      [at("folder.h5"), /folder\.h5: expected a file, found a folder/],
      [damaged, /Volume_.*\.h5/],
      [[first, damaged], /Volume_.*\.h5/],
    ] as const) {
      await expect(storage.exportDatatypes(files)).rejects.toThrow(message);
    }
    await expect(storage.exportDatatypes(first, { className: "a/b" })).rejects.toThrow(
      /class name of the export/,
    );
    await expect(storage.exportDatatypes(first, { target: at("x.h5") })).rejects.toThrow(
      /the export is a \.zip file/,
    );
    await expect(storage.exportDatatypes([first, await twin(storage, first)])).rejects.toThrow(
      /two files called/,
    );
    expect(existsSync(exportsOf(storage))).toBe(false);
  });

  async function twin(storage: StorageInterface, path: string): Promise<string> {
    const copy = `${await storage.getProjectFolder("Q", "1")}/TimeSeriesRegion_${gid(3)}.h5`;
    await storage.copyFile(path, copy);
    return copy;
  }
});

describe("a backend that stores folders", () => {
  itWith(plainPython)("has its datatypes exported as folders, and imported again", async () => {
    const backends = createBackendRegistry([h5Backend, folders]);
    const storage = new StorageInterface({ storageRoot: at(randomUUID()), backends, now: () => NOW });
    const folder = `${await storage.getProjectFolder("P", "1")}/Surface_${gid(1)}.dir`;
    await storage.checkCreated(folder);
    await storage.getStorageManager(folder).setMetadata({ gid: urn(gid(1)), parent_burst: BURST });
    const model = await datatype(await storage.getProjectFolder("P", "2"), "Model", 2, {
      surface: urn(gid(1)),
    });
    const simulator = await storage.exportSimulatorConfiguration([model]);
    const names = [`Model_${gid(2)}.h5`, `datatypes/Surface_${gid(1)}.dir/content.h5`];
    expect(listedByPython(simulator.path)).toEqual(names);
    const flat = await storage.exportDatatypes(model);
    expect(listedByPython(flat.path)).toEqual([`Model_${gid(2)}.h5`, `Surface_${gid(1)}.dir/content.h5`]);
    const one = await storage.exportDatatypes(folder, { target: at("folders") });
    expect(one.path).toBe(at("folders/2024-11-27_15-11_Surface.dir"));
    expect((await storage.getStorageManager(one.path).getMetadata())["parent_burst"]).toBeUndefined();
    await storage.getProjectFolder("Q");
    const { paths } = await storage.importDatatypes(flat.path, "Q", 1);
    const metadata = await storage.getStorageManager(paths[1] ?? "").getMetadata();
    expect(metadata["gid"]).toBe(urn(gid(1)));
    expect(metadata["parent_burst"]).toBeUndefined();
  });
});
