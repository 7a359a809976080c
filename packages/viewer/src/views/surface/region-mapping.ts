import { identityByName } from "@tvb-storage/core/internal";
import { errorMessage } from "@tvb-storage/files/internal";
import type { DataFile } from "../../data/data-file.js";
import { datasetAt, type FileSummary, summaryOf } from "../../data/file-summary.js";
import { readNumbers } from "../../data/read-numbers.js";
import { regionLabels } from "../../project/region-labels.js";
import { isNearer, type Related, referencesOf, relatedDatatype } from "../../project/related.js";
import type { Source, SourceFile } from "../../sources/source.js";
import { numbered } from "../matrix/region-matrix.js";

/** Which region each vertex of a surface is in. */
export interface RegionMapping {
  /** For each vertex; -1 where it is in none. */
  readonly regions: Int32Array;
  /** Of the regions: names of the connectivity, else their numbers. */
  readonly labels: readonly string[];
  /** Why the labels are only their numbers; undefined where they are names. */
  readonly unnamed?: string | undefined;
  /** For each region whether it is in the right hemisphere, where the connectivity says so. */
  readonly isRight?: ArrayLike<number>;
}

/** No parcellation has as many regions: a larger index is an error of the file, and would be a list without end. */
const MOST_REGIONS = 100_000;

export function isRegionMapping(summary: FileSummary): boolean {
  return summary.className === "RegionMapping" && datasetAt(summary, "/array_data")?.shape?.length === 1;
}

/**
 * The open mappings that name this surface, of several copies the nearest one to its file, and why files that look like
 * mappings could not be read.
 */
export async function mappingsOf(
  sources: readonly Source[],
  surfaceFile: SourceFile,
  surface: FileSummary,
): Promise<{ readonly mappings: readonly Related[]; readonly problems: readonly string[] }> {
  const mappings = new Map<string, Related>();
  const problems: string[] = [];
  const gid = surface.gid?.toLowerCase();
  for (const file of sources.flatMap(({ files }) => files)) {
    if (gid === undefined || identityByName(file.path.split("/").at(-1) ?? "").class !== "RegionMapping")
      continue;
    try {
      const data = await file.data();
      const summary = await summaryOf(file, data);
      const isOfSurface = referencesOf(summary.metadata).some(
        (reference) => reference.name === "surface" && reference.gid === gid,
      );
      if (!isOfSurface || !isRegionMapping(summary)) continue;
      const identity = summary.gid ?? file.id;
      const copy = mappings.get(identity);
      if (copy === undefined || isNearer(file, copy.file, surfaceFile))
        mappings.set(identity, { file, data, summary });
    } catch (error) {
      problems.push(errorMessage(error));
    }
  }
  return { mappings: [...mappings.values()], problems };
}

export async function readMapping(
  sources: readonly Source[],
  file: SourceFile,
  data: DataFile,
  summary: FileSummary,
  signal: AbortSignal,
): Promise<RegionMapping> {
  const node = datasetAt(summary, "/array_data");
  if (node === undefined) throw new Error("a region mapping is recognised by its /array_data");
  const [{ data: values }, connectivity] = await Promise.all([
    readNumbers(data, node, { signal }),
    namedConnectivity(sources, file, summary),
  ]);
  const regions = Int32Array.from(values, (value) => (isRegion(value) ? value : -1));
  const mapped = regions.reduce((count, region) => Math.max(count, region + 1), 0);
  if (typeof connectivity === "string") return { regions, labels: numbered(mapped), unnamed: connectivity };
  const count = regionsOf(connectivity.summary);
  const { labels, reason } = await regionLabels(
    sources,
    connectivity.file,
    connectivity.data,
    connectivity.summary,
    count,
  );
  const sides = datasetAt(connectivity.summary, "/hemispheres");
  const isRight =
    sides && sides.dtype !== "string" ? await readNumbers(connectivity.data, sides, { signal }) : undefined;
  return {
    // A region that the connectivity does not have is none.
    regions: regions.map((region) => (region < count ? region : -1)),
    labels: labels ?? numbered(count),
    unnamed: reason,
    ...(isRight?.data.length === count ? { isRight: isRight.data } : {}),
  };
}

function isRegion(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < MOST_REGIONS;
}

/** The connectivity that the mapping names, or why it is not known. */
async function namedConnectivity(
  sources: readonly Source[],
  file: SourceFile,
  summary: FileSummary,
): Promise<Related | string> {
  try {
    const found = await relatedDatatype(sources, file, summary, "connectivity");
    return found ?? "They are in the connectivity: open it too.";
  } catch (error) {
    return `The connectivity cannot be read: ${errorMessage(error)}`;
  }
}

function regionsOf(connectivity: FileSummary): number {
  return datasetAt(connectivity, "/region_labels", "/weights", "/centres")?.shape?.[0] ?? 0;
}

/** How many vertices are in each region, and in none. */
export function vertexCounts({ regions, labels }: RegionMapping): {
  readonly counts: readonly number[];
  readonly without: number;
} {
  const counts = labels.map(() => 0);
  let without = 0;
  for (const region of regions) {
    if (region < 0) without += 1;
    else counts[region] = (counts[region] ?? 0) + 1;
  }
  return { counts, without };
}
