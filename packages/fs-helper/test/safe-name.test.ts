import { FileStructureException } from "@tvb-storage/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkName, operationFolderName } from "../src/safe-name.js";

describe("checkName", () => {
  test.each([
    "Default_Project",
    "two words",
    "naïve",
    "проект",
    "脳の データ",
    "मस्तिष्क",
    "😀",
    "100%",
    ".hidden",
    "a..b",
    "it's (1) [x] {y} & co; #1 = ~",
    "console",
    "com10",
    "a".repeat(255),
    "é".repeat(127),
  ])("%s is a name", (name) => {
    expect(checkName(name, "name of the project")).toBe(name);
  });

  test.each([
    ["", /"" cannot be the name of the project: it is empty/],
    [".", /it would leave its folder/],
    ["..", /it would leave its folder/],
    ["../x", /it has a path separator; give one name, not a path/],
    ["a/b", /path separator/],
    ["a\\b", /path separator/],
    ["/etc", /path separator/],
    ["C:\\x", /path separator/],
    ["C:", /it has :, which Windows does not allow/],
    ["a\0b", /it has a control character at position 1/],
    ["a\nb", /control character/],
    ["\u007f", /control character/],
    ["\u0085", /control character/],
    ["what?", /it has \?, which Windows/],
    ["a*", /it has \*/],
    ['"a"', /it has "/],
    ["<a>", /it has </],
    ["a|b", /it has \|/],
    ["a.", /it ends with a dot or a space, which Windows drops/],
    ["a ", /it ends with a dot or a space/],
    ["...", /it ends with a dot/],
    ["CON", /it is the name of a device on Windows/],
    ["nul.txt", /device/],
    ["Aux .tar.gz", /device/],
    ["com1", /device/],
    ["LPT9.h5", /device/],
    ["com²", /device/],
    ["a\ud83d", /half of a surrogate pair/],
    [
      "e\u0301",
      /not composed, which macOS takes for another spelling of the same; use name.normalize\("NFC"\)/,
    ],
    ["a".repeat(256), /it has 256 bytes, more than the 255 of a file's name/],
    ["é".repeat(128), /it has 256 bytes/],
  ])("%j is refused", (name, message) => {
    expect(() => checkName(name, "name of the project")).toThrow(FileStructureException);
    expect(() => checkName(name, "name of the project")).toThrow(message);
  });

  test.each([undefined, null, 5, {}])("%s is refused as no string", (name) => {
    // The types forbid it; plain JavaScript does not.
    expect(() => checkName(name as unknown as string, "name of the project")).toThrow(
      /the name of the project must be a string; found/,
    );
  });

  test("every accepted name is one part of a path", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
        let name: string;
        try {
          name = checkName(text, "name");
        } catch (error) {
          expect(error).toBeInstanceOf(FileStructureException);
          return;
        }
        expect(new URL(`file:///root/${encodeURIComponent(name)}/x`).pathname.split("/")).toHaveLength(4);
        expect(name).not.toMatch(/^\.{0,2}$|[/\\\0]/);
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});

describe("operationFolderName", () => {
  test("is the number, or a text that is a name", () => {
    expect(operationFolderName(12)).toBe("12");
    expect(operationFolderName("12")).toBe("12");
    expect(operationFolderName("import")).toBe("import");
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 60])("the number %d is refused", (id) => {
    expect(() => operationFolderName(id)).toThrow(FileStructureException);
    expect(() => operationFolderName(id)).toThrow(/operation id must be a whole number of at least 0/);
  });

  test("a path is refused", () => {
    expect(() => operationFolderName("../1")).toThrow(/cannot be the operation id: it has a path separator/);
  });
});
