import { scaleLinear } from "d3-scale";
import { FIELDS, type Frame, MAX, MIN } from "../../data/series-envelope.js";

/** Where values are drawn: pixels from the top. */
export interface ValueScale {
  /** Of the channel at this place among the shown ones. Infinite values are at an edge. */
  readonly y: (index: number, value: number) => number;
}

/** One axis for all channels. */
export interface SharedScale extends ValueScale {
  readonly kind: "overlaid";
  readonly low: number;
  readonly high: number;
}

/** A lane for each channel, all with the same units per pixel. */
export interface LaneScale extends ValueScale {
  readonly kind: "stacked";
  /** Units of the values that one lane is high. */
  readonly spacing: number;
  /** The value in the middle of each lane. */
  readonly middles: readonly number[];
  readonly laneHeight: number;
}

/** The finite values of each channel in a frame; `[Infinity, -Infinity]` where there are none. */
export function channelRanges({ bins, channels }: Frame): (readonly [number, number])[] {
  return channels.map((_, index) => {
    let low = Infinity;
    let high = -Infinity;
    const at = index * FIELDS;
    for (const bin of bins) {
      if (typeof bin === "string") continue;
      const min = bin[at + MIN] ?? Infinity;
      const max = bin[at + MAX] ?? -Infinity;
      // An infinite value hides the finite ones of its bin: the other end is one of them.
      for (const value of [min, max]) {
        if (min > max || !Number.isFinite(value)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    return [low, high];
  });
}

/**
 * An axis from `low` to `high`, where these are given, else one that holds all values.
 *
 * @param height In pixels.
 */
export function sharedScale(
  ranges: readonly (readonly [number, number])[],
  height: number,
  low?: number,
  high?: number,
): SharedScale {
  const [least, most] = widened(
    ranges.reduce((least, [min]) => Math.min(least, min), Infinity), // there may be more than a call has arguments
    ranges.reduce((most, [, max]) => Math.max(most, max), -Infinity),
  );
  const [from = 0, to = 1] = scaleLinear().domain([least, most]).nice().domain();
  const bottom = low ?? from;
  const top = high !== undefined && high > bottom ? high : to > bottom ? to : widened(bottom, bottom)[1];
  return {
    kind: "overlaid",
    low: bottom,
    high: top,
    y: (_, value) => within(height - ((value - bottom) / (top - bottom)) * height, height),
  };
}

/** Constant series have a range, too. */
function widened(low: number, high: number): [number, number] {
  if (low > high) return [0, 1];
  if (low < high) return [low, high];
  const margin = Math.abs(low) / 10 || 1;
  return [low - margin, high + margin];
}

/** Many lanes may overlap, as traces of an EEG do: each would be too flat to be read. */
const LANES_WITHOUT_OVERLAP = 16;
const MAX_OVERLAP = 4;

/** Lanes of a round number of units, so that little changes while a window moves; `spacing` where it is given. */
export function laneScale(
  ranges: readonly (readonly [number, number])[],
  height: number,
  spacing?: number,
): LaneScale {
  const largest = ranges.reduce((most, [low, high]) => Math.max(most, high - low), 0);
  const overlap = Math.min(MAX_OVERLAP, Math.max(1, ranges.length / LANES_WITHOUT_OVERLAP));
  const units = spacing !== undefined && spacing > 0 ? spacing : roundUp(largest / overlap);
  // Round middles stay while the values around them change a little.
  const step = units / 4;
  const middles = ranges.map(([low, high]) => (low <= high ? Math.round((low + high) / 2 / step) * step : 0));
  const laneHeight = height / Math.max(1, ranges.length);
  return {
    kind: "stacked",
    spacing: units,
    middles,
    laneHeight,
    y: (index, value) => {
      const middle = (index + 0.5) * laneHeight;
      const offset = ((value - (middles[index] ?? 0)) / units) * laneHeight;
      if (Number.isFinite(offset)) return within(middle - offset, height);
      return middle - Math.sign(offset) * (laneHeight / 2);
    },
  };
}

/** 1, 2 or 5 times a power of ten, not below `value`; 1 for 0. */
export function roundUp(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Far beyond an edge a line is not drawn farther: a canvas knows no infinities. */
function within(y: number, height: number): number {
  return Math.min(2 * height, Math.max(-height, y));
}
