import { FileStructureException, RenameWhileSyncEncryptingException } from "@tvb-storage/errors";
import { withFile } from "@tvb-storage/files";
import { expect, test } from "vitest";
import { describeOnDisks, systemError, withPromises } from "./disks.js";

describeOnDisks("renaming a project", (disk) => {
  const projects = () => `${disk().root}/PROJECTS`;

  test("moves its folder with all that is in it, and returns both paths", async () => {
    disk().write(`${projects()}/P/1/x.h5`, "data");
    expect(await disk().helper().renameProjectStructure("P", "Q 2")).toEqual([
      `${projects()}/P`,
      `${projects()}/Q 2`,
    ]);
    expect(disk().tree(projects())).toEqual({ "Q 2": null, "Q 2/1": null, "Q 2/1/x.h5": "data" });
  });

  test("is refused where the target exists, as folder, empty folder, file or link", async () => {
    disk().write(`${projects()}/P/x.h5`);
    disk().write(`${projects()}/full/y.h5`);
    disk().write(`${projects()}/file`);
    disk().fs.mkdirSync(`${projects()}/empty`);
    disk().fs.symlinkSync(`${projects()}/none`, `${projects()}/link`);
    const before = disk().tree(`${projects()}/P`);
    for (const taken of ["full", "file", "empty", "link", "P"]) {
      const attempt = disk().helper().renameProjectStructure("P", taken);
      await expect(attempt).rejects.toThrow(FileStructureException);
      await expect(attempt).rejects.toThrow(/there is a project of that name already/);
    }
    expect(disk().tree(`${projects()}/P`)).toEqual(before);
    expect(disk().list(projects())).toEqual(["P", "empty", "file", "full", "link"]);
  });

  test("is refused where the project is missing or no folder", async () => {
    await expect(disk().helper().renameProjectStructure("P", "Q")).rejects.toThrow(
      `cannot rename the project ${projects()}/P to ${projects()}/Q: there is no such project`,
    );
    disk().write(`${projects()}/P`);
    await expect(disk().helper().renameProjectStructure("P", "Q")).rejects.toThrow(
      /it is a file, not a folder/,
    );
    expect(disk().list(projects())).toEqual(["P"]);
  });

  test("is refused while isSyncing says so of the project's folder", async () => {
    disk().write(`${projects()}/P/x.h5`);
    const asked: string[] = [];
    const isSyncing = (folder: string) => asked.push(folder) > 0;
    const attempt = disk().helper({ isSyncing }).renameProjectStructure("P", "Q");
    await expect(attempt).rejects.toThrow(RenameWhileSyncEncryptingException);
    await expect(attempt).rejects.toMatchObject({ code: "RENAME_WHILE_SYNC_ENCRYPTING" });
    expect(asked).toEqual([`${projects()}/P`]);
    expect(disk().list(projects())).toEqual(["P"]);
  });

  test("that changes only case is an ordinary one where the disk distinguishes case", async () => {
    disk().write(`${projects()}/project/x.h5`);
    await disk().helper().renameProjectStructure("project", "Project");
    expect(disk().list(projects())).toEqual(["Project"]);
  });

  test("is refused where the disk takes the new name for an existing one", async () => {
    disk().write(`${projects()}/Alpha/x.h5`);
    disk().write(`${projects()}/Größe/x.h5`);
    // A disk that folds case, as those of macOS and Windows do.
    const stored = (path: string) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const found = disk()
        .list(projects())
        .find((one) => one.toLowerCase() === name.toLowerCase());
      return path.startsWith(`${projects()}/`) && found !== undefined ? `${projects()}/${found}` : path;
    };
    const fs = withPromises(disk().fs, (promises) => ({
      lstat: (path) => promises.lstat(stored(path)),
      rename: (from, to) => promises.rename(stored(from), stored(to)),
    }));
    const helper = disk().helper({ fs });
    await expect(helper.renameProjectStructure("Alpha", "ALPHA")).rejects.toThrow(
      /this disk takes the name for "Alpha", which is there already; to change only the spelling/,
    );
    await expect(helper.renameProjectStructure("Alpha", "GRÖSSE")).resolves.toBeDefined();
    await expect(helper.renameProjectStructure("GRÖSSE", "grÖße")).rejects.toThrow(FileStructureException);
    expect(disk().list(projects())).toEqual(["GRÖSSE", "Größe"]);
  });

  test("of two simultaneous renames to one name, one is done and one refused", async () => {
    disk().write(`${projects()}/A/a.h5`);
    disk().write(`${projects()}/B/b.h5`);
    const done = await Promise.allSettled([
      disk().helper().renameProjectStructure("A", "C"),
      disk().helper().renameProjectStructure("B", "C"),
    ]);
    expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(disk().list(projects())).toHaveLength(2);
    expect(disk().list(projects())).toContain("C");
  });

  test("that the system refuses is a FileStructureException with the cause, and changes nothing", async () => {
    disk().write(`${projects()}/P/x.h5`);
    const refusal = systemError("EACCES");
    const fs = withPromises(disk().fs, () => ({ rename: () => Promise.reject(refusal) }));
    const attempt = disk().helper({ fs }).renameProjectStructure("P", "Q");
    await expect(attempt).rejects.toThrow(/cannot move .*: no permission \(EACCES\)/);
    await expect(attempt).rejects.toMatchObject({ cause: refusal });
    expect(disk().list(projects())).toEqual(["P"]);
  });

  test("is refused also where its sync begins while an open file is waited for", async () => {
    const path = disk().write(`${disk().root}/PROJECTS/P/1/x.h5`);
    let syncing = false;
    let finish = (): void => undefined;
    const held = withFile(disk().fs, path, () => new Promise<void>((resolve) => (finish = resolve)));
    const renamed = disk()
      .helper({ isSyncing: () => syncing })
      .renameProjectStructure("P", "Q");
    setTimeout(() => {
      syncing = true;
      finish();
    }, 20);
    await expect(renamed).rejects.toMatchObject({ code: "RENAME_WHILE_SYNC_ENCRYPTING" });
    await held;
    expect(disk().list(`${disk().root}/PROJECTS`)).toEqual(["P"]);
  });
});
