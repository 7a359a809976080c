import { FileStructureException } from "@tvb-storage/errors";
import { expect, test } from "vitest";
import { describeOnDisks } from "./disks.js";

describeOnDisks("a project's metadata", (disk) => {
  test("is written into the project that it names, and read back as text", async () => {
    const helper = disk().helper();
    await helper.writeProjectMetadata({ name: "Põhi", version: 3, shared: true, note: null }, "Project.xml");
    const path = `${disk().root}/PROJECTS/Põhi/Project.xml`;
    expect(disk().read(path)).toBe(`<?xml version="1.0" ?>
<tvb_data Data_version="5">
	<name>Põhi</name>
	<version>3</version>
	<shared>True</shared>
	<note>None</note>
</tvb_data>
`);
    expect(disk().list(`${disk().root}/PROJECTS/Põhi`)).toEqual(["Project.xml"]);
    expect(await helper.readProjectMetadata(`${disk().root}/PROJECTS/Põhi`, "Project.xml")).toEqual({
      name: "Põhi",
      version: "3",
      shared: "True",
      note: "None",
    });
  });

  test("getProjectMetaFilePath makes the folder and not the file", async () => {
    expect(await disk().helper().getProjectMetaFilePath("P", "Project.xml")).toBe(
      `${disk().root}/PROJECTS/P/Project.xml`,
    );
    expect(disk().tree(`${disk().root}/PROJECTS`)).toEqual({ P: null });
  });

  test("can be written to and read from a folder elsewhere, which must be there", async () => {
    const helper = disk().helper();
    await expect(helper.writeProjectMetadataFromDict(disk().outside, { a: 1 }, "P.xml")).rejects.toThrow(
      `cannot write the XML file ${disk().outside}/P.xml: there is no folder ${disk().outside}; create it first (ENOENT)`,
    );
    disk().fs.mkdirSync(disk().outside);
    await helper.writeProjectMetadataFromDict(`${disk().outside}/`, { a: 1 }, "P.xml");
    expect(await helper.readProjectMetadata(disk().outside, "P.xml")).toEqual({ a: "1" });
  });

  test("that is missing or malformed is a FileStructureException with the path", async () => {
    const helper = disk().helper();
    const folder = `${disk().root}/PROJECTS/P`;
    await expect(helper.readProjectMetadata(folder, "Project.xml")).rejects.toThrow(
      `the XML file ${folder}/Project.xml does not exist`,
    );
    disk().write(`${folder}/Project.xml`, "<r>");
    await expect(helper.readProjectMetadata(folder, "Project.xml")).rejects.toThrow(FileStructureException);
    await expect(helper.readProjectMetadata(folder, "Project.xml")).rejects.toThrow(
      /Project.xml, line 1, column 3/,
    );
  });

  test("a file name of 255 bytes is written", async () => {
    const name = `${"é".repeat(125)}x.xml`;
    await disk().helper().writeProjectMetadata({ name: "P" }, name);
    expect(disk().list(`${disk().root}/PROJECTS/P`)).toEqual([name]);
  });

  test("many writers of one file leave one whole document", async () => {
    const helper = disk().helper();
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        helper.writeProjectMetadata({ name: "P", n: "x".repeat(n * 100) }, "P.xml"),
      ),
    );
    const read = await helper.readProjectMetadata(`${disk().root}/PROJECTS/P`, "P.xml");
    expect(String(read["n"]).length % 100).toBe(0);
    expect(disk().list(`${disk().root}/PROJECTS/P`)).toEqual(["P.xml"]);
  });
});
