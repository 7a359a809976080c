import { describe, expect, it } from "vitest";
import { datasetPath, nodePath } from "../src/index.js";
import { structureError } from "./thrown.js";

describe("nodePath", () => {
  it.each<[where: string | undefined, name: string, path: string]>([
    [undefined, "data", "/data"],
    ["/", "data", "/data"],
    ["/a/b", "data", "/a/b/data"],
    ["a/b", "data", "/a/b/data"],
    ["/a/b/", "data", "/a/b/data"],
    ["/a", "b/data", "/a/b/data"],
    [undefined, "", "/"],
    ["/", "", "/"],
    ["", "", "/"],
    ["/a", "", "/a"],
    ["/a b", "naïve ☃ .x", "/a b/naïve ☃ .x"],
    ["/a", "...", "/a/..."],
  ])("joins %j and %j to %j", (where, name, path) => {
    expect(nodePath(where, name)).toBe(path);
  });

  it.each<[where: unknown, name: unknown, message: string]>([
    ["/a//b", "data", "an empty part"],
    ["//", "data", "an empty part"],
    ["/a", "/data", "an empty part"],
    ["/a", "data/", "an empty part"],
    ["/a", "b//c", "an empty part"],
    ["/a/./b", "data", 'the part "."'],
    ["/a", "../data", 'the part ".."'],
    ["..", "data", 'the part ".."'],
    ["/a", ".", 'the part "."'],
    ["/a\0", "data", "NUL"],
    ["/a", "da\0ta", "NUL"],
    ["/a", "\ud834", "surrogate"],
    [1, "data", "text"],
    ["/a", 1, "text"],
    ["/a", undefined, "text"],
    [null, "data", "text"],
  ])("refuses %j and %j", (where, name, message) => {
    expect(structureError(() => nodePath(where as string, name as string)).message).toContain(message);
  });
});

describe("datasetPath", () => {
  it("is that of a node, but not of the root", () => {
    expect(datasetPath("/a", "data")).toBe("/a/data");
    expect(datasetPath("/a", "")).toBe("/a");
    expect(structureError(() => datasetPath(undefined, "")).message).toContain("needs a name");
    structureError(() => datasetPath("/", ""));
  });
});
