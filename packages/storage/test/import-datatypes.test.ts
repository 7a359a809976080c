import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { rawZip } from "../../zip/test/support/raw-zip.js";
import { StorageInterface } from "../src/index.js";
import { datatype, gid } from "./support/datatypes.js";
import { filesBelow } from "./support/trees.js";

const at = temporaryFolder("import-datatypes");
/** Made by Python, by `fixtures/exports/make.py`. */
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/exports/${name}.zip`, import.meta.url));
const made = (number: number) => `0c0de00000000000000000000000000${number}`;
const rootOf = (storage: StorageInterface) => storage.getProjectsFolder().slice(0, -"/PROJECTS".length);

/** With an empty project P. */
async function fresh(): Promise<StorageInterface> {
  const storage = new StorageInterface({ storageRoot: at(randomUUID()) });
  await storage.getProjectFolder("P");
  return storage;
}

const LINKED = [`Connectivity_${made(1)}.h5`, `CorticalSurface_${made(3)}.h5`, `RegionMapping_${made(2)}.h5`];

describe("archives as the original exports them", () => {
  it.each([
    ["datatypes", [...LINKED, `TimeSeriesRegion_${made(4)}.h5`]],
    ["group", [...LINKED, `TimeSeriesRegion_${made(4)}.h5`, `TimeSeriesRegion_${made(5)}.h5`]],
    [
      "simulator",
      [
        `BurstConfiguration_${made(6)}.h5`,
        `Connectivity_${made(1)}.h5`,
        `SimulatorAdapterModel_${made(7)}.h5`,
      ],
    ],
  ])("%s.zip becomes the files of an operation, whatever folder they are in", async (name, files) => {
    const storage = await fresh();
    const { paths, skipped } = await storage.importDatatypes(fixture(name), "P", 12);
    const folder = `${storage.getProjectsFolder()}/P/12`;
    expect(paths).toEqual(files.map((file) => `${folder}/${file}`));
    expect(skipped).toEqual([]);
    expect(filesBelow(rootOf(storage))).toEqual(files.map((file) => `PROJECTS/P/12/${file}`));
    expect(await storage.findByGid("P", made(1))).toHaveLength(1);
    for (const path of paths) expect(await storage.getStorageManager(path).isValidTvbFile()).toBe(true);
  });

  it("are imported without what the project has already, where the caller says so", async () => {
    const storage = await fresh();
    await storage.importDatatypes(fixture("datatypes"), "P", 1);
    await expect(storage.importDatatypes(fixture("group"), "P", 2)).rejects.toThrow(
      /the project has "7\/TimeSeriesRegion_.*" already, at .*\/1\/.*; pass \{ existing: "skip" \}/,
    );
    expect(readdirSync(`${storage.getProjectsFolder()}/P`)).toEqual(["1"]);
    const { paths, skipped } = await storage.importDatatypes(fixture("group"), "P", 2, { existing: "skip" });
    expect(paths).toEqual([`${storage.getProjectsFolder()}/P/2/TimeSeriesRegion_${made(5)}.h5`]);
    expect(skipped).toEqual([`7/TimeSeriesRegion_${made(4)}.h5`, ...LINKED]);
    const none = await storage.importDatatypes(fixture("datatypes"), "P", 3, { existing: "skip" });
    expect(none.paths).toEqual([]);
    expect(existsSync(`${storage.getProjectsFolder()}/P/3`)).toBe(false);
  });
});

describe("a single data file", () => {
  it("is copied into the operation, with rows that are still buffered", async () => {
    const storage = await fresh();
    mkdirSync(at("elsewhere"), { recursive: true });
    const source = await datatype(at("elsewhere"), "Surface", 1);
    await storage.getStorageManager(source).appendData([7], "rows", { closeFile: false });
    const steps: number[] = [];
    const { paths } = await storage.importDatatypes(source, "P", "new", {
      onProgress: (done) => steps.push(done),
    });
    expect(paths).toEqual([`${storage.getProjectsFolder()}/P/new/Surface_${gid(1)}.h5`]);
    expect((await storage.getStorageManager(paths[0] ?? "").getData("rows")).data).toEqual(
      new Float64Array([7]),
    );
    expect(steps.length).toBeGreaterThan(0);
    expect(existsSync(source)).toBe(true);
  });
});

describe("an import of datatypes", () => {
  async function archived(...entries: { name: string; data: string | Buffer }[]): Promise<string> {
    const path = at(`${randomUUID()}.zip`);
    writeFileSync(path, rawZip(entries));
    return path;
  }

  it.each([
    [
      "no data file",
      { name: "notes.txt", data: "" },
      /"notes\.txt" is no data file: expected a name such as/,
    ],
    ["what looks like a temporary file", { name: ".x.tmp", data: "" }, /"\.x\.tmp" is no data file/],
    ["a name without a gid", { name: "a/Surface.h5", data: "" }, /"a\/Surface\.h5" is no data file/],
    [
      "a damaged file",
      { name: `Surface_${gid(1)}.h5`, data: "not HDF5" },
      /is damaged, or no file of its format/,
    ],
    ["a name that leads out", { name: `../Surface_${gid(1)}.h5`, data: "" }, /leads out of the folder/],
  ])("with %s is refused, and leaves nothing", async (_, entry, message) => {
    const storage = await fresh();
    await expect(storage.importDatatypes(await archived(entry), "P", 1)).rejects.toThrow(message);
    expect(filesBelow(rootOf(storage))).toEqual([]);
    expect(readdirSync(`${storage.getProjectsFolder()}/P`)).toEqual([]);
    expect(readdirSync(rootOf(storage))).toEqual(["PROJECTS"]);
  });

  it("whose file is another datatype than its name says is refused", async () => {
    const storage = await fresh();
    mkdirSync(at("renamed"));
    const path = await datatype(at("renamed"), "Surface", 1);
    const renamed = at(`renamed/Surface_${gid(2)}.h5`);
    await storage.copyFile(path, renamed);
    await expect(storage.importDatatypes(renamed, "P", 1)).rejects.toThrow(
      new RegExp(
        `another datatype than its name says: expected the attribute gid ${gid(2)}, found ${gid(1)}`,
      ),
    );
  });

  it("that has one datatype twice, or none, is refused", async () => {
    const storage = await fresh();
    await expect(storage.importDatatypes(await archived({ name: "a/", data: "" }), "P", 1)).rejects.toThrow(
      /there is no data file in it/,
    );
    const source = at("twice");
    mkdirSync(`${source}/1`, { recursive: true });
    mkdirSync(`${source}/2`);
    await datatype(`${source}/1`, "Surface", 1);
    await datatype(`${source}/2`, "Surface", 1);
    await storage.writeZipFolder(at("twice.zip"), source);
    await expect(storage.importDatatypes(at("twice.zip"), "P", 1)).rejects.toThrow(
      /two of its files are the datatype/,
    );
  });

  it("needs a project, and an operation that is missing or empty", async () => {
    const storage = await fresh();
    await expect(storage.importDatatypes(fixture("group"), "Q", 1)).rejects.toThrow(
      /expected a project's folder at .*Q, found none/,
    );
    await datatype(await storage.getProjectFolder("P", "1"), "Surface", 9);
    await expect(storage.importDatatypes(fixture("group"), "P", 1)).rejects.toThrow(
      /expected the operation .*\/P\/1 to be missing or empty, found files in it; import into an operation of its own/,
    );
    await storage.getProjectFolder("P", "2");
    expect((await storage.importDatatypes(fixture("group"), "P", 2)).paths).toHaveLength(5);
    await expect(storage.importDatatypes(fixture("group"), "P", "../3")).rejects.toThrow(/operation id/);
  });

  it("is cancelled at any moment of its progress, and leaves nothing", async () => {
    let steps = 0;
    const count = () => {
      steps += 1;
    };
    await (await fresh()).importDatatypes(fixture("group"), "P", 1, { onProgress: count });
    expect(steps).toBeGreaterThan(3);
    for (let step = 1; step <= steps; step++) {
      const storage = await fresh();
      const controller = new AbortController();
      let seen = 0;
      const onProgress = () => {
        seen += 1;
        if (seen === step) controller.abort(new Error("enough"));
      };
      const options = { signal: controller.signal, onProgress };
      const importing = storage.importDatatypes(fixture("group"), "P", 1, options);
      await expect(importing).rejects.toThrow(/cancelled by its signal/);
      expect(filesBelow(rootOf(storage))).toEqual([]);
      expect(readdirSync(rootOf(storage))).toEqual(["PROJECTS"]);
    }
  });

  it("at the same time as others into one operation succeeds once", async () => {
    const storage = await fresh();
    const all = await Promise.allSettled(
      [1, 2, 3].map(() => storage.importDatatypes(fixture("group"), "P", 1)),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(readdirSync(`${storage.getProjectsFolder()}/P/1`)).toHaveLength(5);
    expect(readdirSync(rootOf(storage))).toEqual(["PROJECTS"]);
  });
});
