import { describe, expect, it } from "vitest";
import { checkNewName, datasetPath, nodePath, pathsBeneath, presentAmong } from "../src/node-path.js";
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
    [undefined, "/g/d", "/g/d"],
    ["/a", "/data", "/a/data"],
    ["/a//b", "data", "/a/b/data"],
    ["//", "data", "/data"],
    ["/a", "data/", "/a/data"],
    ["/a", "b//c", "/a/b/c"],
    ["/a/./b", "data", "/a/b/data"],
    ["./a/", "./data/.", "/a/data"],
    ["/a", ".", "/a"],
    ["..", "../data", "/../../data"],
  ])("joins %j and %j to %j", (where, name, path) => {
    expect(nodePath(where, name)).toBe(path);
  });

  it.each<[where: unknown, name: unknown, message: string]>([
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

describe("nodePath, concatenated as in the Python original", () => {
  it.each<[where: string | undefined, name: string, path: string]>([
    [undefined, "data", "/data"],
    ["/", "data", "/data"],
    ["matrix", "data", "/matrixdata"],
    ["matrix", "", "/matrix"],
    ["/a", "b", "/ab"],
    ["/a/", "b", "/a/b"],
    ["/a", "/b", "/a/b"],
    ["", "data", "/data"],
    ["a//", "./b", "/a/b"],
    ["a", ".", "/a."],
  ])("writes %j and %j as %j", (where, name, path) => {
    expect(nodePath(where, name, "concatenated")).toBe(path);
  });
});

describe("checkNewName", () => {
  it("refuses .. and no other name", () => {
    for (const name of ["x", "...", "..x", " ..", "x.."]) expect(() => checkNewName(name)).not.toThrow();
    expect(structureError(() => checkNewName("..")).message).toContain("full path");
  });
});

describe("datasetPath", () => {
  it("is the path of a node, but not of the root", () => {
    expect(datasetPath("/a", "data")).toBe("/a/data");
    expect(datasetPath("/a", "")).toBe("/a");
    expect(structureError(() => datasetPath(undefined, "")).message).toContain("needs a name");
    structureError(() => datasetPath("/", ""));
    structureError(() => datasetPath("/", "//./"));
  });
});

describe("pathsBeneath", () => {
  const paths = ["/", "/a", "/a/b", "/a/b/c", "/ab", "/d"];

  it.each([
    ["/", ["/a", "/a/b", "/a/b/c", "/ab", "/d"]],
    ["/a", ["/a/b", "/a/b/c"]],
    ["/d", []],
  ])("%s", (path, expected) => {
    expect(pathsBeneath(path, paths)).toEqual(expected);
  });
});

describe("presentAmong", () => {
  const paths = ["/", "/conn", "/conn/weights", "/conn/tracts", "/data", "/empty"];

  it.each([
    ["/conn/weigths", '; the group /conn has "weights", "tracts"'],
    ["/dat", '; the group / has "data", "conn", "empty"'],
    ["/con/weights", '; the group / has "conn", "data", "empty"'],
    ["/empty/x", "; the group /empty is empty"],
  ])("%s: %s", (path, expected) => {
    expect(presentAmong(path, paths)).toBe(expected);
  });

  it("lists some names and counts the rest", () => {
    const many = Array.from({ length: 20 }, (_, index) => `/d${index}`);
    expect(presentAmong("/x", ["/", ...many])).toMatch(
      /^; the group \/ has ("d\d+", ){7}"d\d+" and 12 more$/,
    );
  });
});
