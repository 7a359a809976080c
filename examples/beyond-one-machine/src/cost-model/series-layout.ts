/** The axes are (time, variable, region, mode). */
export const TIME = 0;
export const REGION = 2;

/** A series, and how its elements are cut into objects. */
export interface SeriesLayout {
  readonly shape: readonly number[];
  readonly itemBytes: number;
  /** A chunk is coded as a whole, also where it reaches beyond the shape. */
  readonly chunks: readonly number[];
  /** Chunks of one object, where an object has more than one; multiples of `chunks`. */
  readonly shards?: readonly number[] | undefined;
  /** Bytes of a stored chunk by its bytes in memory; undefined: it is not compressed, and can be read in part. */
  readonly compressionRatio?: number | undefined;
}

/** Offset and length of each chunk of a shard, and a checksum. */
const INDEX_ENTRY_BYTES = 16;
const CHECKSUM_BYTES = 4;

export function product(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a * b, 1);
}

/** How many parts there are along each axis. */
function grid(shape: readonly number[], parts: readonly number[]): number[] {
  return shape.map((length, axis) => Math.ceil(length / (parts[axis] ?? 1)));
}

export function storedChunkBytes({ chunks, itemBytes, compressionRatio = 1 }: SeriesLayout): number {
  return product(chunks) * itemBytes * compressionRatio;
}

/** How many chunks an object has along each axis. */
export function shardGrid({ chunks, shards = chunks }: SeriesLayout): number[] {
  return grid(shards, chunks);
}

function chunksInShard(layout: SeriesLayout): number {
  return product(shardGrid(layout));
}

export function shardIndexBytes(layout: SeriesLayout): number {
  return chunksInShard(layout) * INDEX_ENTRY_BYTES + CHECKSUM_BYTES;
}

/** The shape of what one object holds. */
export function objectShape({ chunks, shards = chunks }: SeriesLayout): readonly number[] {
  return shards;
}

export function objectCount(layout: SeriesLayout): number {
  return product(grid(layout.shape, objectShape(layout)));
}

export function objectBytes(layout: SeriesLayout): number {
  const index = layout.shards === undefined ? 0 : shardIndexBytes(layout);
  return chunksInShard(layout) * storedChunkBytes(layout) + index;
}
