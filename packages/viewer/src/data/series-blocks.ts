import { itemSize, type NDArray, type Selection, slice } from "@tvb-storage/core/arrays";
import type { Series } from "./series.js";
import { channelCount } from "./series.js";

/** A series in blocks that are read and kept as a whole: some samples of a group of channels, of one plane. */
export interface BlockGrid {
  readonly samples: number;
  readonly channels: number;
  readonly rowsPerBlock: number;
  readonly channelsPerGroup: number;
  /** Of one value in memory. */
  readonly valueBytes: number;
}

export interface BlockId {
  /** Index along each axis that is not drawn. */
  readonly plane: readonly number[];
  readonly group: number;
  readonly index: number;
}

/** Values of a block in memory: `rows` times `width`, in C order. */
export interface Block {
  /** Of complex numbers the magnitudes, of integers of 64 bits the nearest numbers. */
  readonly values: Exclude<NDArray["data"], string[] | BigInt64Array | BigUint64Array>;
  /** Integers of 64 bits as they are. */
  readonly exact?: BigInt64Array | BigUint64Array;
  readonly rows: number;
  readonly width: number;
}

/** Bytes of one sample of a group, up to which channels are read together. */
const GROUP_BYTES = 4096;
/** Blocks have about this: large enough to be worth a read, small enough that an overview has many. */
const BLOCK_BYTES = 64 * 1024;
const MAX_BLOCK_BYTES = 4 * 1024 * 1024;

/** Blocks that hold whole chunks, where these are not larger than a few MiB. */
export function blockGrid(series: Series): BlockGrid {
  const channels = channelCount(series);
  const axis = series.channels?.axis;
  const valueBytes = itemSize(series.dtype);
  const chunkWidth = Math.max(1, axis === undefined ? 1 : (series.chunks?.[axis] ?? 1));
  const channelsPerGroup = Math.min(
    Math.max(1, channels),
    chunkWidth * Math.max(1, Math.floor(GROUP_BYTES / (chunkWidth * valueBytes))),
  );
  const rowBytes = channelsPerGroup * valueBytes;
  const chunkRows = Math.max(1, series.chunks?.[0] ?? 1);
  const wanted = Math.max(1, Math.ceil(BLOCK_BYTES / rowBytes / chunkRows)) * chunkRows;
  const most = Math.max(1, Math.floor(MAX_BLOCK_BYTES / rowBytes));
  return {
    samples: series.samples,
    channels,
    channelsPerGroup,
    valueBytes,
    rowsPerBlock: Math.min(wanted, most),
  };
}

export function groupOf({ channelsPerGroup }: BlockGrid, channel: number): number {
  return Math.floor(channel / channelsPerGroup);
}

/** The groups that these channels are in, in ascending order. */
export function groupsOf(grid: BlockGrid, channels: readonly number[]): number[] {
  return [...new Set(channels.map((channel) => groupOf(grid, channel)))].sort((a, b) => a - b);
}

export function groupWidth({ channels, channelsPerGroup }: BlockGrid, group: number): number {
  return Math.min(channelsPerGroup, channels - group * channelsPerGroup);
}

/** Of a whole block. */
export function blockBytes(grid: BlockGrid, group: number): number {
  return grid.rowsPerBlock * groupWidth(grid, group) * grid.valueBytes;
}

export function blockKey({ plane, group, index }: BlockId): string {
  return `${plane.join(".")}/${group}/${index}`;
}

/** What is read for `count` blocks that follow each other. */
export function blockSelection(
  { shape, channels, planes }: Series,
  grid: BlockGrid,
  { plane, group, index }: BlockId,
  count: number,
): Selection {
  const first = index * grid.rowsPerBlock;
  const selection: Selection[number][] = [
    slice(first, Math.min(grid.samples, first + count * grid.rowsPerBlock)),
  ];
  for (let axis = 1; axis < shape.length; axis += 1) {
    const at = planes.findIndex((each) => each.axis === axis);
    const from = group * grid.channelsPerGroup;
    if (axis === channels?.axis) selection.push(slice(from, from + groupWidth(grid, group)));
    else selection.push(plane[at] ?? 0);
  }
  return selection;
}

/** An array that was read, as blocks of its own memory: they are kept and let go one by one. */
export function splitBlocks(array: NDArray, rowsPerBlock: number): Block[] {
  const rows = array.shape[0] ?? 0;
  const width = array.shape[1] ?? 1;
  const { values, exact } = drawable(array);
  const blocks: Block[] = [];
  for (let row = 0; row < rows; row += rowsPerBlock) {
    const from = row * width;
    const to = Math.min(rows, row + rowsPerBlock) * width;
    blocks.push({
      values: values.slice(from, to),
      ...(exact === undefined ? {} : { exact: exact.slice(from, to) }),
      rows: Math.min(rowsPerBlock, rows - row),
      width,
    });
  }
  return blocks;
}

function drawable(array: NDArray): Pick<Block, "values" | "exact"> {
  switch (array.dtype) {
    case "string":
      throw new TypeError("texts are no series"); // `describeSeries` refuses them
    case "int64":
    case "uint64":
      return { values: Float64Array.from(array.data, Number), exact: array.data };
    case "complex64":
    case "complex128": {
      const { data } = array;
      const values =
        data instanceof Float32Array ? new Float32Array(data.length / 2) : new Float64Array(data.length / 2);
      for (let at = 0; at < values.length; at += 1)
        values[at] = Math.hypot(data[2 * at] ?? 0, data[2 * at + 1] ?? 0);
      return { values };
    }
    default:
      return { values: array.data };
  }
}

/** Bytes that a block has in memory. */
export function heldBytes({ values, exact }: Block): number {
  return values.byteLength + (exact?.byteLength ?? 0);
}
