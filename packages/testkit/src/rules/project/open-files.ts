import type { StorageManager } from "@tvb-storage/core";
import { memoryBackend } from "../../memory/memory-backend.js";
import { equal, equalArray, isTrue, rejects } from "../expect.js";
import type { ProjectContext } from "../project-context.js";
import { type RuleGroup, rule } from "../rule.js";

/** A file of operation 1 of project "P" with one row in it, and one that is buffered. */
async function openFile(t: ProjectContext): Promise<{ path: string; m: StorageManager }> {
  const path = `${await t.projects.getProjectFolder("P", "1")}/series.mem`;
  const m = memoryBackend.open(path, { fs: t.fs });
  await m.appendData([1], "x");
  await m.appendData([2], "x", { closeFile: false });
  return { path, m };
}

async function holds(t: ProjectContext, path: string, ...rows: readonly number[]): Promise<void> {
  equalArray(await memoryBackend.open(path, { fs: t.fs }).getData("x"), "float64", [rows.length], rows);
}

/** Rows that a storage manager of this process has buffered, and what becomes of its file. */
export const openFileRules: RuleGroup<ProjectContext> = {
  name: "open files",
  rules: [
    rule("renameProjectStructure: rows that a storage manager has buffered go along", async (t) => {
      await openFile(t);
      const [, folder] = await t.projects.renameProjectStructure("P", "New");
      await holds(t, `${folder}/1/series.mem`, 1, 2);
    }),
    rule("moveDatatype: rows that a storage manager has buffered go along", async (t) => {
      const { path } = await openFile(t);
      await holds(t, await t.projects.moveDatatype("New", 2, path), 1, 2);
    }),
    rule("moveDatatype: a file that is only in the buffer of its manager is not replaced", async (t) => {
      const { path } = await openFile(t);
      const target = `${await t.projects.getProjectFolder("New", "2")}/series.mem`;
      const m = memoryBackend.open(target, { fs: t.fs });
      await m.appendData([7], "x", { closeFile: false });
      await rejects(t.projects.moveDatatype("New", 2, path), "FILE_STRUCTURE", ["series.mem"]);
      await m.closeFile();
      await holds(t, target, 7);
      await holds(t, path, 1, 2);
    }),
    rule("copyFile: rows that a storage manager has buffered are in the copy", async (t) => {
      const { path } = await openFile(t);
      await t.projects.copyFile(path, `${path}.copy`);
      await holds(t, `${path}.copy`, 1, 2);
    }),
    rule("copyFile: over an open file, which its manager then reads", async (t) => {
      const { path, m } = await openFile(t);
      const other = `${path}.other`;
      await memoryBackend.open(other, { fs: t.fs }).storeData([5, 6, 7], "x");
      await t.projects.copyFile(other, path);
      await m.closeFile();
      await holds(t, path, 5, 6, 7);
    }),
    ...["removeFiles", "removeFolder", "removeOperationData"].map((method) =>
      rule<ProjectContext>(
        `${method}: an open file does not come back when its manager closes it`,
        async (t) => {
          const { path, m } = await openFile(t);
          const folder = await t.projects.getProjectFolder("P", "1");
          if (method === "removeFiles") await t.projects.removeFiles([path]);
          else if (method === "removeFolder") await t.projects.removeFolder(folder);
          else await t.projects.removeOperationData("P", 1);
          await m.closeFile();
          isTrue(!(await t.exists(path)), "the file should be gone");
          equal(await t.files(await t.projects.getProjectFolder("P")), []);
        },
      ),
    ),
  ],
};
