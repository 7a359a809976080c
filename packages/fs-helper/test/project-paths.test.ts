import { FileStructureException } from "@tvb-storage/errors";
import { createMemoryFs } from "@tvb-storage/testkit";
import { expect, test } from "vitest";
import { ProjectPaths } from "../src/project-paths.js";

test("a project's path is its names below the projects of the storage root, which may be that of the disk", () => {
  const fs = createMemoryFs();
  const paths = new ProjectPaths(fs, "/data/storage", "PROJECTS");
  expect(paths.projects).toBe("/data/storage/PROJECTS");
  expect(paths.project("P")).toBe("/data/storage/PROJECTS/P");
  expect(paths.project("P", "1", "TEMP")).toBe("/data/storage/PROJECTS/P/1/TEMP");
  expect(new ProjectPaths(fs, "/", "PROJECTS").project("P")).toBe("/PROJECTS/P");
});

test("an invalid name is refused, and the message says of which part", () => {
  const paths = new ProjectPaths(createMemoryFs(), "/s", "PROJECTS");
  expect(() => paths.project("..")).toThrow(/cannot be the name of the project: it would leave its folder/);
  expect(() => paths.project("P", "a/b")).toThrow(
    /cannot be the name of a sub-folder: it has a path separator/,
  );
  expect(() => paths.fileIn("/s/PROJECTS/P", "../x.xml")).toThrow(FileStructureException);
});

test("a file is in the folder that is given, also at the root of the disk", () => {
  const paths = new ProjectPaths(createMemoryFs(), "/s", "PROJECTS");
  expect(paths.fileIn("/elsewhere/P/", "Project.xml")).toBe("/elsewhere/P/Project.xml");
  expect(paths.fileIn("/", "Project.xml")).toBe("/Project.xml");
});

test("a path in the storage root that a link leads out of it is refused; one elsewhere is the caller's own", () => {
  const fs = createMemoryFs({ "/out/x": "", "/s/PROJECTS/keep": "" });
  fs.symlinkSync("/out", "/s/PROJECTS/Linked");
  const paths = new ProjectPaths(fs, "/s", "PROJECTS");
  expect(() => paths.checkInside("/s/PROJECTS/Linked/x")).toThrow(
    /leads out of the storage root \/s to \/out\/x/,
  );
  expect(() => paths.fileIn("/s/PROJECTS/Linked", "x")).toThrow(FileStructureException);
  paths.checkInside("/out/x");
  paths.checkInside("/s/PROJECTS/keep");
});
