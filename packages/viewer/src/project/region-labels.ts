import type { DataFile } from "../data/data-file.js";
import { datasetAt, type FileSummary } from "../data/file-summary.js";
import type { Source } from "../sources/source.js";
import { relatedDatatype } from "./related.js";

/**
 * The names of `count` regions: those of the file itself (`region_labels`, or `labels_dimensions` of a time series), else of
 * the connectivity that it names, where that is open. Undefined where there are none, or not as many.
 */
export async function regionLabels(
  sources: readonly Source[],
  data: DataFile,
  summary: FileSummary,
  count: number,
): Promise<readonly string[] | undefined> {
  const own = (await labelsIn(data, summary)) ?? labelsOfDimensions(summary);
  if (own?.length === count) return own;
  const connectivity = await relatedDatatype(sources, summary, "connectivity");
  const named = connectivity && (await labelsIn(connectivity.data, connectivity.summary));
  return named?.length === count ? named : undefined;
}

async function labelsIn(data: DataFile, summary: FileSummary): Promise<readonly string[] | undefined> {
  const node = datasetAt(summary, "/region_labels");
  if (node === undefined) return undefined;
  const labels = await data.read(node.path);
  return labels.dtype === "string" ? labels.data : undefined;
}

/** `{"Region": ["lA1", ...]}`, JSON in a text, as the Python original stores it. */
function labelsOfDimensions({ metadata }: FileSummary): readonly string[] | undefined {
  const text = metadata["labels_dimensions"] ?? metadata["Labels_dimensions"];
  if (typeof text !== "string") return undefined;
  let dimensions: unknown;
  try {
    dimensions = JSON.parse(text);
  } catch {
    return undefined; // it is no JSON, and so names nothing
  }
  const regions = (dimensions as { Region?: unknown } | null)?.Region;
  return Array.isArray(regions) && regions.every((each) => typeof each === "string") ? regions : undefined;
}
