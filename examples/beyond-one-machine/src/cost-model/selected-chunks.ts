import {
  objectShape,
  product,
  type SeriesLayout,
  shardIndexBytes,
  storedChunkBytes,
} from "./series-layout.js";

/** Requests, and the bytes of their answers. */
export interface Fetched {
  readonly requests: number;
  readonly bytes: number;
}

/** Neighbouring indices along one axis. */
export interface Range {
  readonly start: number;
  readonly count: number;
}

/** What a range takes of one part of an axis, and of how many parts it takes the same. */
interface Taken {
  readonly count: number;
  readonly parts: number;
}

/** The indexes of shards that a selection needs: one of each that it has a part of. */
export function fetchedIndexes(layout: SeriesLayout, ranges: readonly Range[]): Fetched {
  if (layout.shards === undefined) return { requests: 0, bytes: 0 };
  const requests = touched(ranges, objectShape(layout));
  return { requests, bytes: requests * shardIndexBytes(layout) };
}

/**
 * The chunks of a selection: whole ones where they are compressed or in shards; else only the bytes from the first to the
 * last element that is wanted, where those are at most half of the chunk.
 */
export function fetchedChunks(layout: SeriesLayout, ranges: readonly Range[]): Fetched {
  const { chunks, itemBytes } = layout;
  if (layout.shards !== undefined || layout.compressionRatio !== undefined) {
    const requests = touched(ranges, chunks);
    return { requests, bytes: requests * storedChunkBytes(layout) };
  }
  const strides = chunks.map((_, axis) => product(chunks.slice(axis + 1)));
  let [requests, bytes] = [0, 0];
  for (const parts of combinations(ranges.map((range, axis) => takenOf(range, chunks[axis] ?? 1)))) {
    const many = product(parts.map((part) => part.parts));
    const span = 1 + parts.reduce((end, { count }, axis) => end + (count - 1) * (strides[axis] ?? 1), 0);
    requests += many;
    bytes += many * (span * 2 <= product(chunks) ? span : product(chunks)) * itemBytes;
  }
  return { requests, bytes };
}

function touched(ranges: readonly Range[], parts: readonly number[]): number {
  return product(
    ranges.map(({ start, count }, axis) => {
      const length = parts[axis] ?? 1;
      return Math.floor((start + count - 1) / length) - Math.floor(start / length) + 1;
    }),
  );
}

/** The first and the last part, of which a range may take less than all, and those between them. */
function takenOf({ start, count }: Range, length: number): Taken[] {
  const first = Math.min(count, length - (start % length));
  const rest = count - first;
  const last = rest % length;
  const taken = [
    { count: first, parts: 1 },
    { count: length, parts: Math.floor(rest / length) },
    { count: last, parts: last === 0 ? 0 : 1 },
  ];
  return taken.filter(({ parts }) => parts > 0);
}

function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((one) => list.map((item) => [...one, item])), [[]]);
}
