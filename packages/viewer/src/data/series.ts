import { type DataType, isDataType, type Metadata, type NodeInfo, slice } from "@tvb-storage/core/arrays";
import { FileStorageException } from "@tvb-storage/errors";
import { errorMessage } from "@tvb-storage/files/internal";
import type { DataFile } from "./data-file.js";
import { datasetAt, decodedMetadata, type FileSummary } from "./file-summary.js";
import { numberAt, type TimeAxis } from "./series-time.js";

/** What one element of a series is: a number that can be drawn; of a complex one its magnitude. */
type SeriesType = Exclude<DataType, "string">;

/** An axis of a series besides time. */
export interface SeriesAxis {
  /** In the shape of the dataset. */
  readonly axis: number;
  /** As the file calls it: `Region`, `State Variable`. */
  readonly name: string;
  readonly length: number;
  /** Names of its indices, where the file has one for each. */
  readonly labels?: readonly string[];
}

/** A dataset whose first axis is time. */
export interface Series {
  readonly path: string;
  readonly dtype: SeriesType;
  readonly shape: readonly number[];
  readonly chunks: readonly number[] | undefined;
  readonly samples: number;
  readonly time: TimeAxis;
  /** The axis whose indices are drawn as lines or rows; undefined for a dataset of time alone. */
  readonly channels: SeriesAxis | undefined;
  /** All other axes, of which one index each is looked at: state variable and mode. */
  readonly planes: readonly SeriesAxis[];
  /** What the values are: `V (mV)`, or the path. */
  readonly valueName: string;
}

export function channelCount({ channels }: Series): number {
  return channels?.length ?? 1;
}

/** The names that The Virtual Brain gives the axes of its series of four axes. */
const TVB_AXES = ["Time", "State Variable", "Space", "Mode"];
/** Names of the axis along which space is sampled, in files of The Virtual Brain. */
const SPACE = /^(space|regions?|vertex|vertices|channels?|sensors?|region number)$/i;
/** A dataset of a file of no known class is a series when it is this long, and this many times as long as wide. */
const LONG_AXIS = 256;
const LONG_RATIO = 4;

/**
 * The dataset that is looked at as a series: the chosen one, or `/data` of a time series where none is. Undefined where
 * there is none; a dataset of another datatype (weights, vertices) is none.
 */
export function seriesNode(summary: FileSummary, chosen: string | undefined): NodeInfo | undefined {
  const isTimeSeries = summary.className?.startsWith("TimeSeries") === true;
  if (chosen === undefined || chosen === "/") {
    const node = isTimeSeries ? datasetAt(summary, "/data") : undefined;
    return node !== undefined && isDrawable(node) ? node : undefined;
  }
  const node = datasetAt(summary, chosen);
  if (node === undefined || !isDrawable(node)) return undefined;
  if (isTimeSeries) return node;
  return summary.className === undefined && hasLongAxis(node) ? node : undefined;
}

function isDrawable({ dtype, shape, reason }: NodeInfo): boolean {
  return isDataType(dtype) && dtype !== "string" && shape !== undefined && shape.length > 0 && !reason;
}

function hasLongAxis({ shape }: NodeInfo): boolean {
  const [samples = 0, ...others] = shape ?? [];
  return samples >= LONG_AXIS && others.every((length) => samples >= LONG_RATIO * length);
}

/**
 * What a dataset is as a series, by its own attributes and those of the file.
 *
 * @throws FileStorageException a dataset that is no array of numbers.
 */
export async function describeSeries(
  data: DataFile,
  summary: FileSummary,
  node: NodeInfo,
  signal?: AbortSignal,
): Promise<Series> {
  const { path, dtype, shape } = node;
  if (!isDrawable(node) || !isDataType(dtype) || dtype === "string" || shape === undefined) {
    throw new FileStorageException(
      `${path} is ${node.reason ?? `of type ${dtype}`}; a series is an array of numbers`,
    );
  }
  const own = decodedMetadata(await data.attributes(path));
  const axes = axesOf(shape, { ...summary.metadata, ...own });
  const channels = axes.find(({ name }) => SPACE.test(name)) ?? axes.at(-1);
  return {
    path,
    dtype,
    shape,
    chunks: node.chunks ?? undefined,
    samples: shape[0] ?? 0,
    time: await timeAxis(data, summary, node, own, signal),
    channels,
    planes: axes.filter((axis) => axis !== channels),
    valueName: valueName(path, dtype, own),
  };
}

function axesOf(shape: readonly number[], metadata: Metadata): SeriesAxis[] {
  const ordering = parsed(textOf(metadata, "labels_ordering"));
  const given = isTexts(ordering) && ordering.length === shape.length ? ordering : undefined;
  const names = given ?? (shape.length === TVB_AXES.length ? TVB_AXES : undefined);
  const dimensions = parsed(textOf(metadata, "labels_dimensions"));
  return shape.slice(1).map((length, at) => {
    const axis = at + 1;
    const name = names?.[axis] ?? (shape.length === 2 ? "Channel" : `Axis ${axis}`);
    // JSON of an object: its values are checked.
    const labels = (dimensions as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    return { axis, name, length, ...(isTexts(labels) && labels.length === length ? { labels } : {}) };
  });
}

async function timeAxis(
  data: DataFile,
  summary: FileSummary,
  { path, shape }: NodeInfo,
  own: Metadata,
  signal: AbortSignal | undefined,
): Promise<TimeAxis> {
  const samples = shape?.[0] ?? 0;
  // What the file says of its series is about datasets of that length.
  const isOfFile = datasetAt(summary, "/data")?.shape?.[0] === samples || path === "/data";
  const metadata = isOfFile ? { ...summary.metadata, ...own } : own;
  const unit = textOf(metadata, "sample_period_unit") ?? "ms"; // The Virtual Brain's own default
  const period = numberAt(metadata, "sample_period");
  const start = numberAt(metadata, "start_time") ?? 0;
  const given = period !== undefined && period > 0 ? { start, period, unit } : undefined;
  const counted = { start: 0, period: 1, unit: "samples" };
  const times = isOfFile ? datasetAt(summary, "/time") : undefined;
  if (times?.shape?.length !== 1 || times.shape[0] !== samples || samples < 2) {
    const isWrong = period !== undefined && given === undefined;
    return (
      given ?? { ...counted, ...(isWrong ? { note: `the sample period of ${period} is no time step` } : {}) }
    );
  }
  try {
    const compared = given === undefined ? TIMES_COMPARED : TIMES_CHECKED;
    const regular = await regularTimes(data, times.path, samples, compared, signal);
    if (regular === undefined)
      return { ...(given ?? counted), note: `the times of ${times.path} are not regular` };
    return { ...agreedTimes(regular, given, samples), unit };
  } catch (error) {
    signal?.throwIfAborted();
    return { ...(given ?? counted), note: `${times.path} cannot be read (${errorMessage(error)})` };
  }
}

type Times = Pick<TimeAxis, "start" | "period">;

/** How many of the times are compared with regular ones; only these few where the file says its sample period. */
const TIMES_COMPARED = 64;
const TIMES_CHECKED = 4;

/** The times of `/time` as a regular axis; undefined where they are not regular. */
async function regularTimes(
  data: DataFile,
  path: string,
  samples: number,
  compared: number,
  signal: AbortSignal | undefined,
): Promise<Times | undefined> {
  const step = Math.max(1, Math.floor((samples - 1) / compared));
  const options = signal === undefined ? {} : { signal };
  const some = await data.read(path, { ...options, selection: [slice(0, samples, step)] });
  const [last] = numbers(await data.read(path, { ...options, selection: [slice(samples - 1, samples)] }));
  const times = numbers(some);
  const start = times[0] ?? Number.NaN;
  const period = ((last ?? Number.NaN) - start) / (samples - 1);
  const isRegular =
    period > 0 && times.every((time, at) => Math.abs(start + at * step * period - time) <= period / 2);
  return isRegular ? { start, period } : undefined;
}

/** Times as they are stored; what the attributes say of them where that is the same but for rounding. */
function agreedTimes(stored: Times, given: Times | undefined, samples: number): Times {
  if (given === undefined) return stored;
  const tolerance = given.period / 1000;
  const isSamePeriod = Math.abs(stored.period - given.period) * (samples - 1) <= tolerance;
  return {
    start: Math.abs(stored.start - given.start) <= tolerance ? given.start : stored.start,
    period: isSamePeriod ? given.period : stored.period,
  };
}

function numbers({ data }: Awaited<ReturnType<DataFile["read"]>>): number[] {
  return Array.from<unknown, number>(data as ArrayLike<unknown>, Number); // arrays of numbers or bigints
}

function valueName(path: string, dtype: SeriesType, own: Metadata): string {
  const name = textOf(own, "long_name") ?? textOf(own, "title") ?? path.split("/").at(-1) ?? path;
  const unit = textOf(own, "units") ?? textOf(own, "unit");
  const called = dtype.startsWith("complex") ? `|${name}|` : name;
  return unit === undefined ? called : `${called} (${unit})`;
}

/** A text of the metadata; names of version 1 of the files have a capital letter. */
function textOf(metadata: Metadata, name: string): string | undefined {
  const value = metadata[name] ?? metadata[`${name.slice(0, 1).toUpperCase()}${name.slice(1)}`];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it is no JSON, and so names nothing
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
