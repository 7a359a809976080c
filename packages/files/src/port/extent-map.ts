/** A run of bytes of the data file, and where in the journal they are. */
interface MappedExtent {
  readonly start: number;
  readonly end: number;
  readonly at: number;
}

/** Which bytes of a file are in its journal, and where: sorted, never overlapping. */
export class ExtentMap {
  readonly #extents: MappedExtent[] = [];

  get isEmpty(): boolean {
    return this.#extents.length === 0;
  }

  /** Bytes `start` to `end` are at `at` from now on. */
  set(start: number, end: number, at: number): void {
    const first = this.#firstEndingAfter(start);
    const between: MappedExtent[] = [];
    let next = first;
    for (; next < this.#extents.length; next++) {
      const old = this.#extents[next];
      if (old === undefined || old.start >= end) break;
      if (old.start < start) between.push({ start: old.start, end: start, at: old.at });
      if (old.end > end) between.push({ start: end, end: old.end, at: old.at + (end - old.start) });
    }
    const before = this.#extents[first - 1];
    if (before?.end === start && before.at + (start - before.start) === at) {
      // Extend the one before, instead of one extent for every page of a long write.
      between.push({ start: before.start, end, at: before.at });
      between.sort((a, b) => a.start - b.start);
      this.#extents.splice(first - 1, next - first + 1, ...between);
      return;
    }
    between.push({ start, end, at });
    between.sort((a, b) => a.start - b.start);
    this.#extents.splice(first, next - first, ...between);
  }

  /** Number of extents. */
  get length(): number {
    return this.#extents.length;
  }

  /** Drops everything from `length` on. */
  cut(length: number): void {
    const first = this.#firstEndingAfter(length);
    const straddling = this.#extents[first];
    this.#extents.length = first;
    if (straddling !== undefined && straddling.start < length)
      this.#extents.push({ start: straddling.start, end: length, at: straddling.at });
  }

  /** Calls `visit` for each part of `start` to `end` that is in the journal. */
  visit(start: number, end: number, visit: (from: number, to: number, at: number) => void): void {
    for (let index = this.#firstEndingAfter(start); index < this.#extents.length; index++) {
      const extent = this.#extents[index];
      if (extent === undefined || extent.start >= end) return;
      const from = Math.max(start, extent.start);
      visit(from, Math.min(end, extent.end), extent.at + (from - extent.start));
    }
  }

  #firstEndingAfter(position: number): number {
    let low = 0;
    let high = this.#extents.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const extent = this.#extents[middle];
      if (extent !== undefined && extent.end <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
