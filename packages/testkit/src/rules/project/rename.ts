import { equal, isTrue, rejects } from "../expect.js";
import type { ProjectContext } from "../project-context.js";
import { type RuleGroup, rule } from "../rule.js";

export const renameRules: RuleGroup<ProjectContext> = {
  name: "renameProjectStructure",
  rules: [
    rule("everything in the project moves, and both paths are returned", async (t) => {
      const old = await t.projects.getProjectFolder("Old");
      await t.write(`${old}/Project.xml`, "<p/>");
      await t.write(`${old}/1/data.bin`, "1234");
      const [from, to] = await t.projects.renameProjectStructure("Old", "New");
      equal(from, old);
      equal(await t.files(to), ["1/data.bin", "Project.xml"]);
      isTrue(!(await t.exists(old)), "the old folder should be gone");
      equal(await t.projects.getProjectFolder("New"), to);
    }),
    rule("a project of the new name is not touched: FileStructureException", async (t) => {
      await t.write(`${await t.projects.getProjectFolder("Old")}/a`, "old");
      await t.write(`${await t.projects.getProjectFolder("New")}/a`, "new");
      await rejects(t.projects.renameProjectStructure("Old", "New"), "FILE_STRUCTURE", ["New"]);
      equal(await t.read(`${await t.projects.getProjectFolder("Old")}/a`), "old");
      equal(await t.read(`${await t.projects.getProjectFolder("New")}/a`), "new");
    }),
    rule("a missing project is a FileStructureException, and none is made", async (t) => {
      await t.projects.getProjectFolder("Other");
      const before = await t.fs.promises.readdir(t.projects.getProjectsFolder(), { withFileTypes: true });
      await rejects(t.projects.renameProjectStructure("Missing", "New"), "FILE_STRUCTURE", ["Missing"]);
      const after = await t.fs.promises.readdir(t.projects.getProjectsFolder(), { withFileTypes: true });
      equal(after.length, before.length);
    }),
    rule("a project that is being synchronised is not renamed", async (t) => {
      const old = await t.projects.getProjectFolder("Old");
      await t.write(`${old}/a`, "old");
      const asked: string[] = [];
      const busy = t.make({ isSyncing: (folder) => asked.push(folder) > 0 });
      await rejects(busy.renameProjectStructure("Old", "New"), "RENAME_WHILE_SYNC_ENCRYPTING", ["Old"]);
      equal(asked, [old]);
      equal(await t.read(`${old}/a`), "old");
    }),
  ],
};
