import { type Frame, hasValue, meanOf } from "../../data/series-envelope.js";

/** The values of a carpet plot: a row for each channel, a column for each bin. */
export interface CarpetValues {
  readonly rows: number;
  readonly columns: number;
  /** Means of the bins, row by row; NaN where there is no value, or none yet. */
  readonly values: Float64Array;
}

/** Percentiles of a domain are taken of about so many values. */
const MAX_SORTED = 20_000;

/** The means of a frame's bins. What lies between the blocks of an overview is as the block before it. */
export function carpetValues({ bins, channels }: Frame, isScored: boolean): CarpetValues {
  const columns = bins.length;
  const values = new Float64Array(channels.length * columns).fill(Number.NaN);
  let last: Float64Array | undefined;
  bins.forEach((bin, column) => {
    if (bin === "missing") last = undefined;
    else if (bin !== "skipped") last = bin;
    if (last === undefined) return;
    for (let row = 0; row < channels.length; row += 1)
      if (hasValue(last, row)) values[row * columns + column] = meanOf(last, row);
  });
  const carpet = { rows: channels.length, columns, values };
  if (isScored) score(carpet);
  return carpet;
}

/** Each row less its mean, in units of its standard deviation; 0 for a constant row. */
function score({ rows, columns, values }: CarpetValues): void {
  for (let row = 0; row < rows; row += 1) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    let count = 0;
    let sum = 0;
    for (const value of own) {
      if (Number.isNaN(value)) continue;
      count += 1;
      sum += value;
    }
    const mean = sum / count;
    let squares = 0;
    for (const value of own) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
    const deviation = Math.sqrt(squares / count);
    for (let at = 0; at < own.length; at += 1)
      own[at] = deviation > 0 ? ((own[at] ?? Number.NaN) - mean) / deviation : (own[at] ?? Number.NaN) - mean;
  }
}

/** From which value to which one there are colours: all finite values, or all but the least and the largest hundredth. */
export function carpetDomain({ values }: CarpetValues, isRobust: boolean): [number, number] {
  const step = Math.max(1, Math.floor(values.length / MAX_SORTED));
  const some: number[] = [];
  let low = Infinity;
  let high = -Infinity;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if (isRobust && at % step === 0) some.push(value);
  }
  if (low > high) return [0, 1];
  if (isRobust && some.length > 0) {
    const sorted = Float64Array.from(some).sort();
    [low, high] = [percentile(sorted, 0.01), percentile(sorted, 0.99)];
  }
  if (low < high) return [low, high];
  // A domain without length has no colours: constant values are at an end of one that does not reach over zero.
  const length = Math.max(1, Math.abs(low) / 10); // 1 is nothing to a large value
  return low < 0 ? [low - length, low] : [low, low + length];
}

/** As numpy's, which interpolates linearly. */
function percentile(sorted: Float64Array, part: number): number {
  const at = part * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}
