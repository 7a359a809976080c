/** What one request fetches for several chunks: a request costs as long as some megabytes do. */
const MAX_JOINED_BYTES = 8 * 1024 * 1024;

/** A part of an object. */
interface Part {
  readonly offset: number;
  readonly length: number;
}

export interface JoinedRange<T extends Part> extends Part {
  readonly ranges: readonly T[];
}

/** Ranges in the order of their offsets, those that follow each other without a gap as one. */
export function joinRanges<T extends Part>(ranges: readonly T[]): JoinedRange<T>[] {
  const joined: { offset: number; length: number; ranges: T[] }[] = [];
  for (const range of [...ranges].sort((a, b) => a.offset - b.offset)) {
    const { offset, length } = range;
    const last = joined.at(-1);
    const isNext = last !== undefined && offset === last.offset + last.length;
    if (isNext && last.length + length <= MAX_JOINED_BYTES) {
      last.ranges.push(range);
      last.length += length;
    } else joined.push({ offset, length, ranges: [range] });
  }
  return joined;
}
