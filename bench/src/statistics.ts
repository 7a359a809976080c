/** The quantile `q` (0 to 1) with linear interpolation, as numpy's default. @throws Error without values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) throw new Error("no values to take a quantile of");
  return low + (high - low) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @throws Error without values. */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) throw new Error("no values to take a mean of");
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export interface Ratio {
  /** Ratio of the medians. */
  readonly ofMedians: number;
  /** Quartiles of the ratios of the single rounds: the spread. */
  readonly lower: number;
  readonly upper: number;
}

/** Compares two series that were measured in the same rounds, element by element. */
export function ratio(ours: readonly number[], theirs: readonly number[]): Ratio {
  const rounds = ours.map((value, i) => value / (theirs[i] ?? Number.NaN));
  return {
    ofMedians: median(ours) / median(theirs),
    lower: quantile(rounds, 0.25),
    upper: quantile(rounds, 0.75),
  };
}
