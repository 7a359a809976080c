import { FileStructureException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import { checkPath } from "../src/check-path.js";

it("gives an absolute path without empty parts, . and ..", () => {
  expect(checkPath("/data//a/./b/../c.h5", "the file")).toMatch(/^(?:[A-Z]:)?\/data\/a\/c\.h5$/);
});

it.each([
  ["an empty text", "", "the file must be a path; found an empty text"],
  ["a number", 5, "the file must be a path; found 5"],
  ["a URL", new URL("file:///a"), "the file must be a path; found a URL"],
  ["a NUL", "/a\0b", String.raw`the file has a NUL character: "/a\u0000b"`],
])("refuses %s", (_what, path, message) => {
  expect(() => checkPath(path, "the file")).toThrow(FileStructureException);
  expect(() => checkPath(path, "the file")).toThrow(message);
});
