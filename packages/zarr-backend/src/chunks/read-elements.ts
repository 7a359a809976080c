import {
  type AxisRange,
  allocate,
  type DataType,
  elementCount,
  type NDArray,
  type ResolvedSelection,
  shapeText,
} from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import type { LongOptions } from "@tvb-storage/files";
import { decodeChunk } from "../codecs/chunk-codec.js";
import { type ArrayLayout, chunkKey } from "../metadata/array-layout.js";
import { filledChunk } from "../metadata/fill-value.js";
import type { ReadableStore } from "../stores/object-store.js";
import { type ChunkPart, chunkParts, combinations } from "./chunk-grid.js";
import { ElementProgress } from "./element-progress.js";
import { inParallel } from "./in-parallel.js";
import { chunksInShard, indexRange, parseIndex } from "./shard.js";
import { copyStrided, stridesOf } from "./strided-copy.js";

/** The chunks of one array. */
export interface ChunkSource {
  readonly store: ReadableStore;
  /** What the keys of its chunks begin with: `weights/`. */
  readonly prefix: string;
  readonly layout: ArrayLayout;
  /** What a chunk that is not stored is: the fill value; lost, since all were stored; or one that is still to be written. */
  readonly missing: "fill" | "lost" | "unwritten";
}

/** The selected elements: only the chunks that hold some of them are fetched, of a shard only the chunks in it. */
export async function readElements(
  source: ChunkSource,
  { ranges, shape }: ResolvedSelection,
  call?: LongOptions,
): Promise<NDArray> {
  const { layout } = source;
  const { dtype } = layout.type;
  // With the axes that integers dropped, which have length 1.
  const counts = ranges.map(({ count }) => count);
  const target = allocateResult(dtype, counts);
  const strides = stridesOf(counts);
  const what = `reading ${source.prefix} of ${source.store.label}`;
  const progress = new ElementProgress(dtype, counts, what, call);
  await eachChunk(source, ranges, progress, (chunk, parts, skipped = 0) => {
    const inChunk = stridesOf(chunk.shape);
    const axes = parts.map(({ count, step }, axis) => {
      return { count, from: step * (inChunk[axis] ?? 1), to: strides[axis] ?? 1 };
    });
    const from = sumOf(parts, ({ at }, axis) => at * (inChunk[axis] ?? 1)) - skipped;
    const to = sumOf(parts, (part, axis) => part.to * (strides[axis] ?? 1));
    copyStrided(chunk.data, from, target, to, axes, entriesPerElement(dtype));
    progress.add(elementCount(parts.map(({ count }) => count)));
  });
  return { dtype, shape, data: target } as NDArray; // `allocate` gave the container of its type
}

/** @throws FileStorageException there is no memory for it. */
function allocateResult(dtype: DataType, shape: readonly number[]): NDArray["data"] {
  try {
    return allocate(dtype, elementCount(shape));
  } catch (cause) {
    throw new FileStorageException(
      `${shapeText(shape)} elements of ${dtype} do not fit into memory; select a part, or stream it`,
      { cause },
    );
  }
}

function sumOf<T>(items: readonly T[], work: (item: T, index: number) => number): number {
  return items.reduce((sum, item, index) => sum + work(item, index), 0);
}

/** Takes a chunk, decoded, with what is wanted of it; of one that was fetched in part, the elements before it are `skipped`. */
type TakeChunk = (chunk: NDArray, parts: readonly ChunkPart[], skipped?: number) => void;

/** Gives each chunk that has elements of the ranges. */
async function eachChunk(
  source: ChunkSource,
  ranges: readonly AxisRange[],
  progress: ElementProgress,
  take: TakeChunk,
): Promise<void> {
  const { signal } = progress;
  const { store, layout, prefix } = source;
  const perAxis = ranges.map((range, axis) => chunkParts(range, layout.chunks[axis] ?? 1));
  await inParallel(combinations(perAxis), async (parts) => {
    progress.check();
    const key =
      prefix +
      chunkKey(
        layout,
        parts.map(({ chunk }) => chunk),
      );
    if (layout.shard !== undefined) return eachInShard(source, key, parts, progress, take);
    const span = spanOf(layout, parts);
    if (span !== undefined) return eachInSpan(source, key, parts, span, progress, take);
    const bytes = (await store.get(key, { signal }))?.bytes;
    if (bytes === undefined) takeFill(source, key, parts, take);
    else take(await decodeChunk(bytes, layout.chunks, layout, key), parts);
  });
}

/** Elements that follow each other in a chunk. */
interface Span {
  readonly start: number;
  readonly count: number;
}

/** What of a chunk spans all that is wanted of it, where that is the smaller part, and a part can be decoded. */
function spanOf({ chunks, codecs, order, type }: ArrayLayout, parts: readonly ChunkPart[]): Span | undefined {
  if (codecs.length > 0 || order !== undefined || type.kind === "text") return undefined;
  const strides = stridesOf(chunks);
  const start = sumOf(parts, ({ at }, axis) => at * (strides[axis] ?? 1));
  const count = sumOf(parts, (part, axis) => (part.count - 1) * part.step * (strides[axis] ?? 1)) + 1;
  return count * 2 <= elementCount(chunks) ? { start, count } : undefined;
}

async function eachInSpan(
  source: ChunkSource,
  key: string,
  parts: readonly ChunkPart[],
  { start, count }: Span,
  { signal }: ElementProgress,
  take: TakeChunk,
): Promise<void> {
  const { store, layout } = source;
  const { itemBytes } = layout.type;
  const range = { offset: start * itemBytes, length: count * itemBytes };
  const bytes = await store.getRange(key, range, { signal });
  if (bytes === undefined) return takeFill(source, key, parts, take);
  const { dtype, data } = await decodeChunk(bytes, [count], layout, key);
  take({ dtype, shape: layout.chunks, data } as NDArray, parts, start); // the container of its type
}

async function eachInShard(
  source: ChunkSource,
  key: string,
  wanted: readonly ChunkPart[],
  progress: ElementProgress,
  take: TakeChunk,
): Promise<void> {
  const { signal } = progress;
  const { store, layout } = source;
  const { shard, chunks } = layout;
  if (shard === undefined) throw new TypeError("it has no shards"); // was checked
  const grid = chunksInShard(chunks, shard);
  const strides = stridesOf(grid);
  const count = elementCount(grid);
  const index = await store.getRange(key, indexRange(count, shard), { signal });
  const places = index === undefined ? undefined : await parseIndex(index, count, shard, key);
  // A part of the shard is a range in it, cut again along the chunks in it.
  const perAxis = wanted.map(({ at, step, count: length, to }, axis) =>
    chunkParts({ start: at, step, count: length }, shard.chunks[axis] ?? 1).map((part) => ({
      ...part,
      to: part.to + to,
    })),
  );
  await inParallel(combinations(perAxis), async (parts) => {
    progress.check();
    const place = places?.[sumOf(parts, ({ chunk }, axis) => chunk * (strides[axis] ?? 1))];
    const bytes = place && (await store.getRange(key, place, { signal }));
    if (place !== undefined && bytes?.length !== place.length)
      throw new FileStorageException(`the shard ${key} is damaged: it ends in a chunk that its index has`);
    if (bytes === undefined) takeFill(source, key, parts, take);
    else take(await decodeChunk(bytes, shard.chunks, { ...shard, type: layout.type }, key), parts);
  });
}

/**
 * Of a chunk that is not stored, what is wanted of it: the fill value.
 *
 * @throws FileStorageException all chunks were stored, or are to be.
 */
function takeFill(
  { layout, missing }: ChunkSource,
  key: string,
  parts: readonly ChunkPart[],
  take: TakeChunk,
): void {
  if (missing === "lost") throw new FileStorageException(`the chunk ${key} is missing`);
  if (missing === "unwritten")
    throw new FileStorageException(
      `no writer has stored the region of the chunk ${key} yet; missingRegions lists all that are missing`,
    );
  const filled = filledChunk(
    layout,
    parts.map(({ count }) => count),
  );
  take(
    filled,
    parts.map((part) => ({ ...part, at: 0, step: 1 })),
  );
}
