import { resolve } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { describeWith, posix } from "../../../test/support/judges.js";
import { baseName, isWithin, joinPath, normalizePath, parentOf } from "../src/file-path.js";

describeWith(posix)("normalizePath", () => {
  it.each([
    ["/a/b.h5", "/a/b.h5"],
    ["/a//b.h5", "/a/b.h5"],
    ["/a/./b.h5", "/a/b.h5"],
    ["/a/c/../b.h5", "/a/b.h5"],
    ["/a/b/", "/a/b"],
    ["/../../a", "/a"],
    ["/", "/"],
    ["//", "/"],
    ["/a/..", "/"],
    ["/a/...", "/a/..."],
    ["/a\\b", "/a\\b"],
  ])("makes %s of %s", (path, expected) => {
    expect(normalizePath(path)).toBe(expected);
  });

  it.each(["a/b.h5", "./a", "../a", "", "."])(
    "takes %j from the current folder, as node:path does",
    (path) => {
      expect(normalizePath(path)).toBe(resolve(path));
    },
  );
});

describeWith(posix)("the parts of a path", () => {
  it.each([
    ["/a/b.h5", "/a", "b.h5"],
    ["/a", "/", "a"],
    ["/", "/", ""],
    ["a.h5", ".", "a.h5"],
    ["a/b.h5", "a", "b.h5"],
    // A backslash is an ordinary character of a name here.
    ["/a/b\\c.h5", "/a", "b\\c.h5"],
    ["C:/a", "C:", "a"],
  ])("%s is in %s and called %j", (path, folder, name) => {
    expect(parentOf(path)).toBe(folder);
    expect(baseName(path)).toBe(name);
  });

  it.each([
    ["/a", "b", "/a/b"],
    ["/", "b", "/b"],
  ])("in %s, %s is %s", (folder, name, path) => {
    expect(joinPath(folder, name)).toBe(path);
  });

  it.each([
    ["/a", "/a", true],
    ["/a", "/a/b", true],
    ["/a", "/ab", false],
    ["/a/b", "/a", false],
    ["/", "/", true],
    ["/", "/a", true],
  ])("within %s, %s: %s", (folder, path, expected) => {
    expect(isWithin(folder, path)).toBe(expected);
  });
});

describe("the parts of a path on Windows", () => {
  afterAll(() => {
    vi.doUnmock("#platform");
    vi.resetModules();
  });

  it.each([
    ["C:/a/b.h5", "C:/a", "b.h5"],
    ["C:/a", "C:/", "a"],
    ["C:\\a", "C:\\", "a"],
    ["C:/", "C:/", ""],
    ["a\\b.h5", "a", "b.h5"],
  ])("%s is in %s and called %j", async (path, folder, name) => {
    vi.resetModules();
    vi.doMock("#platform", () => ({ isWindows: true, currentFolder: () => "C:/" }));
    const windows = await import("../src/file-path.js");
    expect(windows.parentOf(path)).toBe(folder);
    expect(windows.baseName(path)).toBe(name);
  });
});
