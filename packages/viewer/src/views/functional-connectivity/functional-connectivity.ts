import type { NodeInfo, Selection } from "@tvb-storage/core/arrays";
import type { DataFile } from "../../data/data-file.js";
import { datasetAt, decodedMetadata, type FileSummary } from "../../data/file-summary.js";
import { readNumbers } from "../../data/read-numbers.js";
import { regionLabels } from "../../project/region-labels.js";
import type { Source, SourceFile } from "../../sources/source.js";
import { isDirected, numbered, type RegionMatrix } from "../matrix/region-matrix.js";

/** Classes of which `array_data` is (region, region) or (region, region, state variable, mode). */
const CLASSES = /^(FunctionalConnectivity|CorrelationCoefficients|Correlation|Covariance)$/;

/** Axes after those of the regions, as in the address, and how they are called. */
export const SLICED = [
  { param: "variable", axis: 2, title: "State variable" },
  { param: "mode", axis: 3, title: "Mode" },
] as const;

/** The matrix of a file that holds functional connectivity; undefined for other files. */
export function correlationNode(summary: FileSummary): NodeInfo | undefined {
  if (!CLASSES.test(summary.className ?? "")) return undefined;
  const node = datasetAt(summary, "/array_data", "/data");
  const shape = node?.shape ?? [];
  const isOfRegions = (shape.length === 2 || shape.length === 4) && shape[0] === shape[1] && shape[0] !== 0;
  return isOfRegions && !shape.includes(0) ? node : undefined;
}

/** Whether values are between -1 and 1, with a meaning of both signs. */
export function isCorrelation({ className }: FileSummary): boolean {
  return className !== "Covariance";
}

/** `Correlation coefficients`, of the name of a class. */
function titleOf({ className = "Functional connectivity" }: FileSummary): string {
  const words = className.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Of a matrix, or of the one that a state variable and a mode have. */
export function selectionOf(shape: readonly number[], slice: readonly number[]): Selection {
  return shape.length === 4 ? [null, null, ...slice] : [null, null];
}

/**
 * The correlations of one state variable and mode, with the names of the regions: those of the connectivity that the file
 * names directly or by its time series, where it is open.
 */
export async function readCorrelations(
  sources: readonly Source[],
  file: SourceFile,
  data: DataFile,
  summary: FileSummary,
  node: NodeInfo,
  slice: readonly number[],
  signal: AbortSignal,
): Promise<RegionMatrix> {
  const [size = 0] = node.shape ?? [];
  const selection = selectionOf(node.shape ?? [], slice);
  const [{ data: values }, { labels, reason }, attributes] = await Promise.all([
    readNumbers(data, node, { selection, signal }),
    regionLabels(sources, file, data, summary, size),
    data.attributes(node.path),
  ]);
  const { unit } = decodedMetadata(attributes);
  return {
    title: titleOf(summary),
    labels: labels ?? numbered(size),
    unnamed: reason,
    values,
    unit: typeof unit === "string" && unit !== "" ? unit : undefined,
    directed: isDirected(values, size),
  };
}
