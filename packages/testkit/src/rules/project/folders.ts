import { relative } from "node:path";
import { treeFs } from "../../project-model/observe-tree.js";
import { equal, isTrue, rejects } from "../expect.js";
import type { ProjectContext } from "../project-context.js";
import { type RuleGroup, rule } from "../rule.js";

export const folderRules: RuleGroup<ProjectContext> = {
  name: "folders",
  rules: [
    rule("checkCreated makes the storage root with its parents", async (t) => {
      const root = `${t.folder}/deep/er/storage`;
      await t.make({ storageRoot: root }).checkCreated();
      isTrue(await t.exists(root), `${root} should be there`);
    }),
    rule("checkCreated makes any folder beneath it, and twice is fine", async (t) => {
      await t.projects.checkCreated(`${t.root}/a/b/c`);
      await t.projects.checkCreated(`${t.root}/a/b/c`);
      isTrue(await t.exists(`${t.root}/a/b/c`), "the folder should be there");
    }),
    rule("twenty calls at once make one folder", async (t) => {
      const calls = Array.from({ length: 20 }, () => t.projects.checkCreated(`${t.root}/a/b`));
      await Promise.all(calls);
      isTrue(await t.exists(`${t.root}/a/b`), "the folder should be there");
    }),
    rule("a file in the way is a FileStructureException that names it, and stays", async (t) => {
      await t.write(`${t.root}/a`, "content");
      await rejects(t.projects.checkCreated(`${t.root}/a`), "FILE_STRUCTURE", [`${t.root}/a`]);
      await rejects(t.projects.checkCreated(`${t.root}/a/b`), "FILE_STRUCTURE");
      equal(await t.read(`${t.root}/a`), "content");
    }),
    rule("making a layout touches nothing", async (t) => {
      t.projects.getProjectsFolder();
      isTrue(!(await t.exists(t.root)), "the storage root should not be there yet");
    }),
    rule("paths are absolute, also where the storage root is given from the current folder on", async (t) => {
      const { projects, root } = t;
      const near = t.make({ storageRoot: relative(process.cwd(), root) });
      equal(near.getProjectsFolder(), projects.getProjectsFolder());
      equal(await near.getProjectFolder("Demo", "1"), await projects.getProjectFolder("Demo", "1"));
    }),
    rule("the storage root may be a link", async (t) => {
      const fs = treeFs(t.fs);
      fs.mkdirSync(`${t.folder}/real`);
      fs.symlinkSync(`${t.folder}/real`, t.root);
      const file = `${await t.projects.getProjectFolder("Demo", "1")}/a.h5`;
      await t.write(file, "content");
      await t.projects.removeFiles([`${await t.projects.getProjectFolder("Demo", "2")}`]);
      equal(await t.projects.computeSizeOnDisk(file), 0);
      equal(await t.files(`${t.folder}/real`), [file.slice(t.root.length + 1)]);
    }),
    rule("the folder of projects is in the storage root", async (t) => {
      const folder = t.projects.getProjectsFolder();
      isTrue(folder === t.root || folder.startsWith(`${t.root}/`), `${folder} should be in ${t.root}`);
    }),
    rule("a project's folder is made, in the folder of projects", async (t) => {
      const folder = await t.projects.getProjectFolder("Demo");
      isTrue(
        folder.startsWith(`${t.projects.getProjectsFolder()}/`),
        `${folder} should be in the folder of projects`,
      );
      isTrue(await t.exists(folder), "it should be there");
    }),
    rule("it is the same folder at every call", async (t) => {
      const folder = await t.projects.getProjectFolder("Demo");
      equal(await t.make({}).getProjectFolder("Demo"), folder);
    }),
    rule("two projects have two folders, neither in the other", async (t) => {
      const [one, two] = await Promise.all([
        t.projects.getProjectFolder("One"),
        t.projects.getProjectFolder("One2"),
      ]);
      isTrue(!one.startsWith(`${two}/`) && !two.startsWith(`${one}/`) && one !== two, `${one} and ${two}`);
    }),
    rule("sub-folders are made in it, one for each name", async (t) => {
      const folder = await t.projects.getProjectFolder("Demo");
      const below = await t.projects.getProjectFolder("Demo", "7", "inner");
      isTrue(below.startsWith(`${folder}/`), `${below} should be in ${folder}`);
      isTrue(await t.exists(below), "it should be there");
    }),
    rule("names with spaces and letters beyond ASCII are fine", async (t) => {
      const folder = await t.projects.getProjectFolder("Größe 1 ☃", "run 2");
      isTrue(await t.exists(folder), "it should be there");
    }),
    rule("the folder of Allen's mouse data is in the project", async (t) => {
      const folder = await t.projects.getAllenMouseCacheFolder("Demo");
      isTrue(
        folder.startsWith(`${await t.projects.getProjectFolder("Demo")}/`),
        `${folder} should be in the project`,
      );
      isTrue(await t.exists(folder), "it should be there");
    }),
    rule("the folder of images is in the project", async (t) => {
      const folder = await t.projects.getImagesFolder("Demo", "IMAGES");
      isTrue(
        folder.startsWith(`${await t.projects.getProjectFolder("Demo")}/`),
        `${folder} should be in the project`,
      );
      isTrue(await t.exists(folder), "it should be there");
    }),
  ],
};
