import { groupOf, groupsOf } from "./series-blocks.js";
import {
  addBin,
  addRows,
  columnsIn,
  emptyBin,
  FIELDS,
  type Frame,
  hasValue,
  MAX,
  MIN,
  meanOf,
} from "./series-envelope.js";
import type { SeriesReader } from "./series-reader.js";

/** Of the values of one channel in a window. */
export interface ChannelStatistics {
  readonly channel: number;
  /** NaN where there is no value. */
  readonly min: number;
  readonly max: number;
  /** Of the finite values. */
  readonly mean: number;
}

/**
 * Of the samples of a window that were read: exactly these where the window was read as a whole, else of the bins that
 * are drawn.
 */
export function windowStatistics(reader: SeriesReader, frame: Frame): ChannelStatistics[] {
  const { channels, bins } = frame;
  let sums = exactSums(reader, frame);
  if (sums === undefined) {
    sums = emptyBin(channels.length);
    for (const bin of bins) {
      if (typeof bin === "string") continue;
      for (let at = 0; at < channels.length; at += 1) addBin(sums, at, bin, at);
    }
  }
  const of = sums;
  return channels.map((channel, at) => {
    const has = hasValue(of, at);
    return {
      channel,
      min: has ? (of[at * FIELDS + MIN] ?? Number.NaN) : Number.NaN,
      max: has ? (of[at * FIELDS + MAX] ?? Number.NaN) : Number.NaN,
      mean: meanOf(of, at),
    };
  });
}

/** Sums of the samples themselves; undefined where one of their blocks is not in memory. */
function exactSums(reader: SeriesReader, { plan, channels }: Frame): Float64Array | undefined {
  if (plan.every > 1 || plan.blocks.length === 0) return undefined;
  const { rowsPerBlock } = reader.grid;
  const { start, count } = plan.window;
  const sums = emptyBin(channels.length);
  const columns = new Map(
    groupsOf(reader.grid, channels).map((group) => [group, columnsIn(reader, group, channels)]),
  );
  for (const id of plan.blocks) {
    const block = reader.block(id);
    const own = columns.get(id.group);
    if (block === undefined || own === undefined) return undefined;
    const offset = id.index * rowsPerBlock;
    const to = Math.min(block.rows, start + count - offset);
    addRows(sums, block, own, Math.max(0, start - offset), to);
  }
  return sums;
}

/** One value as it is stored; undefined where it is not in memory. */
export function valueAt(
  reader: SeriesReader,
  plane: readonly number[],
  sample: number,
  channel: number,
): number | bigint | undefined {
  const { rowsPerBlock, channelsPerGroup } = reader.grid;
  const group = groupOf(reader.grid, channel);
  const block = reader.block({ plane, group, index: Math.floor(sample / rowsPerBlock) });
  if (block === undefined) return undefined;
  const at = (sample % rowsPerBlock) * block.width + channel - group * channelsPerGroup;
  return block.exact?.[at] ?? block.values[at];
}
