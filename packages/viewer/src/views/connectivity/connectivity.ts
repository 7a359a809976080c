import type { NodeInfo } from "@tvb-storage/core/arrays";
import type { DataFile } from "../../data/data-file.js";
import { datasetAt, decodedMetadata, type FileSummary } from "../../data/file-summary.js";
import { readNumbers } from "../../data/read-numbers.js";
import { regionLabels } from "../../project/region-labels.js";
import type { Source, SourceFile } from "../../sources/source.js";
import { isDirected, numbered, type RegionMatrix } from "../matrix/region-matrix.js";

/** Names of the matrices, as in the address, with their datasets. */
export const MATRICES = {
  weights: { path: "/weights", title: "Weights" },
  tract_lengths: { path: "/tract_lengths", title: "Tract lengths" },
} as const;
export type MatrixName = keyof typeof MATRICES;

/** Whether a file is a connectivity: by its class, or by both matrices. */
export function isConnectivity(summary: FileSummary): boolean {
  const found = matricesOf(summary);
  return found.includes("weights") && (summary.className === "Connectivity" || found.length === 2);
}

/** Those of the matrices that are there and square. */
export function matricesOf(summary: FileSummary): MatrixName[] {
  return (["weights", "tract_lengths"] as const).filter((name) =>
    isSquare(datasetAt(summary, MATRICES[name].path)),
  );
}

function isSquare(node: NodeInfo | undefined): boolean {
  const [rows, columns] = node?.shape ?? [];
  return node?.shape?.length === 2 && rows === columns && rows !== 0;
}

/** A matrix of a connectivity with the names of its regions; their numbers where they have no names. */
export async function readMatrix(
  sources: readonly Source[],
  file: SourceFile,
  data: DataFile,
  summary: FileSummary,
  name: MatrixName,
  signal: AbortSignal,
): Promise<RegionMatrix> {
  const { path, title } = MATRICES[name];
  const node = datasetAt(summary, path);
  if (node === undefined) throw new Error(`the summary of a file with ${path} has no such node`);
  const [size = 0] = node.shape ?? [];
  const [{ data: values }, { labels, reason }, attributes] = await Promise.all([
    readNumbers(data, node, { signal }),
    regionLabels(sources, file, data, summary, size),
    data.attributes(path),
  ]);
  const { unit } = decodedMetadata(attributes);
  return {
    title,
    labels: labels ?? numbered(size),
    unnamed: reason,
    values,
    unit: typeof unit === "string" && unit !== "" ? unit : undefined,
    directed: isDirected(values, size),
  };
}
