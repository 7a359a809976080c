import nodeFs, { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFsFromVolume, Volume } from "memfs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryFileSystem } from "../src/memory-file-system.js";
import { resolvePath } from "../src/resolve-path.js";

describe("resolvePath", () => {
  let folder = "";
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "resolve-path-")));
    mkdirSync(`${folder}/real/deep`, { recursive: true });
    writeFileSync(`${folder}/real/deep/x.h5`, "");
    symlinkSync("real", `${folder}/link`);
    symlinkSync("link/deep/x.h5", `${folder}/file-link`);
    symlinkSync("real/deep/missing.h5", `${folder}/dangling`);
    symlinkSync("../dangling", `${folder}/real/dangling-twice`);
    symlinkSync("circle-b", `${folder}/circle-a`);
    symlinkSync("circle-a", `${folder}/circle-b`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ["real/deep/x.h5", "real/deep/x.h5"],
    ["link/deep/x.h5", "real/deep/x.h5"],
    ["file-link", "real/deep/x.h5"],
    ["link/deep/../deep//./x.h5", "real/deep/x.h5"],
    ["link/new.h5", "real/new.h5"],
    ["link/new folder/sub/new.h5", "real/new folder/sub/new.h5"],
    ["dangling", "real/deep/missing.h5"],
    ["link/dangling-twice", "real/deep/missing.h5"],
  ])("resolves %s to %s", (path, expected) => {
    expect(resolvePath(nodeFs, `${folder}/${path}`)).toBe(`${folder}/${expected}`);
  });

  it("ends at links that lead in a circle", () => {
    expect(resolvePath(nodeFs, `${folder}/circle-a`)).toMatch(/circle-[ab]$/);
  });

  it("takes a relative path from the current folder", () => {
    expect(resolvePath(nodeFs, "package.json")).toBe(realpathSync("package.json"));
  });

  it("works on memfs", () => {
    const fs = createFsFromVolume(new Volume());
    fs.mkdirSync("/real");
    fs.symlinkSync("/real", "/link");
    expect(resolvePath(fs, "/link/new.h5")).toBe("/real/new.h5");
  });

  it("takes the text as it is where a file system has no links", () => {
    expect(resolvePath(memoryFileSystem(), "/a//b/../c.h5")).toBe("/a/c.h5");
  });
});
