import { elementCount, type NodeInfo, nodePath, type StorageManager, shapeText } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { isWithin } from "@tvb-storage/files/internal";
import { type Context, withStorage } from "../context.js";
import { compareAttributes } from "./compare-attributes.js";
import { differentProperties, nodeText } from "./compare-nodes.js";
import { compareValues } from "./compare-values.js";
import { compoundFields } from "./compound-fields.js";
import { type DiffOptions, isIgnoredNode } from "./diff-options.js";
import type { ReportDifference } from "./difference.js";

type Pair<T> = readonly [a: T, b: T];

/** Elements compared so far, of all that there are to compare. */
export type ElementsDone = (done: number, total: number) => void;

/** Compares two files, or what is beneath one node of both. Throws where one of them cannot be opened or has no such node. */
export async function compareFiles(
  context: Context,
  [a, b]: Pair<string>,
  node: string,
  options: DiffOptions,
  { report, onElements }: { readonly report: ReportDifference; readonly onElements: ElementsDone },
): Promise<void> {
  await withStorage(context, a, (left) =>
    withStorage(context, b, (right) => compareManagers([left, right], node, options, { report, onElements })),
  );
}

async function compareManagers(
  managers: Pair<StorageManager>,
  start: string,
  options: DiffOptions,
  { report, onElements }: { readonly report: ReportDifference; readonly onElements: ElementsDone },
): Promise<void> {
  const [left, right] = await Promise.all(managers.map((manager) => nodesOf(manager, start, options)));
  if (left === undefined || right === undefined) return;
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  const total = paths.reduce((sum, path) => sum + elementCount(left.get(path)?.shape ?? []), 0);
  let done = 0;
  for (const path of paths) {
    const [a, b] = [left.get(path), right.get(path)];
    const before = done;
    // Of two hard links to one object that both files have, one is enough.
    if (a?.aliasOf !== undefined && a.aliasOf === b?.aliasOf) continue;
    if (a !== undefined && b !== undefined)
      await compareNodes(managers, [a, b], options, {
        report,
        onElements: (count) => {
          done += count;
          onElements(Math.min(done, total), total);
        },
      });
    else if (a !== undefined) await report({ node: path, kind: "onlyInA", what: nodeText(a) });
    else if (b !== undefined) await report({ node: path, kind: "onlyInB", what: nodeText(b) });
    done = before + elementCount(a?.shape ?? []);
  }
}

/** A node by one of its paths. */
interface PathOfNode extends NodeInfo {
  /** The path that it is listed by, where this is another hard link to it. */
  readonly aliasOf?: string;
}

/** The nodes beneath `start` by all their paths, and itself. */
async function nodesOf(
  manager: StorageManager,
  start: string,
  options: DiffOptions,
): Promise<Map<string, PathOfNode>> {
  const nodes = new Map<string, PathOfNode>();
  const path = nodePath("/", start);
  const listed = await manager.listNodes({ where: start });
  if (listed[0]?.path !== path || listed.length > 1) nodes.set(path, { path, kind: "group" });
  for (const node of listed) {
    nodes.set(node.path, node);
    for (const alias of node.otherPaths ?? [])
      if (isWithin(path, alias)) nodes.set(alias, { ...node, path: alias, aliasOf: node.path });
  }
  for (const each of nodes.keys()) if (isIgnoredNode(options, each)) nodes.delete(each);
  return nodes;
}

async function compareNodes(
  managers: Pair<StorageManager>,
  [a, b]: Pair<NodeInfo>,
  options: DiffOptions,
  { report, onElements }: { readonly report: ReportDifference; onElements(count: number): void },
): Promise<void> {
  const node = a.path;
  const unreadable = [a, b].find(({ kind }) => kind === "unreadable");
  if (unreadable !== undefined) {
    await report({ node, kind: "trouble", reason: unreadable.reason ?? "it cannot be read" });
    return;
  }
  const properties = differentProperties(a, b, options.layout);
  for (const property of properties) await report({ node, kind: "property", ...property });
  if (a.kind !== b.kind || a.kind === "link" || a.kind === "datatype") return;
  const orTrouble = async (compare: () => Promise<void>) => {
    try {
      await compare();
    } catch (error) {
      if (options.signal.aborted || !isTVBException(error)) throw error;
      await report({ node, kind: "trouble", reason: error.message });
    }
  };
  await orTrouble(() => compareAttributes(managers, node, options, report));
  if (a.kind !== "dataset" || shapeText(a.shape ?? []) !== shapeText(b.shape ?? [])) return;
  for (const field of fieldsOf(a, b))
    await orTrouble(async () => {
      const found = await compareValues(managers, a, options, { field, onElements });
      if (found === "incomparable" || found.count === 0) return;
      const compared = elementCount(a.shape ?? []);
      await report({
        node,
        ...(field === undefined ? {} : { field }),
        kind: "values",
        compared,
        found,
      });
    });
}

/** The fields that both have; for a dataset that is no compound, one without a name. */
function fieldsOf(a: NodeInfo, b: NodeInfo): (string | undefined)[] {
  const [left, right] = [a, b].map(({ dtype }) => compoundFields(dtype ?? ""));
  if (left === undefined || right === undefined || (left.length === 0 && right.length === 0))
    return [undefined];
  return left.filter((field) => right.includes(field));
}
