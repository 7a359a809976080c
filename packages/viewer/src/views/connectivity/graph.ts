import type { DataFile } from "../../data/data-file.js";
import { datasetAt, type FileSummary } from "../../data/file-summary.js";
import { type Numbers, readNumbers } from "../../data/read-numbers.js";
import type { Source, SourceFile } from "../../sources/source.js";
import type { Connections, RegionMatrix } from "../matrix/region-matrix.js";
import { connectionsOf } from "../matrix/region-matrix.js";
import { readMatrix } from "./connectivity.js";

/** A connectivity in space. */
export interface RegionGraph {
  readonly weights: RegionMatrix;
  readonly connections: Connections;
  /** Shape (regions, 3) in C order; a region whose centre is not finite is not drawn. */
  readonly centres: ArrayLike<number>;
  /** For each region whether it is in the right hemisphere, where the file says so. */
  readonly isRight?: ArrayLike<number>;
  /** For each region whether it is cortical, where the file says so. */
  readonly isCortical?: ArrayLike<number>;
}

/** Whether a file says where the regions of its weights are. */
export function hasCentres(summary: FileSummary): boolean {
  const [regions] = datasetAt(summary, "/weights")?.shape ?? [];
  const shape = datasetAt(summary, "/centres")?.shape ?? [];
  return shape.length === 2 && shape[0] === regions && shape[1] === 3;
}

export async function readGraph(
  sources: readonly Source[],
  file: SourceFile,
  data: DataFile,
  summary: FileSummary,
  signal: AbortSignal,
): Promise<RegionGraph> {
  const ofRegions = async (path: string): Promise<Numbers | undefined> => {
    const node = datasetAt(summary, path);
    // Texts say nothing of what is asked here: `isRight` and `isCortical` are numbers or booleans.
    return node && node.dtype !== "string" ? readNumbers(data, node, { signal }) : undefined;
  };
  const [weights, centres, hemispheres, cortical] = await Promise.all([
    readMatrix(sources, file, data, summary, "weights", signal),
    ofRegions("/centres"),
    ofRegions("/hemispheres"),
    ofRegions("/cortical"),
  ]);
  const count = weights.labels.length;
  return {
    weights,
    connections: connectionsOf(weights),
    centres: centres?.data ?? [],
    ...(hemispheres?.data.length === count ? { isRight: hemispheres.data } : {}),
    ...(cortical?.data.length === count ? { isCortical: cortical.data } : {}),
  };
}

/** The position of a region; undefined where the file has none. */
export function centreOf({ centres }: RegionGraph, region: number): [number, number, number] | undefined {
  const centre = [0, 1, 2].map((axis) => centres[3 * region + axis] ?? Number.NaN);
  return centre.every(Number.isFinite) ? (centre as [number, number, number]) : undefined; // three axes
}

/** How many connections are stronger than a threshold; they are the first ones. */
export function countAbove({ weight }: Connections, threshold: number): number {
  let [low, high] = [0, weight.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Math.abs(weight[middle] ?? 0) > threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of the first `count` connections those that are drawn: all, or those of one region. */
export function edgesOf(
  { source, target }: Connections,
  count: number,
  region: number | undefined,
): readonly number[] {
  const edges: number[] = [];
  for (let i = 0; i < count; i++)
    if (region === undefined || source[i] === region || target[i] === region) edges.push(i);
  return edges;
}
