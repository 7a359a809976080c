import { HDF5StorageManager, verify } from "@tvb-storage/h5-backend";
import { createMemoryFs, enumerateFaults, type MemoryFileSystem } from "@tvb-storage/testkit";
import { expect, it } from "vitest";
import { StorageInterface } from "../src/index.js";
import { datatype } from "./support/datatypes.js";

/** Rows and number of attributes of a sound file. */
async function content(fs: MemoryFileSystem, path: string): Promise<readonly number[]> {
  expect(await verify(path, { fs })).toEqual([]);
  const manager = new HDF5StorageManager(path, { fs });
  const [rows = 0] = await manager.getDataShape("rows");
  return [rows, Object.keys(await manager.getMetadata()).length];
}

it("exports have the last commit of a file, wherever its writer died, and nothing of what is beside it", async () => {
  const made = createMemoryFs({ "/s/PROJECTS/P/1/keep": "" });
  const path = await datatype("/s/PROJECTS/P/1", "Signal", 1, {}, made);
  await new HDF5StorageManager(path, { fs: made }).appendData(new Float64Array(3000), "rows");
  const files = {
    [path]: new Uint8Array(made.readFileSync(path) as Uint8Array),
    "/s/PROJECTS/P/Project.xml": "<tvb_data><name>P</name></tvb_data>",
  };
  let withJournal = 0;
  await enumerateFaults({
    files,
    plan: { action: "stop" },
    run: async (fs) => {
      const manager = new HDF5StorageManager(path, { fs });
      await manager.appendData(new Float64Array(3000), "rows");
      await manager.setMetadata({ text: "t".repeat(300) });
    },
    check: async (fs) => {
      const storage = new StorageInterface({ storageRoot: "/s", fs });
      if (fs.existsSync(`${path}.journal`)) withJournal += 1;
      // As another program finds them, without the journal.
      await storage.exportDatatypes(path, { target: "/out/one.h5" });
      await storage.exportDatatypeGroup([path], { target: "/out/group.zip" });
      await storage.exportProject("P", { target: "/out/project.zip" });
      const name = path.slice("/s/PROJECTS/P/".length);
      expect((await storage.getFilenamesInZip("/out/project.zip")).sort()).toEqual([name, "Project.xml"]);
      await storage.unpackZip("/out/project.zip", "/project");
      await storage.unpackZip("/out/group.zip", "/group");
      const expected = await content(fs, path);
      for (const copy of ["/out/one.h5", `/project/${name}`, `/group/${name}`])
        expect(await content(fs, copy)).toEqual(expected);
    },
  });
  expect(withJournal).toBeGreaterThan(10);
});
