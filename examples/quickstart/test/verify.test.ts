import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { beforeEach, expect, test } from "vitest";
import { isVerified } from "../src/report.js";
import { compareProjects, unexpectedFiles } from "../src/verify.js";
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

test("a copy compares equal, file by file, without TEMP", async () => {
  await cp(inFolder("project"), inFolder("copy"), { recursive: true });
  await rm(inFolder("copy", "TEMP"), { recursive: true });
  const compared = await compareProjects(inFolder("project"), inFolder("copy"));
  expect(compared.map(({ name }) => name)).toEqual([datatype, "Project.xml"]);
  expect(compared.every(isVerified)).toBe(true);
  expect(await unexpectedFiles(inFolder("copy"), compared)).toEqual([]);
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
