import { type Block, groupOf } from "./series-blocks.js";
import type { SeriesReader } from "./series-reader.js";
import type { WindowPlan } from "./series-window.js";

/** What a bin has of each channel, one after the other: the least and the largest value, sum and number of finite ones. */
export const MIN = 0;
export const MAX = 1;
const SUM = 2;
const COUNT = 3;
export const FIELDS = 4;

/** Sums of one bin for all channels; `skipped`: it lies between the blocks of an overview; `missing`: it is not read yet. */
export type Bin = Float64Array | "skipped" | "missing";

/** A window as it can be drawn now. */
export interface Frame {
  readonly plan: WindowPlan;
  readonly channels: readonly number[];
  /** The bins of the window, from `firstBin` on. */
  readonly firstBin: number;
  readonly bins: readonly Bin[];
  /** Whether a block of it is not read yet. */
  readonly isPartial: boolean;
}

/** Bins of no values: infinities that no value is beyond. */
export function emptyBin(channels: number): Float64Array {
  const bin = new Float64Array(channels * FIELDS);
  for (let at = 0; at < bin.length; at += FIELDS) {
    bin[at + MIN] = Infinity;
    bin[at + MAX] = -Infinity;
  }
  return bin;
}

/** Whether a channel has a value in a bin, which may be infinite. */
export function hasValue(bin: Float64Array, channel: number): boolean {
  return (bin[channel * FIELDS + MIN] ?? Infinity) <= (bin[channel * FIELDS + MAX] ?? -Infinity);
}

/** The finite values' mean; NaN where there is none. */
export function meanOf(bin: Float64Array, channel: number): number {
  return (bin[channel * FIELDS + SUM] ?? 0) / (bin[channel * FIELDS + COUNT] ?? 0);
}

/**
 * Adds rows of a block to a bin.
 *
 * @param columns Where the channels of the bin are in the block; those below 0 are in another one.
 */
export function addRows(
  bin: Float64Array,
  { values, width }: Block,
  columns: Int32Array,
  from: number,
  to: number,
): void {
  for (let channel = 0; channel < columns.length; channel += 1) {
    const column = columns[channel] ?? -1;
    if (column < 0) continue;
    const at = channel * FIELDS;
    let min = bin[at + MIN] ?? Infinity;
    let max = bin[at + MAX] ?? -Infinity;
    let sum = bin[at + SUM] ?? 0;
    let count = bin[at + COUNT] ?? 0;
    const stop = to * width + column;
    for (let index = from * width + column; index < stop; index += width) {
      const value = values[index] ?? Number.NaN;
      // NaN is neither.
      if (value < min) min = value;
      if (value > max) max = value;
      if (value - value === 0) {
        sum += value;
        count += 1;
      }
    }
    bin[at + MIN] = min;
    bin[at + MAX] = max;
    bin[at + SUM] = sum;
    bin[at + COUNT] = count;
  }
}

/** Adds what a bin has of a channel to what another one has of one. */
export function addBin(bin: Float64Array, channel: number, other: Float64Array, otherChannel: number): void {
  const to = channel * FIELDS;
  const from = otherChannel * FIELDS;
  bin[to + MIN] = Math.min(bin[to + MIN] ?? Infinity, other[from + MIN] ?? Infinity);
  bin[to + MAX] = Math.max(bin[to + MAX] ?? -Infinity, other[from + MAX] ?? -Infinity);
  bin[to + SUM] = (bin[to + SUM] ?? 0) + (other[from + SUM] ?? 0);
  bin[to + COUNT] = (bin[to + COUNT] ?? 0) + (other[from + COUNT] ?? 0);
}

/** Where channels are in blocks of a group: -1 for those of another one. */
export function columnsIn(reader: SeriesReader, group: number, channels: readonly number[]): Int32Array {
  const first = group * reader.grid.channelsPerGroup;
  return Int32Array.from(channels, (channel) =>
    groupOf(reader.grid, channel) === group ? channel - first : -1,
  );
}

/** Bins of channels that were made from blocks, kept for as long as bins have the same rows. */
export class Envelope {
  readonly #reader: SeriesReader;
  readonly #columns: readonly { readonly group: number; readonly columns: Int32Array }[];
  readonly #bins = new Map<number, Bin>();

  constructor(
    reader: SeriesReader,
    readonly plane: readonly number[],
    readonly channels: readonly number[],
    groups: readonly number[],
    readonly binRows: number,
    readonly every: number,
  ) {
    this.#reader = reader;
    this.#columns = groups.map((group) => ({ group, columns: columnsIn(reader, group, channels) }));
  }

  frame(plan: WindowPlan): Frame {
    const { start, count } = plan.window;
    const firstBin = Math.floor(start / this.binRows);
    const stop = Math.ceil(Math.min(start + count, this.#reader.grid.samples) / this.binRows);
    const bins: Bin[] = [];
    for (let bin = firstBin; bin < stop; bin += 1) bins.push(this.#bin(bin));
    this.#forget(firstBin, stop);
    return { plan, channels: this.channels, firstBin, bins, isPartial: bins.includes("missing") };
  }

  #bin(index: number): Bin {
    const known = this.#bins.get(index);
    if (known !== undefined) return known;
    const bin = this.#sumUp(index);
    if (bin !== "missing") this.#bins.set(index, bin);
    return bin;
  }

  #sumUp(index: number): Bin {
    const { rowsPerBlock, samples } = this.#reader.grid;
    const first = index * this.binRows;
    const stop = Math.min(samples, first + this.binRows);
    let bin: Float64Array | undefined;
    for (let block = Math.floor(first / rowsPerBlock); block * rowsPerBlock < stop; block += 1) {
      if (block % this.every !== 0) continue;
      for (const { group, columns } of this.#columns) {
        const found = this.#reader.block({ plane: this.plane, group, index: block });
        if (found === undefined) return "missing";
        bin ??= emptyBin(this.channels.length);
        const offset = block * rowsPerBlock;
        addRows(bin, found, columns, Math.max(0, first - offset), Math.min(found.rows, stop - offset));
      }
    }
    return bin ?? (this.#columns.length === 0 ? emptyBin(0) : "skipped");
  }

  /** Bins far from the window are made again when they are looked at. */
  #forget(first: number, stop: number): void {
    const length = stop - first;
    if (this.#bins.size <= 2 * length) return;
    for (const index of this.#bins.keys()) if (index < first || index >= stop) this.#bins.delete(index);
  }
}
