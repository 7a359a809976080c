import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createBackendRegistry } from "@tvb-storage/core";
import { FilesHelper } from "@tvb-storage/fs-helper";
import { HDF5StorageManager, h5Backend } from "@tvb-storage/h5-backend";
import { createMemoryFs, memoryBackend } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { itWith, plainPython } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { StorageInterface } from "../src/index.js";
import { datatype, gid, urn } from "./support/datatypes.js";
import { listedByPython } from "./support/judged.js";

const at = temporaryFolder("storage-interface");
const fresh = () => new StorageInterface({ storageRoot: at(randomUUID()) });
const GID = "00112233-4455-6677-8899-aabbccddeeff";

describe("names and places of datatypes", () => {
  it("a file's name is the class without H5 and the digits of the gid", () => {
    const storage = fresh();
    const name = "Connectivity_00112233445566778899aabbccddeeff.h5";
    expect(storage.getFilename("ConnectivityH5", GID)).toBe(name);
    expect(storage.getFilename("Connectivity", `urn:uuid:${GID}`)).toBe(name);
    expect(storage.getFilename("Connectivity", `{${GID.toUpperCase()}}`)).toBe(name);
    expect(storage.pathByDir("/a/b/", "ConnectivityH5", GID)).toBe(`/a/b/${name}`);
  });

  it("refuses what is no gid, and class names that are not part of one file's name", () => {
    const storage = fresh();
    expect(() => storage.getFilename("Connectivity", "0011")).toThrow(
      /"0011" is no gid: give 32 hexadecimal digits/,
    );
    expect(() => storage.getFilename("../x", GID)).toThrow(/has a path separator/);
    expect(() => storage.getFilename("H5", GID)).toThrow(/is no class name/);
  });

  it("pathFor makes the folder of the operation", async () => {
    const storage = fresh();
    const path = await storage.pathFor(7, "SurfaceH5", GID, "P");
    expect(path).toBe(`${storage.getProjectsFolder()}/P/7/Surface_00112233445566778899aabbccddeeff.h5`);
    expect(existsSync(`${storage.getProjectsFolder()}/P/7`)).toBe(true);
    await expect(storage.pathFor("../7", "SurfaceH5", GID, "P")).rejects.toThrow(/operation id/);
  });
});

describe("backends", () => {
  const both = () => {
    const fs = createMemoryFs();
    const backends = createBackendRegistry([h5Backend, memoryBackend]);
    return new StorageInterface({ storageRoot: "/s", fs, backends });
  };

  it("a manager is that of the backend whose extension the path has, on the same file system", async () => {
    const storage = both();
    expect(storage.getStorageManager("/s/a.H5")).toBeInstanceOf(HDF5StorageManager);
    expect(storage.getStorageManager("/s/a.txt")).toBeInstanceOf(HDF5StorageManager);
    await storage.checkCreated("/s");
    const inMemory = storage.getStorageManager(`/s/a${memoryBackend.fileExtension}`);
    expect(inMemory).not.toBeInstanceOf(HDF5StorageManager);
    await inMemory.storeData([1], "data");
    expect((await inMemory.getData("data")).data).toEqual(new Float64Array([1]));
  });

  it("knows the extensions of all backends, in any case", () => {
    const storage = both();
    for (const path of ["a.h5", "/x/a.H5", `a${memoryBackend.fileExtension}`])
      expect(storage.endsWithTvbStorageFileExtension(path), path).toBe(true);
    for (const path of ["a.txt", "h5", "a.h5.zip"])
      expect(storage.endsWithTvbStorageFileExtension(path), path).toBe(false);
    const none = new StorageInterface({ storageRoot: "/s", backends: createBackendRegistry([]) });
    expect(none.endsWithTvbStorageFileExtension("a.h5")).toBe(false);
    expect(() => none.getStorageManager("a.h5")).toThrow(/none is registered/);
  });
});

describe("options", () => {
  it("are checked, with the name of the class", () => {
    const wrong = (options: object) => () => new StorageInterface(options as { storageRoot: string });
    expect(wrong({ storageRoot: "x", bakends: 1 })).toThrow(
      /StorageInterface has no option "bakends"; did you mean backends/,
    );
    expect(wrong({ storageRoot: "x", backends: [h5Backend] })).toThrow(
      /a registry of backends, as createBackendRegistry makes it/,
    );
    expect(wrong({ storageRoot: "x", now: new Date() })).toThrow(
      /the option now of StorageInterface must be a function/,
    );
    expect(wrong({})).toThrow(/storageRoot must be a path/);
  });

  it("it is a FilesHelper too, whose methods are those of the facade", () => {
    expect(fresh()).toBeInstanceOf(FilesHelper);
    expect(StorageInterface.PROJECTS_FOLDER).toBe("PROJECTS");
  });
});

describe("archives", () => {
  itWith(plainPython)("a folder is archived without excluded names, listed, and unpacked again", async () => {
    const storage = fresh();
    const folder = at("archived");
    mkdirSync(`${folder}/TEMP`, { recursive: true });
    mkdirSync(`${folder}/1`);
    writeFileSync(`${folder}/TEMP/x`, "x");
    writeFileSync(`${folder}/1/y`, "y");
    await storage.writeZipFolder(at("archived.zip"), folder, ["TEMP"]);
    expect(listedByPython(at("archived.zip"))).toEqual(["1/y"]);
    expect(await storage.getFilenamesInZip(at("archived.zip"))).toEqual(["1/y"]);
    expect(await storage.unpackZip(at("archived.zip"), at("unpacked"))).toEqual([at("unpacked/1/y")]);
    expect(readFileSync(at("unpacked/1/y"), "utf8")).toBe("y");
  });

  it("openTvbZip reads by default and writes with w", async () => {
    const storage = fresh();
    writeFileSync(at("one"), "1");
    const written = await storage.openTvbZip(at("one.zip"), "w");
    await written.write(at("one"), "two");
    await written.close();
    const read = await storage.openTvbZip(at("one.zip"));
    expect(read.namelist()).toEqual(["two"]);
    await read.close();
  });
});

describe("projects", () => {
  it("are renamed and removed", async () => {
    const storage = fresh();
    const old = await storage.getProjectFolder("P", "1");
    await datatype(old, "Signal", 1);
    const [from, to] = await storage.renameProject("P", "Q");
    expect([from, to].map((path) => path.slice(-10))).toEqual(["PROJECTS/P", "PROJECTS/Q"]);
    await storage.removeProject("Q");
    expect(existsSync(to)).toBe(false);
    await expect(storage.removeProject("Q")).rejects.toThrow(/does not exist/);
    await expect(storage.removeProject("../Q")).rejects.toThrow(/path separator/);
  });

  it("that are being synchronised keep their name", async () => {
    const storage = new StorageInterface({ storageRoot: at("syncing"), isSyncing: () => true });
    await storage.getProjectFolder("P");
    await expect(storage.renameProject("P", "Q")).rejects.toThrow(/while .* is being encrypted/);
  });
});

describe("moveDatatypeWithSync", () => {
  it("moves a datatype with buffered rows and its view model", async () => {
    const storage = fresh();
    const folder = await storage.getProjectFolder("P", "1");
    const series = `${folder}/TimeSeries_${gid(1)}.h5`;
    const open = storage.getStorageManager(series);
    await open.appendData([[1, 2]], "rows", { closeFile: false });
    await open.appendData([[3, 4]], "rows", { closeFile: false });
    const model = await datatype(folder, "Model", 2);
    const [movedSeries = "", movedModel = ""] = await storage.moveDatatypeWithSync("Q", 5, series, model);
    expect(movedSeries).toBe(`${storage.getProjectsFolder()}/Q/5/TimeSeries_${gid(1)}.h5`);
    expect((await storage.getStorageManager(movedSeries).getData("rows")).data).toEqual(
      new Float64Array([1, 2, 3, 4]),
    );
    expect((await storage.getStorageManager(movedModel).getMetadata())["gid"]).toBe(urn(gid(2)));
    expect([series, model].map((path) => existsSync(path))).toEqual([false, false]);
  });

  it("moves neither where one of them cannot be moved", async () => {
    const storage = fresh();
    const folder = await storage.getProjectFolder("P", "1");
    const series = await datatype(folder, "TimeSeries", 1);
    const model = await datatype(folder, "Model", 2);
    const taken = await datatype(await storage.getProjectFolder("Q", "5"), "Model", 2);
    await expect(storage.moveDatatypeWithSync("Q", 5, series, model)).rejects.toThrow(/is in .* already/);
    expect([series, model, taken].map((path) => existsSync(path))).toEqual([true, true, true]);
    expect(existsSync(`${storage.getProjectsFolder()}/Q/5/TimeSeries_${gid(1)}.h5`)).toBe(false);
  });
});
