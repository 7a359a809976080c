import { faultyFs } from "../../faults/faulty-fs.js";
import { equal, isTrue, rejects } from "../expect.js";
import type { ProjectContext } from "../project-context.js";
import { type RuleGroup, rule } from "../rule.js";

const FILE = "Project.xml";

async function written(t: ProjectContext, metadata: Readonly<Record<string, unknown>>): Promise<unknown> {
  const folder = await t.projects.getProjectFolder("Demo");
  await t.projects.writeProjectMetadataFromDict(folder, metadata, FILE);
  return t.make({}).readProjectMetadata(folder, FILE);
}

export const metadataRules: RuleGroup<ProjectContext> = {
  name: "project metadata",
  rules: [
    rule("what is written is read, as texts", async (t) => {
      equal(await written(t, { name: "Demo", version: 5, ratio: 0.5 }), {
        name: "Demo",
        version: "5",
        ratio: "0.5",
      });
    }),
    rule("booleans and null are written as Python names them", async (t) => {
      equal(await written(t, { yes: true, no: false, none: null }), {
        yes: "True",
        no: "False",
        none: "None",
      });
    }),
    rule("markup and letters beyond ASCII survive", async (t) => {
      const text = `<b> & "q" 'a' ]]> naïve ☃ 🧠`;
      equal(await written(t, { text }), { text });
    }),
    rule("writing again replaces all of it", async (t) => {
      await written(t, { a: "1", b: "2" });
      equal(await written(t, { a: "3" }), { a: "3" });
    }),
    rule("the path of the file is in the project, which is made", async (t) => {
      const path = await t.projects.getProjectMetaFilePath("Demo", FILE);
      equal(path, `${await t.projects.getProjectFolder("Demo")}/${FILE}`);
      isTrue(!(await t.exists(path)), "the file itself is not made");
    }),
    rule("writeProjectMetadata finds the project by the name in it", async (t) => {
      await t.projects.writeProjectMetadata({ name: "Demo", id: "7" }, FILE);
      const folder = await t.projects.getProjectFolder("Demo");
      equal(await t.projects.readProjectMetadata(folder, FILE), { name: "Demo", id: "7" });
    }),
    rule("a missing file is a FileStructureException that names it", async (t) => {
      const folder = await t.projects.getProjectFolder("Demo");
      await rejects(t.projects.readProjectMetadata(folder, FILE), "FILE_STRUCTURE", [FILE]);
    }),
    rule("a malformed file is a FileStructureException that names it", async (t) => {
      const folder = await t.projects.getProjectFolder("Demo");
      await t.write(`${folder}/${FILE}`, "<tvb_data><name>Demo</tvb_data>");
      await rejects(t.projects.readProjectMetadata(folder, FILE), "FILE_STRUCTURE", [FILE]);
    }),
    rule("a key that no element can have is refused, and the file stays as it was", async (t) => {
      await written(t, { a: "old" });
      const folder = await t.projects.getProjectFolder("Demo");
      await rejects(
        t.projects.writeProjectMetadataFromDict(folder, { "no name": 1 }, FILE),
        "FILE_STRUCTURE",
        ["no name"],
      );
      equal(await t.projects.readProjectMetadata(folder, FILE), { a: "old" });
    }),
    rule("a full disk leaves the old metadata, and nothing beside it", async (t) => {
      await written(t, { a: "old" });
      const folder = await t.projects.getProjectFolder("Demo");
      const full = t.make({
        fs: faultyFs(t.fs, {
          calls: ["write", "writeFile"],
          at: 1,
          times: Number.POSITIVE_INFINITY,
          errno: "ENOSPC",
        }),
      });
      await rejects(
        full.writeProjectMetadataFromDict(folder, { a: "new" }, FILE),
        ["FILE_STORAGE", "FILE_STRUCTURE"],
        [FILE],
      );
      equal(await t.projects.readProjectMetadata(folder, FILE), { a: "old" });
      equal(await t.files(folder), [FILE]);
    }),
  ],
};
