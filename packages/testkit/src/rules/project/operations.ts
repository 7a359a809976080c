import { enumerateFaults } from "../../faults/enumerate-faults.js";
import { faultyFs } from "../../faults/faulty-fs.js";
import { createMemoryFs } from "../../memory-fs.js";
import { equal, isTrue, rejects } from "../expect.js";
import { fileTools, type ProjectContext } from "../project-context.js";
import { type Rule, type RuleGroup, rule } from "../rule.js";

/** A data file in operation 1 of project "From". */
async function datatype(t: ProjectContext, content = "0123456789"): Promise<string> {
  const path = `${await t.projects.getProjectFolder("From", "1")}/Series_0a.h5`;
  await t.write(path, content);
  return path;
}

/** After every fault the file is at its old path, or complete at its new one. */
function neverLost(name: string, plan: { action: "stop" | "fail"; exdev: boolean }): Rule<ProjectContext> {
  return rule(name, async (t) => {
    const content = "0123456789".repeat(2000);
    const prepared = async () => {
      const fs = createMemoryFs();
      fs.mkdirSync(t.folder, { recursive: true });
      const projects = t.make({ fs });
      const source = `${await projects.getProjectFolder("From", "1")}/Series_0a.h5`;
      await fileTools(fs).write(source, content);
      return { fs, source };
    };
    const { source } = await prepared();
    await enumerateFaults({
      plan: { action: plan.action },
      fs: async () => (await prepared()).fs,
      run: (fs) => {
        // The first rename finds the target on another device.
        const across = plan.exdev ? faultyFs(fs, { calls: "rename", at: 1, errno: "EXDEV" }) : fs;
        return t.make({ fs: across }).moveDatatype("To", 2, source);
      },
      check: async (fs) => {
        const tools = fileTools(fs);
        const target = `${await t.make({ fs }).getProjectFolder("To", "2")}/Series_0a.h5`;
        const found = [await tools.read(source), await tools.read(target)];
        isTrue(found.includes(content), "the file should be whole in one place");
        for (const one of found)
          isTrue(one === undefined || one === content, "no place should have a part of it");
      },
    });
  });
}

export const operationRules: RuleGroup<ProjectContext> = {
  name: "operations and datatypes",
  rules: [
    rule("removeOperationData removes the operation, and no other", async (t) => {
      await datatype(t);
      const other = `${await t.projects.getProjectFolder("From", "11")}/b.h5`;
      await t.write(other, "b");
      await t.projects.removeOperationData("From", 1);
      equal(await t.files(await t.projects.getProjectFolder("From")), ["11/b.h5"]);
    }),
    rule("an operation is known by number or text alike", async (t) => {
      await datatype(t);
      await t.projects.removeOperationData("From", "1");
      equal(await t.files(await t.projects.getProjectFolder("From")), []);
    }),
    rule("a missing operation is a FileStructureException that names it", async (t) => {
      await datatype(t);
      await rejects(t.projects.removeOperationData("From", 77), "FILE_STRUCTURE", ["77"]);
    }),
    rule(
      "moveDatatype moves the file into the operation, which is made, and tells its new path",
      async (t) => {
        const old = await datatype(t);
        const path = await t.projects.moveDatatype("To", 2, old);
        equal(path, `${await t.projects.getProjectFolder("To", "2")}/Series_0a.h5`);
        equal(await t.read(path), "0123456789");
        isTrue(!(await t.exists(old)), "the old file should be gone");
      },
    ),
    rule("the project of a moved file is found by getProjectFolderFromH5", async (t) => {
      const path = await t.projects.moveDatatype("To", 2, await datatype(t));
      equal(t.projects.getProjectFolderFromH5(path), await t.projects.getProjectFolder("To"));
    }),
    rule("a datatype that is a folder is moved whole", async (t) => {
      const old = `${await t.projects.getProjectFolder("From", "1")}/Series_0a.npyd`;
      await t.write(`${old}/weights.npy`, "w");
      await t.write(`${old}/deep/er.npy`, "e");
      const path = await t.projects.moveDatatype("To", 2, old);
      equal(await t.files(path), ["deep/er.npy", "weights.npy"]);
      isTrue(!(await t.exists(old)), "the old folder should be gone");
    }),
    rule("a file of that name there is refused, and neither is touched", async (t) => {
      const old = await datatype(t);
      const there = `${await t.projects.getProjectFolder("To", "2")}/Series_0a.h5`;
      await t.write(there, "there first");
      await rejects(t.projects.moveDatatype("To", 2, old), "FILE_STRUCTURE", ["Series_0a.h5"]);
      equal([await t.read(old), await t.read(there)], ["0123456789", "there first"]);
    }),
    rule("a missing file is a FileStructureException that names it", async (t) => {
      const missing = `${await t.projects.getProjectFolder("From", "1")}/none.h5`;
      await rejects(t.projects.moveDatatype("To", 2, missing), "FILE_STRUCTURE", ["none.h5"]);
    }),
    rule("a project or operation that would leave the storage root is refused", async (t) => {
      const old = await datatype(t);
      await rejects(t.projects.moveDatatype("../../outside", 2, old), "FILE_STRUCTURE");
      await rejects(t.projects.moveDatatype("To", "../../../outside", old), "FILE_STRUCTURE");
      equal(await t.read(old), "0123456789");
    }),
    rule("another device is no obstacle", async (t) => {
      const old = await datatype(t);
      const across = t.make({ fs: faultyFs(t.fs, { calls: "rename", at: 1, errno: "EXDEV" }) });
      const path = await across.moveDatatype("To", 2, old);
      equal(await t.read(path), "0123456789");
      isTrue(!(await t.exists(old)), "the old file should be gone");
    }),
    neverLost("a process that stops while it moves loses nothing", { action: "stop", exdev: false }),
    neverLost("a process that stops while it copies to another device loses nothing", {
      action: "stop",
      exdev: true,
    }),
    neverLost("a failing disk while it copies to another device loses nothing", {
      action: "fail",
      exdev: true,
    }),
  ],
};
