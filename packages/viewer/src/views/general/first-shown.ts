import { elementCount, isDataType, type NodeInfo } from "@tvb-storage/core/arrays";
import type { FileSummary } from "../../data/file-summary.js";
import { unreadableReason } from "./unreadable-reason.js";

/**
 * The path that is shown where none was chosen: the root of a NeXus file, which says itself what to plot, else the largest
 * dataset of numbers, the first one of several; where there is none, the first dataset that can be read.
 */
export function firstShown({ nodes, metadata }: Pick<FileSummary, "nodes" | "metadata">): string {
  if ("default" in metadata || "NX_class" in metadata) return "/";
  const datasets = nodes.filter(({ kind }) => kind === "dataset");
  const readable = datasets.filter((node) => unreadableReason(node) === undefined);
  let largest: NodeInfo | undefined;
  for (const node of readable)
    if (isNumeric(node) && sizeOf(node) > (largest === undefined ? 0 : sizeOf(largest))) largest = node;
  return (largest ?? readable[0] ?? datasets[0])?.path ?? "/";
}

function isNumeric({ dtype = "" }: NodeInfo): boolean {
  return isDataType(dtype) && dtype !== "string";
}

function sizeOf({ shape = [] }: NodeInfo): number {
  return elementCount(shape);
}
