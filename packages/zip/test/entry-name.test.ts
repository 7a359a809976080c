import { quoted } from "@tvb-storage/files";
import { describe, expect, it } from "vitest";
import { entryPath, isFinderLitter } from "../src/entry-name.js";

describe("the path of an entry", () => {
  it("has no empty parts and no .", () => {
    expect(entryPath("a/b.txt", "it")).toEqual(["a", "b.txt"]);
    expect(entryPath("./a//b/./c/", "it")).toEqual(["a", "b", "c"]);
    expect(entryPath("./", "it")).toEqual([]);
  });

  it("names the refused entry and the reason", () => {
    expect(() => entryPath("../a", 'the entry "../a"')).toThrow(
      'the entry "../a" is refused: its name leads out of the folder (..)',
    );
  });

  it("is refused on Windows where a file cannot have this name, and nowhere else", () => {
    for (const name of [
      "CON",
      "d/nul.txt",
      "com1",
      "com0",
      "COM².h5",
      "conin$",
      "nul .txt",
      "aa:b",
      "what?",
      "a ",
      "b.",
      "tab\t",
      "x|y",
    ]) {
      expect(() => entryPath(name, "it", true), name).toThrow(/not possible on Windows/);
      expect(entryPath(name, "it", false), name).toEqual(name.split("/"));
    }
    expect(entryPath("./console/.hidden/a.b", "it", true)).toEqual(["console", ".hidden", "a.b"]);
  });
});

it("quotes names so that control characters show, and shortens long ones", () => {
  expect(quoted("a\n\u0000b")).toBe('"a\\n\\u0000b"');
  expect(quoted("x".repeat(1000))).toBe(`"${"x".repeat(200)}"... (1000 characters)`);
});

it("recognizes the Finder's files", () => {
  expect(isFinderLitter(["__MACOSX", "a", "._b"])).toBe(true);
  expect(isFinderLitter(["a", ".DS_Store"])).toBe(true);
  expect(isFinderLitter(["a", "__MACOSX", "b"])).toBe(false);
  expect(isFinderLitter([".DS_Store", "b"])).toBe(false);
});
