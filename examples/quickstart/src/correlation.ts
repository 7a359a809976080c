import { addPairProducts } from "./pair-products.js";

/**
 * Pearson correlations of many channels, fed block by block: each block's own
 * means and co-moments are joined to the running ones (Chan, Golub and LeVeque
 * 1979). No difference of large sums is taken, so a series with a large offset
 * keeps its digits, and no more than one block is in memory.
 */
export class CorrelationAccumulator {
  readonly channels: number;
  #count = 0;
  readonly #means: Float64Array;
  readonly #comoments: Float64Array; // lower triangle is used

  constructor(channels: number) {
    this.channels = channels;
    this.#means = new Float64Array(channels);
    this.#comoments = new Float64Array(channels * channels);
  }

  /** Samples seen. */
  get count(): number {
    return this.#count;
  }

  /** @param samples shape (rows, channels), C order. */
  add(samples: ArrayLike<number | bigint>): void {
    const n = this.channels;
    const rows = samples.length / n;
    if (rows === 0) return;
    const centred = samples instanceof Float64Array ? samples.slice() : Float64Array.from(samples, Number);
    const blockMeans = centre(centred, rows, n);

    const total = this.#count + rows;
    const shifts = blockMeans.map((mean, i) => mean - (this.#means[i] ?? 0));
    addPairProducts(centred, n, this.#comoments);
    for (let i = 0; i < n; i++) {
      const shiftScale = ((shifts[i] ?? 0) * this.#count * rows) / total;
      for (let j = 0; j <= i; j++)
        this.#comoments[i * n + j] = (this.#comoments[i * n + j] ?? 0) + shiftScale * (shifts[j] ?? 0);
    }
    for (let i = 0; i < n; i++) {
      // The first block's means are taken as they are: a detour over zero would round them.
      this.#means[i] =
        this.#count === 0 ? (blockMeans[i] ?? 0) : (this.#means[i] ?? 0) + ((shifts[i] ?? 0) * rows) / total;
    }
    this.#count = total;
  }

  /** Shape (channels, channels); NaN for a channel that never changes, as in numpy. */
  correlations(): Float64Array {
    const n = this.channels;
    const deviations = Float64Array.from({ length: n }, (_, i) => Math.sqrt(this.#comoments[i * n + i] ?? 0));
    const result = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const comoment = this.#comoments[i * n + j] ?? 0;
        const value = i === j && comoment > 0 ? 1 : comoment / ((deviations[i] ?? 0) * (deviations[j] ?? 0));
        result[i * n + j] = result[j * n + i] = Math.max(-1, Math.min(1, value));
      }
    }
    return result;
  }
}

/**
 * Subtracts each column's mean in place and returns the means. The first row is
 * taken off beforehand, which leaves exact zeros of a channel that never changes.
 */
function centre(samples: Float64Array, rows: number, columns: number): Float64Array {
  const first = samples.slice(0, columns);
  const means = new Float64Array(columns);
  for (let row = 0; row < samples.length; row += columns)
    for (let column = 0; column < columns; column++) {
      const fromFirst = (samples[row + column] ?? 0) - (first[column] ?? 0);
      samples[row + column] = fromFirst;
      means[column] = (means[column] ?? 0) + fromFirst / rows;
    }
  for (let row = 0; row < samples.length; row += columns)
    for (let column = 0; column < columns; column++)
      samples[row + column] = (samples[row + column] ?? 0) - (means[column] ?? 0);
  return means.map((mean, column) => mean + (first[column] ?? 0));
}
