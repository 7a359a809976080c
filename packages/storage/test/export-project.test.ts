import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { DateTime } from "@tvb-storage/core";
import { describe, expect, it } from "vitest";
import { describeWith, h5py, itWith, plainPython } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { StorageInterface } from "../src/index.js";
import { BURST, datatype, gid, urn } from "./support/datatypes.js";
import { listedByPython, readByH5py } from "./support/judged.js";
import { filesBelow } from "./support/trees.js";

const at = temporaryFolder("export-project");
const NOW = new DateTime(new Date(2024, 1, 7, 5, 9, 3), 4056);
const fresh = () => new StorageInterface({ storageRoot: at(randomUUID()), now: () => NOW });
const exportsOf = (storage: StorageInterface) => `${storage.getProjectsFolder()}/../EXPORT_TMP`;

/** A project with two operations, an image and temporary files. */
async function project(storage: StorageInterface, links: Record<string, string> = {}) {
  const connectivity = await datatype(await storage.getProjectFolder("Epilepsy", "1"), "Connectivity", 1);
  const series = await datatype(await storage.getProjectFolder("Epilepsy", "2"), "TimeSeriesRegion", 2, {
    connectivity: urn(gid(1)),
    parent_burst: BURST,
    ...links,
  });
  await storage.writeProjectMetadata({ name: "Epilepsy" }, "Project.xml");
  const images = await storage.getImagesFolder("Epilepsy", "IMAGES");
  writeFileSync(`${images}/figure.png`, "png");
  writeFileSync(`${await storage.getProjectFolder("Epilepsy", "TEMP")}/scratch`, "");
  return { connectivity, series };
}

const ENTRIES = [
  `1/Connectivity_${gid(1)}.h5`,
  `2/TimeSeriesRegion_${gid(2)}.h5`,
  "IMAGES/figure.png",
  "Project.xml",
];

describeWith(plainPython)("the entries of an exported project, as zipfile lists them,", () => {
  it("are those of its folder without TEMP, where it refers to nothing outside", async () => {
    const storage = fresh();
    await project(storage);
    const { path, missing, unreadable } = await storage.exportProject("Epilepsy");
    expect(listedByPython(path)).toEqual(ENTRIES);
    expect([missing, unreadable]).toEqual([[], []]);
  });

  it("have datatypes of other projects below links-to-external-projects, with what these refer to", async () => {
    const storage = fresh();
    await project(storage, { region_mapping: urn(gid(3)) });
    await datatype(await storage.getProjectFolder("Atlas", "4"), "RegionMapping", 3, {
      connectivity: urn(gid(1)),
      surface: urn(gid(4)),
    });
    await datatype(await storage.getProjectFolder("Surfaces", "5"), "CorticalSurface", 4);
    await datatype(await storage.getProjectFolder("Surfaces", "5"), "FaceSurface", 5);
    const { path, missing } = await storage.exportProject("Epilepsy");
    expect(listedByPython(path)).toEqual([
      ...ENTRIES,
      `links-to-external-projects/CorticalSurface_${gid(4)}.h5`,
      `links-to-external-projects/RegionMapping_${gid(3)}.h5`,
    ]);
    expect(missing).toEqual([]);
  });

  it("lack excluded operations and TEMP, by name at any depth", async () => {
    const storage = fresh();
    await project(storage);
    writeFileSync(`${await storage.getProjectFolder("Epilepsy", "IMAGES", "TEMP")}/x.png`, "");
    writeFileSync(`${await storage.getProjectFolder("Epilepsy", "IMAGES", "2")}/x.png`, "");
    writeFileSync(`${await storage.getProjectFolder("Epilepsy", "22")}/kept`, "");
    const { path } = await storage.exportProject("Epilepsy", { excludeOperations: [2] });
    expect(listedByPython(path)).toEqual([
      `1/Connectivity_${gid(1)}.h5`,
      "22/kept",
      "IMAGES/figure.png",
      "Project.xml",
    ]);
  });

  it("have the datatypes that the caller names instead of those that are found", async () => {
    const storage = fresh();
    await project(storage, { region_mapping: urn(gid(3)) });
    await datatype(await storage.getProjectFolder("Atlas", "4"), "RegionMapping", 3);
    const other = await datatype(await storage.getProjectFolder("Atlas", "4"), "Surface", 4);
    const { path, missing } = await storage.exportProject("Epilepsy", { linked: [other, other] });
    expect(listedByPython(path)).toEqual([...ENTRIES, `links-to-external-projects/Surface_${gid(4)}.h5`]);
    expect(missing.map(({ gid, key }) => [gid, key])).toEqual([[gid(3), "region_mapping"]]);
  });
});

describe("where an exported project is", () => {
  it("is a folder of its own below EXPORT_TMP, alone in it, both named as the original names them", async () => {
    const storage = fresh();
    await project(storage);
    const { path } = await storage.exportProject("Epilepsy");
    const [folder = ""] = readdirSync(exportsOf(storage));
    expect(folder).toMatch(/^2024-2-7_5-9-3_4056@[0-9a-f-]{36}$/);
    expect(filesBelow(exportsOf(storage))).toEqual([`${folder}/2024-02-07_05-09_Epilepsy.zip`]);
    expect(path.endsWith(`/EXPORT_TMP/${folder}/2024-02-07_05-09_Epilepsy.zip`)).toBe(true);
  });

  it("is the folder that the caller names, or the file, and then EXPORT_TMP does not stay", async () => {
    const storage = fresh();
    await project(storage);
    const inFolder = await storage.exportProject("Epilepsy", { target: at("out/here") });
    expect(inFolder.path).toBe(at("out/here/2024-02-07_05-09_Epilepsy.zip"));
    const file = await storage.exportProject("Epilepsy", { target: at("out/mine.ZIP") });
    expect(file.path).toBe(at("out/mine.ZIP"));
    expect(existsSync(exportsOf(storage))).toBe(false);
    expect(filesBelow(at("out"))).toEqual(["here/2024-02-07_05-09_Epilepsy.zip", "mine.ZIP"]);
  });

  it("is never where something is already", async () => {
    const storage = fresh();
    await project(storage);
    writeFileSync(at("taken.zip"), "mine");
    await expect(storage.exportProject("Epilepsy", { target: at("taken.zip") })).rejects.toThrow(
      /a file is at .*taken\.zip already; move or remove it first/,
    );
    expect(readFileSync(at("taken.zip"), "utf8")).toBe("mine");
    await expect(storage.exportProject("Epilepsy", { target: at("a.h5") })).rejects.toThrow(
      /give a path that ends with \.zip/,
    );
  });
});

describe("an exported project", () => {
  itWith(h5py)(
    "has rows that were still buffered, and the files as they are, parent_burst included",
    async () => {
      const storage = fresh();
      const { series } = await project(storage);
      const open = storage.getStorageManager(series);
      await open.appendData([5, 6], "data2", { closeFile: false });
      await open.removeData("data");
      await open.appendData([7, 8, 9], "data", { closeFile: false });
      const { path } = await storage.exportProject("Epilepsy");
      const { keys, data } = readByH5py(path, ENTRIES[1]);
      expect(data).toEqual([7, 8, 9]);
      expect(keys).toContain("TVB_parent_burst");
    },
  );

  it("says what it lacks, or is refused", async () => {
    const storage = fresh();
    const { series } = await project(storage, { surface: urn(gid(8)) });
    const damaged = `${await storage.getProjectFolder("Epilepsy", "3")}/Volume_${gid(9)}.h5`;
    writeFileSync(damaged, "not HDF5");
    const { missing, unreadable } = await storage.exportProject("Epilepsy");
    expect(missing).toEqual([{ gid: gid(8), key: "surface", referredBy: series }]);
    expect(unreadable.map(({ path }) => path)).toEqual([damaged]);
    await expect(
      storage.exportProject("Epilepsy", { incomplete: "refuse", target: at("refused.zip") }),
    ).rejects.toThrow(
      /it would be incomplete, without surface a0+8 of .* and 1 more; pass \{ incomplete: "report" \}/,
    );
    expect(existsSync(at("refused.zip"))).toBe(false);
  });

  it("lacks what is only in an operation that is excluded", async () => {
    const storage = fresh();
    await project(storage);
    const { missing } = await storage.exportProject("Epilepsy", { excludeOperations: ["1"] });
    expect(missing.map(({ gid }) => gid)).toEqual([gid(1)]);
  });

  it("that does not exist is refused, and no folder is made for it", async () => {
    const storage = fresh();
    await expect(storage.exportProject("Nobody")).rejects.toThrow(
      /cannot export the project "Nobody": expected a project's folder at .*, found none/,
    );
    await expect(storage.exportProject("../x")).rejects.toThrow(/path separator/);
    expect(existsSync(storage.getProjectsFolder())).toBe(false);
    await expect(storage.exportProject("P", { exclude: [] } as object)).rejects.toThrow(
      /has no option "exclude"/,
    );
  });

  it("is cancelled at any moment of its progress, and leaves nothing", async () => {
    const storage = fresh();
    await project(storage, { region_mapping: urn(gid(3)) });
    await datatype(await storage.getProjectFolder("Atlas", "4"), "RegionMapping", 3);
    const before = filesBelow(storage.getProjectsFolder());
    mkdirSync(at("cancelled"));
    let steps: [done: number, total: number][] = [];
    const onProgress = (done: number, total: number) => steps.push([done, total]);
    await storage.exportProject("Epilepsy", { onProgress });
    const all = steps;
    expect(all.length).toBeGreaterThan(4);
    expect(all.every(([, total]) => total === all[0]?.[1])).toBe(true);
    expect(all.at(-1)?.[0]).toBe(all[0]?.[1]);
    await storage.removeFolder(exportsOf(storage));
    for (const step of all.keys()) {
      const controller = new AbortController();
      steps = [];
      const exported = storage.exportProject("Epilepsy", {
        target: at("cancelled"),
        signal: controller.signal,
        onProgress: (done, total) => {
          if (onProgress(done, total) > step) controller.abort(new Error("enough"));
        },
      });
      await expect(exported).rejects.toThrow(/cancelled by its signal/);
      expect(readdirSync(at("cancelled"))).toEqual([]);
      expect(existsSync(exportsOf(storage))).toBe(false);
    }
    const signal = AbortSignal.abort();
    await expect(storage.exportProject("Epilepsy", { signal })).rejects.toThrow(/cancelled/);
    expect(filesBelow(storage.getProjectsFolder())).toEqual(before);
  });

  it("is given up where its listener throws", async () => {
    const storage = fresh();
    await project(storage);
    const onProgress = () => {
      throw new Error("no room on the screen");
    };
    await expect(storage.exportProject("Epilepsy", { onProgress })).rejects.toThrow(/no room on the screen/);
    expect(existsSync(exportsOf(storage))).toBe(false);
  });

  it("may be made several times at once", async () => {
    const storage = fresh();
    await project(storage);
    const all = await Promise.all([1, 2, 3, 4].map(() => storage.exportProject("Epilepsy")));
    expect(new Set(all.map(({ path }) => path)).size).toBe(4);
    expect(filesBelow(exportsOf(storage))).toHaveLength(4);
    const targets = [1, 2, 3, 4].map((each) => at(`several/${each}.zip`));
    await storage.removeFolder(exportsOf(storage));
    await Promise.all(targets.map((target) => storage.exportProject("Epilepsy", { target })));
    expect(filesBelow(at("several"))).toEqual(["1.zip", "2.zip", "3.zip", "4.zip"]);
    expect(existsSync(exportsOf(storage))).toBe(false);
  });
});
