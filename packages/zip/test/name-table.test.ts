import { FileStructureException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import { NameTable } from "../src/name-table.js";

it("takes files in the same folders, and folders several times", () => {
  const table = new NameTable();
  table.add(["a", "b", "c"], "file", "it");
  table.add(["a", "b", "d"], "file", "it");
  table.add(["a", "b"], "folder", "it");
  table.add(["a", "e"], "folder", "it");
});

it("refuses what another disk would take for the same name", () => {
  const pairs: [string[], string[]][] = [
    [["a"], ["A"]],
    [
      ["a", "x"],
      ["A", "y"],
    ],
    [["\u00e9"], ["e\u0301"]],
    [["\u212a"], ["k"]],
  ];
  for (const [first, second] of pairs) {
    const table = new NameTable();
    table.add(first, "file", "first");
    expect(() => table.add(second, "file", "second"), String(second)).toThrow(FileStructureException);
  }
});

it("takes names that are the same in a language, but on no disk", () => {
  const table = new NameTable();
  for (const name of ["\u03c3", "\u03c2", "stra\u00dfe", "strasse", "i", "\u0131"])
    table.add([name], "file", name);
});

it("keeps no entry of a refused name, and removes entries", () => {
  const table = new NameTable();
  table.add(["d", "a"], "file", "it");
  expect(() => table.add(["d", "a", "b"], "file", "it")).toThrow(/a file and a folder/);
  table.add(["n", "m", "x"], "file", "it");
  table.remove(["n", "m", "x"]);
  table.add(["N"], "file", "it");
  table.add(["d", "b"], "file", "it");
  table.remove(["d", "b"]);
  expect(() => table.add(["D"], "file", "it")).toThrow(/differs only in case/);
});
