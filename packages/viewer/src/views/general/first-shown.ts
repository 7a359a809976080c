import type { FileSummary } from "../../data/file-summary.js";

/** The path that is shown where none was chosen: the root of a NeXus file, which says itself what to plot, else the first dataset. */
export function firstShown({ nodes, metadata }: FileSummary): string {
  if ("default" in metadata || "NX_class" in metadata) return "/";
  return nodes.find(({ kind }) => kind === "dataset")?.path ?? "/";
}
