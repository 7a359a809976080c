import { basename } from "node:path";
import { type NodeInfo, ndarray, type Selection, type StorageManager } from "@tvb-storage/core";
import { CorrelationAccumulator } from "./correlation.js";
import { type Datatype, nodeName, openDatatype } from "./storage.js";

/** A dataset of samples over time, and how to read it as (time, channel). */
export interface Series {
  readonly file: string;
  /** Of the datatype; undefined for a file of the user, which need not have one. */
  readonly gid?: string;
  readonly dataset: string;
  readonly selection: Selection;
  readonly channels: number;
}

export interface FunctionalConnectivity {
  readonly channels: number;
  /** Pearson correlations, shape (channels, channels). */
  readonly matrix: Float64Array;
  /** Time points. */
  readonly samples: number;
}

const REAL_TYPES = /^(u?int(8|16|32|64)|float(32|64))$/;
const MAX_CHANNELS = 2000; // a matrix of 32 MB
const MIN_SAMPLES = 3;

/**
 * Reads the series in blocks and correlates every channel with every other; of
 * the file no more than one block is in memory.
 */
export async function functionalConnectivity(series: Series): Promise<FunctionalConnectivity> {
  const accumulator = new CorrelationAccumulator(series.channels);
  await using file = openDatatype(series.file);
  for await (const { block } of file.streamData(series.dataset, { selection: series.selection })) {
    if (Array.isArray(block.data)) throw new TypeError(`${series.file}: ${series.dataset} holds text`);
    accumulator.add(block.data);
  }
  return {
    channels: series.channels,
    matrix: accumulator.correlations(),
    samples: accumulator.count,
  };
}

export async function storeFunctionalConnectivity(
  result: FunctionalConnectivity,
  series: Series,
  { path, gid }: Datatype,
): Promise<void> {
  const { channels, matrix } = result;
  await using file = openDatatype(path);
  await file.storeData(ndarray(matrix, { shape: [channels, channels] }), "array_data");
  await file.setMetadata({
    gid,
    title: "Functional connectivity",
    ...(series.gid === undefined ? {} : { time_series: series.gid }),
    source: basename(series.file),
    source_dataset: series.dataset,
    samples: result.samples,
    labels_ordering: JSON.stringify(["Node", "Node"]),
  });
}

/**
 * The first dataset of a file that looks like samples over time: real numbers,
 * (time, channel) with more times than channels, or The Virtual Brain's
 * (time, state variable, region, mode), of which the first variable and mode are
 * taken. Undefined where there is none.
 */
export async function findSeries(path: string): Promise<Series | undefined> {
  await using file: StorageManager = openDatatype(path);
  for (const node of await file.listNodes()) {
    const layout = seriesLayout(node);
    if (layout !== undefined) return { file: path, dataset: nodeName(node.path), ...layout };
  }
  return undefined;
}

function seriesLayout({ kind, dtype, shape }: NodeInfo): Pick<Series, "selection" | "channels"> | undefined {
  if (kind !== "dataset" || shape === undefined || !REAL_TYPES.test(dtype ?? "")) return undefined;
  const [times = 0, second = 0, third = 0, modes = 0] = shape;
  const isFlat = shape.length === 2;
  const isTvbSeries = shape.length === 4 && second > 0 && modes > 0;
  if (!isFlat && !isTvbSeries) return undefined;
  const channels = isFlat ? second : third;
  const looksLikeTime = times > channels && times >= MIN_SAMPLES;
  if (!looksLikeTime || channels < 2 || channels > MAX_CHANNELS) return undefined;
  return { selection: isFlat ? [null, null] : [null, 0, null, 0], channels };
}
