import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { expect, test } from "vitest";
import { describeOnDisks, systemError, withPromises } from "./disks.js";

describeOnDisks("removing", (disk) => {
  const projects = () => `${disk().root}/PROJECTS`;
  /** A disk that keeps files whose path matches. */
  const keeping = (pattern: RegExp) =>
    withPromises(disk().fs, (promises) => ({
      unlink: (path) => (pattern.test(path) ? Promise.reject(systemError("EACCES")) : promises.unlink(path)),
    }));

  test("removeOperationData removes the operation's folder and nothing else", async () => {
    disk().write(`${projects()}/P/1/deep/x.h5`);
    disk().write(`${projects()}/P/2/x.h5`);
    await disk().helper().removeOperationData("P", 1);
    expect(disk().list(`${projects()}/P`)).toEqual(["2"]);
    await disk().helper().removeOperationData("P", "2");
    expect(disk().list(`${projects()}/P`)).toEqual([]);
  });

  test("removeOperationData of what is missing is refused and makes nothing", async () => {
    await expect(disk().helper().removeOperationData("P", 1)).rejects.toThrow(FileStructureException);
    await expect(disk().helper().removeOperationData("P", 1)).rejects.toThrow(
      `cannot remove the folder ${projects()}/P/1: it does not exist`,
    );
    expect(disk().fs.existsSync(disk().root)).toBe(false);
  });

  test("removeFiles removes files and folders; missing ones are no error", async () => {
    const { outside } = disk();
    disk().write(`${outside}/a`);
    disk().write(`${outside}/folder/deep/b`);
    disk().write(`${outside}/kept`);
    await disk()
      .helper()
      .removeFiles([`${outside}/a`, `${outside}/none`, `${outside}/folder`, `${outside}/a`]);
    expect(disk().list(outside)).toEqual(["kept"]);
    await disk().helper().removeFiles([]);
  });

  test("removeFiles goes on after a failure and lists everything that it could not remove", async () => {
    const { outside } = disk();
    for (const name of ["a", "locked1", "b", "folder/locked2", "folder/c", "d"])
      disk().write(`${outside}/${name}`);
    const helper = disk().helper({ fs: keeping(/locked/) });
    const attempt = helper.removeFiles(
      ["a", "locked1", "b", "folder", "d"].map((name) => `${outside}/${name}`),
    );
    await expect(attempt).rejects.toThrow(FileStructureException);
    await expect(attempt).rejects.toThrow(
      `could not remove 2 of the files: cannot remove ${outside}/locked1: no permission (EACCES); ` +
        `cannot remove ${outside}/folder/locked2: no permission (EACCES)`,
    );
    await expect(attempt).rejects.toHaveProperty("cause.errors.length", 2);
    expect(disk().tree(outside)).toEqual({ folder: null, "folder/locked2": "content", locked1: "content" });
  });

  test("removeFiles is a FileStorageException where the disk failed at one of them", async () => {
    const { outside } = disk();
    for (const name of ["locked", "broken"]) disk().write(`${outside}/${name}`);
    const fs = withPromises(disk().fs, () => ({
      unlink: (path) => Promise.reject(systemError(path.endsWith("locked") ? "EACCES" : "EIO")),
    }));
    const helper = disk().helper({ fs });
    await expect(helper.removeFiles([`${outside}/locked`])).rejects.toThrow(FileStructureException);
    const attempt = helper.removeFiles([`${outside}/locked`, `${outside}/broken`]);
    await expect(attempt).rejects.toThrow(FileStorageException);
    await expect(attempt).rejects.toThrow(
      `could not remove 2 of the files: cannot remove ${outside}/locked: no permission (EACCES); ` +
        `cannot remove ${outside}/broken: input/output error of the disk (EIO)`,
    );
    await helper.removeFiles([`${outside}/broken`], true);
  });

  test("removeFolder with ignoreErrors logs also where stat is not permitted", async () => {
    const fs = withPromises(disk().fs, () => ({ lstat: () => Promise.reject(systemError("EACCES")) }));
    const warnings: string[] = [];
    const logger = {
      debug: () => undefined,
      warn: (text: string) => warnings.push(text),
      error: () => undefined,
    };
    const folder = `${disk().outside}/locked`;
    await disk().helper({ fs, logger }).removeFolder(folder, true);
    expect(warnings).toEqual([`cannot remove the folder ${folder}: no permission (EACCES)`]);
    await expect(disk().helper({ fs }).removeFolder(folder)).rejects.toThrow(FileStructureException);
  });

  test("with ignoreErrors the same goes to the logger", async () => {
    const { outside } = disk();
    disk().write(`${outside}/locked`);
    const warnings: string[] = [];
    const logger = {
      debug: () => undefined,
      error: () => undefined,
      warn: (text: string) => warnings.push(text),
    };
    await disk()
      .helper({ fs: keeping(/locked/), logger })
      .removeFiles([`${outside}/locked`], true);
    expect(warnings).toEqual([
      `could not remove 1 of the files: cannot remove ${outside}/locked: no permission (EACCES)`,
    ]);
  });

  test("removeFolder removes a folder, and refuses a file and what is missing unless asked to ignore it", async () => {
    const { outside } = disk();
    disk().write(`${outside}/folder/a`);
    disk().write(`${outside}/file`);
    const helper = disk().helper();
    await helper.removeFolder(`${outside}/folder`);
    await expect(helper.removeFolder(`${outside}/folder`)).rejects.toThrow(/it does not exist/);
    await expect(helper.removeFolder(`${outside}/file`)).rejects.toThrow(/it is a file/);
    await expect(helper.removeFolder(`${outside}/file`, false)).rejects.toThrow(FileStructureException);
    await helper.removeFolder(`${outside}/folder`, true);
    await helper.removeFolder(`${outside}/file`, true);
    expect(disk().list(outside)).toEqual(["file"]);
  });

  test("works while files are removed and created by others", async () => {
    const { outside } = disk();
    for (const name of ["gone", "a"]) disk().write(`${outside}/folder/${name}`);
    let added = false;
    const fs = withPromises(disk().fs, (promises) => ({
      unlink: async (path) => {
        await promises.unlink(path);
        if (path.endsWith("gone")) throw systemError("ENOENT");
      },
      rmdir: (path) => {
        if (!added) disk().write(`${outside}/folder/late`);
        added = true;
        return promises.rmdir(path);
      },
    }));
    await disk().helper({ fs }).removeFolder(`${outside}/folder`);
    expect(disk().list(outside)).toEqual([]);
  });

  test("many parallel calls remove one folder", async () => {
    for (let n = 0; n < 50; n++) disk().write(`${disk().outside}/folder/${n}`);
    await Promise.all(
      Array.from({ length: 10 }, () =>
        disk()
          .helper()
          .removeFiles([`${disk().outside}/folder`]),
      ),
    );
    expect(disk().list(disk().outside)).toEqual([]);
  });
});
