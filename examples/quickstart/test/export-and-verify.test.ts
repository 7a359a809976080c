import { execFileSync } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeEach, expect, test } from "vitest";
import { itWith, unzip } from "../../../test/support/judges.js";
import { compareProjects, exportProject, importProject, unexpectedFiles } from "../src/export-and-verify.js";
import { isVerified } from "../src/report.js";
import { temporaryFolder } from "./temporary-folder.js";

const inFolder = temporaryFolder();
const datatype = "1/Data_0123456789abcdef0123456789abcdef.h5";

beforeEach(async () => {
  await mkdir(inFolder("project", "1"), { recursive: true });
  await mkdir(inFolder("project", "TEMP"));
  await writeFile(inFolder("project", "Project.xml"), "<tvb_data/>\n");
  await writeFile(inFolder("project", "TEMP", "scratch.txt"), "x");
  await new HDF5StorageManager(inFolder("project", datatype)).storeData([1, 2, 3], "data");
});

test("a project that went through an archive compares equal, file by file", async () => {
  await exportProject(inFolder("project"), inFolder("project.zip"));
  await importProject(inFolder("project.zip"), inFolder("elsewhere"));
  const compared = await compareProjects(inFolder("project"), inFolder("elsewhere", "project"));
  expect(compared.map(({ name }) => name)).toEqual([datatype, "Project.xml"]);
  expect(compared.every(isVerified)).toBe(true);
  expect(await unexpectedFiles(inFolder("elsewhere", "project"), compared)).toEqual([]);
});

itWith(unzip)("the archive holds the project folder without TEMP, as unzip lists it", async () => {
  await exportProject(inFolder("project"), inFolder("project.zip"));
  const listing = execFileSync(unzip.command, ["-Z1", inFolder("project.zip")], { encoding: "utf8" });
  expect(listing.trim().split("\n").sort()).toEqual([`project/${datatype}`, "project/Project.xml"]);
});

test("a changed value and a file too many are found", async () => {
  await cp(inFolder("project"), inFolder("copy"), { recursive: true });
  await new HDF5StorageManager(inFolder("copy", datatype)).storeData([1, 2, 4], "data");
  const compared = await compareProjects(inFolder("project"), inFolder("copy"));
  expect(compared.map((file) => [file.name, isVerified(file)])).toEqual([
    [datatype, false],
    ["Project.xml", true],
  ]);
  expect(await unexpectedFiles(inFolder("copy"), compared)).toEqual(["TEMP/scratch.txt"]);
});

test("a file that did not arrive is an error that names it", async () => {
  await cp(inFolder("project"), inFolder("copy"), { recursive: true });
  await rm(inFolder("copy", "Project.xml"));
  await expect(compareProjects(inFolder("project"), inFolder("copy"))).rejects.toThrow(/Project\.xml/);
});
