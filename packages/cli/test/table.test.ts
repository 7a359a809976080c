import { describe, expect, it } from "vitest";
import { byteText } from "../src/terminal/byte-text.js";
import { sortedByPath } from "../src/terminal/natural-order.js";
import { tableLines } from "../src/terminal/table.js";
import { treeBranches } from "../src/terminal/tree-branches.js";

describe("a table", () => {
  const columns = [
    { title: "NAME" },
    { title: "EMPTY" },
    { title: "SIZE", align: "right" as const },
    { title: "NOTE", canShrink: true },
  ];

  it("leaves out columns without cells, and blanks at the ends of lines", () => {
    const rows = [
      ["a", "", "1 B", ""],
      ["long name", "", "", "note"],
    ];
    expect([...tableLines(columns, rows, { width: undefined })]).toEqual([
      "NAME       SIZE  NOTE",
      "a           1 B",
      "long name        note",
    ]);
  });

  it("has no lines without rows", () => {
    expect([...tableLines(columns, [], { width: 80 })]).toEqual([]);
  });

  it("has the same columns in all of many rows, where wide characters count twice", () => {
    const rows = Array.from({ length: 250 }, (_, index) => [
      index === 249 ? "脑脑脑" : `n${index}`,
      "",
      `${index}`,
    ]);
    const lines = [...tableLines(columns, rows, { width: undefined })];
    expect(lines).toHaveLength(251);
    expect(lines[1]).toBe("n0         0");
    expect(lines[250]).toBe("脑脑脑   249");
  });

  it("cuts the columns that may be, to the width, and no further than eight columns", () => {
    const rows = [["name", "", "1 B", "a note of many words"]];
    expect([...tableLines(columns, rows, { width: 24 })][1]).toBe("name   1 B  a note of m…");
    expect([...tableLines(columns, rows, { width: 5 })][1]).toBe("name   1 B  a note …");
  });
});

it("a tree has branches down to the last of each level", () => {
  const depths = [0, 1, 2, 3, 2, 1, 2];
  expect(treeBranches(depths)).toEqual([
    "",
    "├── ",
    "│   ├── ",
    "│   │   └── ",
    "│   └── ",
    "└── ",
    "    └── ",
  ]);
});

it("names are sorted as people do, with what is in a group after it", () => {
  const paths = ["/b", "/a10", "/a2", "/a-1", "/a2/x", "/a2/10", "/a2/9", "/A"];
  expect(sortedByPath(paths, (path) => path)).toEqual([
    "/A",
    "/a-1",
    "/a2",
    "/a2/9",
    "/a2/10",
    "/a2/x",
    "/a10",
    "/b",
  ]);
});

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.00 KiB"],
  [10 * 1024 ** 3, "10.0 GiB"],
  [5000 * 1024 ** 4, "5000 TiB"],
])("%i bytes are %s", (bytes, text) => {
  expect(byteText(bytes)).toBe(text);
});
