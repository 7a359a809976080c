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
    for (let at = start; at < end; at += step) {
      const x = data[at] as number; // within its length
      if (x - x !== 0) continue; // NaN and infinities
      sum += x;
      count++;
    }
    if (count === 0) return;
    const mean = Number.isFinite(sum) ? sum / count : carefulMean(data, start, end, step);
    let squares = 0;
    for (let at = start; at < end; at += step) {
      const x = data[at] as number; // within its length
      if (x - x !== 0) continue;
      squares += (x - mean) * (x - mean);
    }
    this.merge(count, sum, mean, squares);
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
