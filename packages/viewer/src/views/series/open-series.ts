import { FileStorageException } from "@tvb-storage/errors";
import type { DataFile } from "../../data/data-file.js";
import type { FileSummary } from "../../data/file-summary.js";
import { describeSeries, type Series, seriesNode } from "../../data/series.js";
import { SeriesReader } from "../../data/series-reader.js";
import { useWorkspace } from "../../shell/workspace.js";

export interface OpenSeries {
  readonly series: Series;
  readonly reader: SeriesReader;
}

/** The series that was looked at last, so that another view of it has what was read. */
let last: { readonly data: DataFile; readonly path: string; readonly opened: OpenSeries } | undefined;

// What is in memory of a series ends with its source.
useWorkspace.subscribe(({ sources }, before) => {
  if (sources !== before.sources) last = undefined;
});

/** @throws FileStorageException no dataset of the file is a series. */
export async function openSeries(
  data: DataFile,
  summary: FileSummary,
  chosen: string | undefined,
  signal: AbortSignal,
): Promise<OpenSeries> {
  const node = seriesNode(summary, chosen);
  if (node === undefined) {
    throw new FileStorageException(
      `${chosen ?? "the file"} has no series; choose a dataset of numbers in the tree whose first axis is time`,
    );
  }
  if (last?.data === data && last.path === node.path) return last.opened;
  const series = await describeSeries(data, summary, node, signal);
  const opened = { series, reader: new SeriesReader(data, series) };
  if (!signal.aborted) last = { data, path: node.path, opened };
  return opened;
}
