import type { NodeInfo } from "@tvb-storage/core/arrays";
import { expect, it } from "vitest";
import { elementId } from "../src/shell/tree-element-id.js";
import { treeStep } from "../src/shell/tree-keys.js";
import { type TreeInput, type TreeRow, treeRows } from "../src/shell/tree-rows.js";
import { sourceOf } from "./support/source-of.js";

const GID = "00112233445566778899aabbccddeeff";
const project = sourceOf(
  "folder",
  "Epilepsy/Project.xml",
  "Epilepsy/IMAGES/plot.png",
  "Epilepsy/10/a.h5",
  `Epilepsy/2/Connectivity_${GID}.h5`,
);

function rowsOf(input: Partial<TreeInput>): TreeRow[] {
  return treeRows({ sources: [], filter: "", toggled: new Map(), chosen: undefined, nodes: [], ...input });
}

function drawn(rows: readonly TreeRow[]): string[] {
  return rows.map(
    ({ level, label, detail, isExpanded }) =>
      `${"  ".repeat(level - 1)}${isExpanded === undefined ? "-" : isExpanded ? "v" : ">"} ${label} ${detail()}`,
  );
}

it("has a project's operations in their order, and no file that is no data", () => {
  expect(drawn(rowsOf({ sources: [project] }))).toEqual([
    "v Epilepsy project",
    "  v Operation 2 1 file",
    "    - Connectivity 00112233 · 100 bytes",
    "  v Operation 10 1 file",
    "    - a.h5 100 bytes",
  ]);
});

it("says what it is to a screen reader: level, position and number of siblings", () => {
  const [root, second, , tenth] = rowsOf({ sources: [project] });
  expect([root, second, tenth].map((row) => [row?.level, row?.position, row?.siblings])).toEqual([
    [1, 1, 1],
    [2, 1, 2],
    [2, 2, 2],
  ]);
  expect(root?.target.kind).toBe("project");
});

it("has the nodes of the chosen file below it", () => {
  const nodes: NodeInfo[] = [
    { path: "/", kind: "group" },
    { path: "/a", kind: "group" },
    { path: "/a/x10", kind: "dataset", shape: [3, 4], dtype: "float64" },
    { path: "/a/x9", kind: "unreadable", reason: "no" },
    { path: "/link", kind: "link", target: "other.h5" },
  ];
  const single = sourceOf("files", "f.h5");
  expect(drawn(rowsOf({ sources: [single], chosen: single.files[0], nodes }))).toEqual([
    "v f.h5 100 bytes",
    "  v a ",
    "    - x9 cannot be read",
    "    - x10 3 × 4 float64",
    "  - link link to other.h5",
  ]);
});

it("shows what a filter finds, whatever was collapsed; a source without any is left out", () => {
  const other = sourceOf("files", "other.h5");
  const rows = rowsOf({ sources: [project, other], filter: "CONN epi" });
  expect(drawn(rows)).toEqual([
    "v Epilepsy project",
    "  v Operation 2 1 file",
    "    - Connectivity 00112233 · 100 bytes",
  ]);
  expect(rowsOf({ sources: [project], filter: "<img>" })).toEqual([]);
});

it("expands of many files those folders only that lead to the chosen one", () => {
  const many = sourceOf(
    "folder",
    ...Array.from({ length: 10_000 }, (_, index) => `${index % 5}/${index}.h5`),
  );
  expect(rowsOf({ sources: [many] })).toHaveLength(6);
  expect(rowsOf({ sources: [many], chosen: many.files[3] })).toHaveLength(2006);
});

const rows = rowsOf({ sources: [project] });
const step = (at: number, key: string, typed = "") => treeStep(rows, at, key, { pageRows: 3, typed });

it("moves by arrows, pages, Home and End, and stays at its ends", () => {
  expect(step(0, "ArrowDown")).toEqual({ does: "move", to: 1 });
  expect(step(0, "ArrowUp")).toEqual({ does: "move", to: 0 });
  expect(step(4, "ArrowDown")).toEqual({ does: "move", to: 4 });
  expect(step(0, "PageDown")).toEqual({ does: "move", to: 3 });
  expect(step(1, "End")).toEqual({ does: "move", to: 4 });
  expect(step(4, "Home")).toEqual({ does: "move", to: 0 });
});

it("expands and collapses by arrows, and goes from a child to its parent", () => {
  expect(step(1, "ArrowLeft")).toEqual({ does: "collapse", row: rows[1] });
  expect(step(4, "ArrowLeft")).toEqual({ does: "move", to: 3 });
  expect(step(1, "ArrowRight")).toEqual({ does: "move", to: 2 });
  expect(step(2, "ArrowRight")).toBeUndefined();
  const [collapsed] = rowsOf({ sources: [project], toggled: new Map([[rows[0]?.id ?? "", false]]) });
  expect(collapsed && treeStep([collapsed], 0, "ArrowRight", { pageRows: 3, typed: "" })).toEqual({
    does: "expand",
    row: collapsed,
  });
});

it("finds rows by what is typed; the same letter again goes on to the next", () => {
  expect(step(0, "o", "o")).toEqual({ does: "move", to: 1 });
  expect(step(1, "o", "oo")).toEqual({ does: "move", to: 3 });
  expect(step(0, "1", "operation 1")).toEqual({ does: "move", to: 3 });
  expect(step(0, "x", "x")).toBeUndefined();
});

it("closes a source, and nothing in it", () => {
  expect(step(0, "Delete")).toEqual({ does: "close", row: rows[0] });
  expect(step(1, "Delete")).toBeUndefined();
});

it("has elements with an identity each, whatever names are made of", () => {
  expect(elementId({ id: "a/b.h5" })).toBe("row-a/b.h5");
  // The bytes ff fe, which are no UTF-8, as names have them.
  const ids = ["/\udcff\udcfe", "/\udcff", "/~dcff~", "/a b", "/a\nb", "/a%20b"].map((id) =>
    elementId({ id }),
  );
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[!-~]+$/);
});
