import type { ProjectStructure } from "@tvb-storage/core";
import { equal, isTrue, rejects } from "../expect.js";
import type { ProjectContext } from "../project-context.js";
import { type RuleGroup, rule } from "../rule.js";

/** Names that lead out of the storage root, or are invalid. */
const hostile: readonly { what: string; name: string }[] = [
  { what: "..", name: ".." },
  { what: "a way out", name: "../../outside" },
  { what: "a way out behind a name", name: "a/../../../outside" },
  { what: "a NUL", name: "a\0b" },
  { what: "an empty name", name: "" },
  { what: "the name .", name: "." },
];

/** Every method that takes a name, given one. */
const namers: readonly { method: string; call: (p: ProjectStructure, name: string) => Promise<unknown> }[] = [
  { method: "getProjectFolder", call: (p, name) => p.getProjectFolder(name) },
  { method: "getProjectFolder with a sub-folder", call: (p, name) => p.getProjectFolder("P", name) },
  { method: "renameProjectStructure to", call: (p, name) => p.renameProjectStructure("P", name) },
  { method: "renameProjectStructure from", call: (p, name) => p.renameProjectStructure(name, "Q") },
  { method: "getProjectMetaFilePath of", call: (p, name) => p.getProjectMetaFilePath(name, "Project.xml") },
  { method: "getProjectMetaFilePath", call: (p, name) => p.getProjectMetaFilePath("P", name) },
  { method: "removeOperationData", call: (p, name) => p.removeOperationData("P", name) },
  { method: "getImagesFolder", call: (p, name) => p.getImagesFolder("P", name) },
  { method: "getAllenMouseCacheFolder", call: (p, name) => p.getAllenMouseCacheFolder(name) },
  { method: "writeProjectMetadata", call: (p, name) => p.writeProjectMetadata({ name }, "Project.xml") },
];

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
    ...hostile.map(({ what, name }) =>
      rule<ProjectContext>(
        `${what} as a name is refused by every method, and nothing comes of it`,
        async (t) => {
          await t.projects.getProjectFolder("P");
          const before = await t.fs.promises.readdir(t.folder, { withFileTypes: true });
          for (const { method, call } of namers)
            await rejects(call(t.projects, name), "FILE_STRUCTURE").catch((cause: unknown) => {
              throw new Error(`${method}: ${cause instanceof Error ? cause.message : String(cause)}`, {
                cause,
              });
            });
          equal((await t.fs.promises.readdir(t.folder, { withFileTypes: true })).length, before.length);
          isTrue(!(await t.exists(`${t.folder}/outside`)), "nothing should be made outside");
        },
      ),
    ),
  ],
};
