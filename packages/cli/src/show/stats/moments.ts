/** Elements for which a mean is found at once; they stay in the processor's cache for the second pass. */
const RUN = 4096;

/** Mean and standard deviation of finite numbers that come in parts, with small errors for any number of them. */
export class Moments {
  count = 0;
  #sum = 0;
  #lost = 0;
  #mean = 0;
  #squares = 0;

  /** Takes numbers `from` on, `step` apart; those that are not finite are left out. */
  add(data: ArrayLike<number>, from = 0, step = 1): void {
    for (let start = from; start < data.length; start += RUN * step)
      this.#addRun(data, start, Math.min(data.length, start + RUN * step), step);
  }

  #addRun(data: ArrayLike<number>, start: number, end: number, step: number): void {
    let sum = 0;
    let count = 0;
    // Most runs are of finite numbers only, which their sum shows.
    if (step === 1) {
      sum = sumOf(data, start, end);
      count = end - start;
    }
    if (step !== 1 || !Number.isFinite(sum)) {
      sum = 0;
      count = 0;
      for (let at = start; at < end; at += step) {
        const x = data[at] as number; // within its length
        if (x - x !== 0) continue; // NaN and infinities
        sum += x;
        count++;
      }
    }
    if (count === 0) return;
    const mean = Number.isFinite(sum) ? sum / count : carefulMean(data, start, end, step);
    const isWhole = step === 1 && count === end - start;
    this.merge(
      count,
      sum,
      mean,
      isWhole ? squaresOf(data, start, end, mean) : finiteSquares(data, start, end, step, mean),
    );
  }

  /** Adds numbers of which these are known (Chan, Golub, LeVeque: updating formulae, 1979). */
  merge(count: number, sum: number, mean: number, squares: number): void {
    const all = this.count + count;
    const distance = mean - this.#mean;
    // Where there was nothing before, a product with 0 could be one of infinity.
    this.#squares += squares + (this.count === 0 ? 0 : distance * distance * ((this.count / all) * count));
    this.#mean += distance * (count / all);
    this.count = all;
    // Neumaier's sum.
    const next = this.#sum + sum;
    this.#lost += Math.abs(this.#sum) >= Math.abs(sum) ? this.#sum - next + sum : sum - next + this.#sum;
    this.#sum = next;
  }

  get mean(): number {
    const sum = this.#sum + this.#lost;
    return Number.isFinite(sum) ? sum / this.count : this.#mean;
  }

  /** Of the population: the squares are divided by the count, as numpy does. */
  get variance(): number {
    return this.#squares / this.count;
  }
}

// Four sums side by side: an addition need not wait for the one before.

function sumOf(data: ArrayLike<number>, start: number, end: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let at = start;
  for (; at + 3 < end; at += 4) {
    a += data[at] as number; // within its length, as below
    b += data[at + 1] as number;
    c += data[at + 2] as number;
    d += data[at + 3] as number;
  }
  for (; at < end; at++) a += data[at] as number;
  return a + b + (c + d);
}

function squaresOf(data: ArrayLike<number>, start: number, end: number, mean: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let at = start;
  for (; at + 3 < end; at += 4) {
    const p = (data[at] as number) - mean; // within its length, as below
    const q = (data[at + 1] as number) - mean;
    const r = (data[at + 2] as number) - mean;
    const s = (data[at + 3] as number) - mean;
    a += p * p;
    b += q * q;
    c += r * r;
    d += s * s;
  }
  for (; at < end; at++) a += ((data[at] as number) - mean) ** 2;
  return a + b + (c + d);
}

function finiteSquares(
  data: ArrayLike<number>,
  start: number,
  end: number,
  step: number,
  mean: number,
): number {
  let squares = 0;
  for (let at = start; at < end; at += step) {
    const x = data[at] as number; // within its length
    if (x - x === 0) squares += (x - mean) * (x - mean);
  }
  return squares;
}

/** The mean of numbers whose sum is too large. */
function carefulMean(data: ArrayLike<number>, start: number, end: number, step: number): number {
  let mean = 0;
  let count = 0;
  for (let at = start; at < end; at += step) {
    const x = data[at] as number; // within its length
    if (Number.isFinite(x)) mean += x / ++count - mean / count;
  }
  return mean;
}
