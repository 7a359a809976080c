import { isDeepStrictEqual } from "node:util";
import type { NodeInfo, StorageManager } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { nodeName, openDatatype } from "./storage.js";

/** The result of comparing one dataset, or one node's attributes. */
export type Verdict =
  | { readonly kind: "same" }
  | { readonly kind: "different"; readonly reason: string }
  /** It cannot be read as values (an unsupported type or filter); only the files' bytes are compared. */
  | { readonly kind: "unreadable"; readonly reason: string };

interface ComparedDataset {
  readonly node: NodeInfo;
  readonly verdict: Verdict;
}

export interface ComparedDatatype {
  readonly datasets: readonly ComparedDataset[];
  /** Of the structure and of the attributes of every group. */
  readonly verdict: Verdict;
}

const SAME: Verdict = { kind: "same" };

/** Compares every object, attribute and value of two datatype files, block by block. */
export async function compareDatatypes(original: string, copy: string): Promise<ComparedDatatype> {
  await using left = openDatatype(original);
  await using right = openDatatype(copy);
  const nodes = await left.listNodes();
  const other = firstDifference(nodes, await right.listNodes());
  if (other !== undefined) return { datasets: [], verdict: { kind: "different", reason: other } };
  const datasets: ComparedDataset[] = [];
  const groups: Verdict[] = [];
  for (const node of nodes) {
    if (node.kind === "dataset") datasets.push({ node, verdict: await compareDataset(left, right, node) });
    if (node.kind === "unreadable") {
      const reason = `${node.path}: ${node.reason ?? "it cannot be read"}`;
      datasets.push({ node, verdict: { kind: "unreadable", reason } });
    }
    if (node.kind === "group") groups.push(await compareAttributes(left, right, node));
  }
  if (!nodes.some(({ path }) => path === "/")) {
    groups.push(await compareAttributes(left, right, { path: "/", kind: "group" }));
  }
  return { datasets, verdict: worst(groups) };
}

/** Describes objects that are not the same in both files. */
function firstDifference(nodes: readonly NodeInfo[], copies: readonly NodeInfo[]): string | undefined {
  const byPath = new Map(copies.map((copy) => [copy.path, copy]));
  for (const node of nodes) {
    const copy = byPath.get(node.path);
    if (copy === undefined) return `${node.path} is missing in the copy`;
    if (!isDeepStrictEqual(node, copy)) return `${node.path} has another type or shape in the copy`;
    byPath.delete(node.path);
  }
  const [surplus] = byPath.keys();
  return surplus === undefined ? undefined : `${surplus} is in the copy only`;
}

function worst(verdicts: readonly Verdict[]): Verdict {
  return (
    verdicts.find(({ kind }) => kind === "different") ??
    verdicts.find(({ kind }) => kind === "unreadable") ??
    SAME
  );
}

async function compareDataset(left: StorageManager, right: StorageManager, node: NodeInfo): Promise<Verdict> {
  return worst([await compareAttributes(left, right, node), await compareValues(left, right, node)]);
}

function compareAttributes(left: StorageManager, right: StorageManager, node: NodeInfo): Promise<Verdict> {
  return unlessUnreadable(left.path, async () => {
    const name = nodeName(node.path);
    return isDeepStrictEqual(await left.getMetadata(name), await right.getMetadata(name))
      ? SAME
      : { kind: "different", reason: `the attributes of ${node.path} differ` };
  });
}

function compareValues(left: StorageManager, right: StorageManager, node: NodeInfo): Promise<Verdict> {
  return unlessUnreadable(left.path, async () => {
    const name = nodeName(node.path);
    const copies = right.streamData(name)[Symbol.asyncIterator]();
    try {
      for await (const block of left.streamData(name)) {
        const copy = await copies.next();
        if (copy.done !== true && isDeepStrictEqual(block, copy.value)) continue;
        return {
          kind: "different",
          reason: `${node.path} differs in the block at [${block.offset.join(", ")}]`,
        };
      }
      const rest = await copies.next();
      return rest.done === true
        ? SAME
        : { kind: "different", reason: `${node.path} has more rows in the copy` };
    } finally {
      await copies.return?.();
    }
  });
}

async function unlessUnreadable(path: string, compare: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await compare();
  } catch (error) {
    if (!isTVBException(error, "FILE_STORAGE")) throw error;
    // The table contains the file's name already.
    return { kind: "unreadable", reason: error.message.replace(`${path}: `, "") };
  }
}
