import { FileStructureException } from "@tvb-storage/errors";
import { expect, test } from "vitest";
import { FilesHelper } from "../src/index.js";
import { describeOnDisks, systemError, withPromises } from "./disks.js";

describeOnDisks("the folders of a project", (disk) => {
  test("nothing is made before it is needed", () => {
    const helper = disk().helper();
    expect(helper.getProjectsFolder()).toBe(`${disk().root}/PROJECTS`);
    expect(disk().fs.existsSync(disk().root)).toBe(false);
  });

  test("checkCreated makes the storage root, mode 0744, and is a no-op the second time", async () => {
    const helper = disk().helper();
    await helper.checkCreated();
    await helper.checkCreated();
    expect(disk().fs.statSync(disk().root).isDirectory()).toBe(true);
    expect(disk().mode(disk().root)).toBe(0o744);
  });

  test("checkCreated makes any folder with its parents, mode 0744", async () => {
    await disk().helper().checkCreated(`${disk().outside}/a/b/c`);
    for (const folder of ["", "/a", "/a/b", "/a/b/c"])
      expect(disk().mode(disk().outside + folder)).toBe(0o744);
  });

  test("getProjectFolder makes the project's folder and the ones beneath", async () => {
    const helper = disk().helper();
    expect(await helper.getProjectFolder("P 1")).toBe(`${disk().root}/PROJECTS/P 1`);
    expect(await helper.getProjectFolder("P 1", "12", "TEMP")).toBe(`${disk().root}/PROJECTS/P 1/12/TEMP`);
    expect(disk().tree(disk().root)).toEqual({
      PROJECTS: null,
      "PROJECTS/P 1": null,
      "PROJECTS/P 1/12": null,
      "PROJECTS/P 1/12/TEMP": null,
    });
  });

  test("getImagesFolder and getAllenMouseCacheFolder are folders of the project", async () => {
    const helper = disk().helper();
    expect(await helper.getImagesFolder("P", "IMAGES")).toBe(`${disk().root}/PROJECTS/P/IMAGES`);
    expect(await helper.getAllenMouseCacheFolder("P")).toBe(
      `${disk().root}/PROJECTS/P/ALLEN_MOUSE_CONNECTIVITY_CACHE`,
    );
    expect(disk().list(`${disk().root}/PROJECTS/P`)).toEqual(["ALLEN_MOUSE_CONNECTIVITY_CACHE", "IMAGES"]);
  });

  test("getProjectFolderFromH5 is two levels up, whether the file is there or not", () => {
    const helper = disk().helper();
    expect(helper.getProjectFolderFromH5("/data/PROJECTS/P/1/x.h5")).toBe("/data/PROJECTS/P");
    expect(helper.getProjectFolderFromH5("/data/PROJECTS/P/TEMP/../1/x.h5")).toBe("/data/PROJECTS/P");
    expect(() => helper.getProjectFolderFromH5("/x.h5")).toThrow(FileStructureException);
    expect(() => helper.getProjectFolderFromH5("/1/x.h5")).toThrow(/is in no project: expected/);
  });

  test.each(["..", "a/b", "", "CON", "a\0", "/abs", "..\\x"])(
    "the name %j is refused everywhere",
    async (name) => {
      const helper = disk().helper();
      const figure = { project: { name: "P" }, filePath: name };
      const calls: (() => Promise<unknown>)[] = [
        () => helper.getProjectFolder(name),
        () => helper.getProjectFolder("P", name),
        () => helper.renameProjectStructure(name, "Q"),
        () => helper.renameProjectStructure("P", name),
        () => helper.getProjectMetaFilePath(name, "Project.xml"),
        () => helper.getProjectMetaFilePath("P", name),
        () => helper.readProjectMetadata(disk().root, name),
        () => helper.writeProjectMetadataFromDict(disk().root, {}, name),
        () => helper.writeProjectMetadata({ name }, "Project.xml"),
        () => helper.removeOperationData("P", name),
        () => helper.removeOperationData(name, 1),
        () => helper.moveDatatype(name, 1, `${disk().root}/x.h5`),
        () => helper.moveDatatype("P", name, `${disk().root}/x.h5`),
        () => helper.getImagesFolder("P", name),
        () => helper.writeImageMetadata(figure, {}, "IMAGES"),
        () => helper.removeFigure(figure, "IMAGES"),
        () => helper.getAllenMouseCacheFolder(name),
        () => helper.copyFile(`${disk().root}/x`, disk().root, { destPostfix: name }),
      ];
      for (const call of calls) await expect(call(), String(call)).rejects.toThrow(/cannot be the/);
      for (const call of calls) await expect(call()).rejects.toThrow(FileStructureException);
      expect(disk().fs.existsSync(disk().root)).toBe(false);
    },
  );

  test("an empty path, and one with a NUL, are refused", async () => {
    const helper = disk().helper();
    for (const path of ["", "/a\0b"]) {
      await expect(helper.checkCreated(path)).rejects.toThrow(FileStructureException);
      await expect(helper.removeFolder(path)).rejects.toThrow(FileStructureException);
      await expect(helper.computeSizeOnDisk(path)).rejects.toThrow(FileStructureException);
      expect(() => new FilesHelper({ storageRoot: path, fs: disk().fs })).toThrow(/storageRoot (must|has)/);
    }
  });

  test("a file in a folder's place, or in that of a parent, is a FileStructureException that says so", async () => {
    disk().write(`${disk().root}/PROJECTS/P`);
    const helper = disk().helper();
    await expect(helper.getProjectFolder("P")).rejects.toThrow(
      `cannot create the folder ${disk().root}/PROJECTS/P: a file is there`,
    );
    await expect(helper.getProjectFolder("P", "1")).rejects.toThrow(FileStructureException);
    expect(disk().read(`${disk().root}/PROJECTS/P`)).toBe("content");
  });

  test("a hundred parallel calls make the same folders", async () => {
    const helper = disk().helper();
    const made = await Promise.all(
      Array.from({ length: 100 }, (_, n) => helper.getProjectFolder(`P${n % 3}`, "1", "2", String(n % 5))),
    );
    expect(new Set(made).size).toBe(15);
    for (const folder of made) expect(disk().fs.statSync(folder).isDirectory()).toBe(true);
  });

  test("a parent that another program removes meanwhile is made again", async () => {
    let calls = 0;
    const fs = withPromises(disk().fs, (promises) => ({
      mkdir: (path, options) =>
        ++calls < 4 ? Promise.reject(systemError("ENOENT")) : promises.mkdir(path, options),
    }));
    await disk().helper({ fs }).checkCreated();
    expect(calls).toBe(4);
    expect(disk().fs.existsSync(disk().root)).toBe(true);
  });

  test("a full disk is a FileStorageException", async () => {
    const fs = withPromises(disk().fs, () => ({ mkdir: () => Promise.reject(systemError("ENOSPC")) }));
    await expect(disk().helper({ fs }).checkCreated()).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: `cannot create the folder ${disk().root}: no space left on the disk (ENOSPC)`,
    });
  });
});

test("a relative storage root is made absolute, so that a change of folder does not move it", () => {
  expect(new FilesHelper({ storageRoot: "a/../b/" }).getProjectsFolder()).toBe(`${process.cwd()}/b/PROJECTS`);
});
