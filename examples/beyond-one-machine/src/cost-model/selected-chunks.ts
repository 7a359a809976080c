import {
  objectShape,
  product,
  type SeriesLayout,
  shardGrid,
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
  /** The first index in the part. */
  readonly at: number;
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
  const { chunks, shards, itemBytes, compressionRatio } = layout;
  const strides = chunks.map((_, axis) => product(chunks.slice(axis + 1)));
  let [requests, bytes] = [0, 0];
  const taken = ranges.map((range, axis) => takenOf(range, objectShape(layout)[axis] ?? 1));
  for (const parts of combinations(taken)) {
    const objects = product(parts.map((part) => part.parts));
    if (shards !== undefined) {
      const fetched = fetchedInShard(layout, parts);
      requests += objects * fetched.requests;
      bytes += objects * fetched.bytes;
      continue;
    }
    requests += objects;
    const span = 1 + parts.reduce((end, { count }, axis) => end + (count - 1) * (strides[axis] ?? 1), 0);
    const isPart = compressionRatio === undefined && span * 2 <= product(chunks);
    bytes += objects * (isPart ? span * itemBytes : storedChunkBytes(layout));
  }
  return { requests, bytes };
}

/** Chunks that follow each other in a shard are one request, up to 8 MiB. */
const MAX_JOINED_BYTES = 8 * 2 ** 20;

function fetchedInShard(layout: SeriesLayout, parts: readonly Taken[]): Fetched {
  const wanted = parts.map(({ at, count }, axis) => partsOf({ start: at, count }, layout.chunks[axis] ?? 1));
  const inShard = shardGrid(layout);
  // Chunks are in C order: those of the last axes follow each other where all of them are wanted.
  let axis = wanted.length - 1;
  while (axis > 0 && wanted[axis] === inShard[axis]) axis--;
  const run = product(wanted.slice(axis));
  const chunksOfRequest = Math.max(1, Math.floor(MAX_JOINED_BYTES / storedChunkBytes(layout)));
  return {
    requests: product(wanted.slice(0, axis)) * Math.ceil(run / chunksOfRequest),
    bytes: product(wanted) * storedChunkBytes(layout),
  };
}

function touched(ranges: readonly Range[], lengths: readonly number[]): number {
  return product(ranges.map((range, axis) => partsOf(range, lengths[axis] ?? 1)));
}

/** How many parts of a length a range has a piece of. */
function partsOf({ start, count }: Range, length: number): number {
  return Math.floor((start + count - 1) / length) - Math.floor(start / length) + 1;
}

/** The first and the last part, of which a range may take less than all, and those between them. */
function takenOf({ start, count }: Range, length: number): Taken[] {
  const first = Math.min(count, length - (start % length));
  const rest = count - first;
  const last = rest % length;
  const taken = [
    { at: start % length, count: first, parts: 1 },
    { at: 0, count: length, parts: Math.floor(rest / length) },
    { at: 0, count: last, parts: last === 0 ? 0 : 1 },
  ];
  return taken.filter(({ parts }) => parts > 0);
}

function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((one) => list.map((item) => [...one, item])), [[]]);
}
