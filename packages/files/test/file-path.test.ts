import { resolve } from "node:path";
import { expect, it } from "vitest";
import { describeWith, posix } from "../../../test/support/judges.js";
import { normalizePath } from "../src/file-path.js";

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
