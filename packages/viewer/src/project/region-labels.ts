import { errorMessage } from "@tvb-storage/files/internal";
import type { DataFile } from "../data/data-file.js";
import { datasetAt, type FileSummary } from "../data/file-summary.js";
import type { Source, SourceFile } from "../sources/source.js";
import { relatedDatatype } from "./related.js";

/** The names of regions, or why there are none. */
export type RegionLabels =
  | { readonly labels: readonly string[]; readonly reason?: undefined }
  | { readonly labels?: undefined; readonly reason: string };

/**
 * The names of `count` regions: those of the file itself (`region_labels`, or `labels_dimensions` of a time series), else of
 * the connectivity that it names, where that is open. What is shown does not need them: where they cannot be read, a reason
 * takes their place.
 */
export async function regionLabels(
  sources: readonly Source[],
  file: SourceFile,
  data: DataFile,
  summary: FileSummary,
  count: number,
): Promise<RegionLabels> {
  try {
    const own = (await labelsIn(data, summary)) ?? labelsOfDimensions(summary);
    if (own !== undefined && own.length === count) return { labels: own };
    // No other file has the names of a connectivity.
    if (summary.className === "Connectivity") return { reason: missingReason(own, count) };
    const connectivity = await relatedDatatype(sources, file, summary, "connectivity");
    if (connectivity === undefined)
      return {
        reason: "They are in the connectivity: open it too, with the time series that it is named by.",
      };
    const named = await labelsIn(connectivity.data, connectivity.summary);
    return named?.length === count
      ? { labels: named }
      : { reason: `${connectivity.file.path}: ${missingReason(named, count)}` };
  } catch (error) {
    return { reason: `They cannot be read: ${errorMessage(error)}` };
  }
}

function missingReason(labels: readonly string[] | undefined, count: number): string {
  return labels === undefined
    ? "There are no texts in /region_labels."
    : `/region_labels has ${labels.length} names for ${count} regions.`;
}

/**
 * The names of the `count` channels of a time series: of its sensors, where it was measured by some; vertices and voxels
 * have none; else those of its regions. As many regions as sensors do not make them sensors.
 */
export async function channelLabels(
  sources: readonly Source[],
  file: SourceFile,
  data: DataFile,
  summary: FileSummary,
  count: number,
): Promise<readonly string[] | undefined> {
  const { className = "" } = summary;
  if (/^TimeSeries(Surface|Volume)$/.test(className)) return undefined;
  if (!/^TimeSeries(EEG|MEG|SEEG)$/.test(className))
    return (await regionLabels(sources, file, data, summary, count)).labels;
  const sensors = await relatedDatatype(sources, file, summary, "sensors");
  const labels = sensors && (await labelsIn(sensors.data, sensors.summary, "/labels"));
  return labels?.length === count ? labels : undefined;
}

async function labelsIn(
  data: DataFile,
  summary: FileSummary,
  path = "/region_labels",
): Promise<readonly string[] | undefined> {
  const node = datasetAt(summary, path);
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
