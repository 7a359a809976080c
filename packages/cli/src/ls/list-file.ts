import { isDataType, type NodeInfo, shapeText } from "@tvb-storage/core";
import { type Context, withStorage } from "../context.js";
import { byteText } from "../terminal/byte-text.js";
import { jsonText } from "../terminal/json-text.js";
import { sortedByPath } from "../terminal/natural-order.js";
import { printable } from "../terminal/printable.js";
import { type Column, tableLines } from "../terminal/table.js";
import { treeBranches } from "../terminal/tree-branches.js";
import type { LsOptions } from "./ls.js";

const COLUMNS: readonly Column[] = [
  { title: "PATH" },
  { title: "TYPE", canShrink: true },
  { title: "SHAPE" },
  { title: "CHUNKS" },
  { title: "FILTERS" },
  { title: "STORED", align: "right" },
  { title: "NOTE", canShrink: true },
];

/** Prints the nodes of a file beneath one of them, without reading data. */
export async function listFile(
  context: Context,
  path: string,
  node: string,
  { tree, json, bytes, depth }: LsOptions,
): Promise<void> {
  const listed = await withStorage(context, path, (manager) =>
    manager.listNodes({ where: node, ...(depth === undefined ? {} : { depth }) }),
  );
  const nodes = sortedByPath(listed, (each) => each.path);
  if (json === true) {
    await context.print(jsonText({ file: path, node, nodes }, 2));
    return;
  }
  const rows = nodes.map((each) => rowOf(each, bytes === true));
  const names = tree === true ? namesInTree(path, node, nodes) : nodes.map((each) => printable(each.path));
  if (tree === true) rows.unshift(["", "", "", "", "", "", ""]);
  for (const [index, row] of rows.entries()) row[0] = names[index] ?? "";
  const look = { width: context.terminal.stdout.columns, title: context.colours.bold };
  for (const line of tableLines(COLUMNS, rows, look)) await context.print(line);
}

/** The first row is that of the file, or of the node in it. */
function namesInTree(path: string, node: string, nodes: readonly NodeInfo[]): string[] {
  const partsOf = (text: string) => text.split("/").filter((part) => part !== "" && part !== ".");
  const above = partsOf(node).length;
  const isDataset = nodes.length === 1 && partsOf(nodes[0]?.path ?? "").length === above;
  const depths = nodes.map((each) => partsOf(each.path).length - above + (isDataset ? 1 : 0));
  const branches = treeBranches([0, ...depths]);
  const names = [
    above === 0 ? path : `${path} ${node}`,
    ...nodes.map((each) => partsOf(each.path).at(-1) ?? "/"),
  ];
  return names.map((name, index) => (branches[index] ?? "") + printable(name));
}

/** The cells but the name, which is put in later. */
function rowOf(node: NodeInfo, exact: boolean): string[] {
  const { kind, dtype, shape, chunks, filters = [], storedBytes } = node;
  const size = storedBytes === undefined ? "" : exact ? String(storedBytes) : byteText(storedBytes);
  const type = kind === "datatype" ? `datatype ${dtype ?? ""}` : (dtype ?? kind);
  return [
    "",
    printable(type),
    shape === undefined ? "" : shapeText(shape),
    chunks == null ? "" : shapeText(chunks),
    printable(filters.join(", ")),
    size,
    printable(notesOf(node).join("; ")),
  ];
}

/** Where a link leads; what cannot be read; what the type and the path do not say. */
function notesOf(node: NodeInfo): string[] {
  const { target, reason, storedType, otherPaths = [] } = node;
  if (target !== undefined) return [`-> ${target}`];
  const unread = reason ?? unreadableType(node);
  return [
    ...(unread === undefined ? [] : [unread]),
    ...(storedType === undefined ? [] : [`stored as ${storedType}`]),
    ...(otherPaths.length === 0 ? [] : [`also ${otherPaths.join(", ")}`]),
  ];
}

/** Compounds are read field by field. */
function unreadableType({ kind, dtype }: NodeInfo): string | undefined {
  if (kind !== "dataset" || dtype === undefined || isDataType(dtype) || dtype.startsWith("compound {"))
    return undefined;
  return "values of this type are not read";
}
