import {
  type AxisRange,
  allocate,
  type DataType,
  elementCount,
  type NDArray,
  type ResolvedSelection,
  StaleTransaction,
  shapeText,
} from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import type { LongOptions } from "@tvb-storage/files";
import { decodeChunk, isRaw } from "../codecs/chunk-codec.js";
import { type ArrayLayout, chunkKey } from "../metadata/array-layout.js";
import { filledChunk } from "../metadata/fill-value.js";
import type { ReadableStore } from "../stores/object-store.js";
import { type ChunkPart, chunkParts, combinations } from "./chunk-grid.js";
import { ElementProgress } from "./element-progress.js";
import { AT_ONCE, inParallel } from "./in-parallel.js";
import { joinRanges } from "./joined-ranges.js";
import { PlacedElements } from "./placed-elements.js";
import { chunksInShard, indexRange, parseIndex } from "./shard.js";
import { offsetOf, stridesOf } from "./strided-copy.js";

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
  const { dtype } = source.layout.type;
  // With the axes that integers dropped, which have length 1.
  const counts = ranges.map(({ count }) => count);
  const data = allocateResult(dtype, counts);
  // `allocate` gave the container of its type.
  await readInto({ dtype, shape: counts, data } as NDArray, source, ranges, call);
  return { dtype, shape, data } as NDArray;
}

/** The same into an array, from its first element on; along each axis it has at least so many. */
export async function readInto(
  target: NDArray,
  source: ChunkSource,
  ranges: readonly AxisRange[],
  call?: LongOptions,
): Promise<void> {
  const counts = ranges.map(({ count }) => count);
  const what = `reading ${source.prefix} of ${source.store.label}`;
  const progress = new ElementProgress(target.dtype, counts, what, call);
  await eachChunk(source, ranges, progress, new PlacedElements(target, progress));
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

/** Gives each chunk that has elements of the ranges to `placed`. */
async function eachChunk(
  source: ChunkSource,
  ranges: readonly AxisRange[],
  progress: ElementProgress,
  placed: PlacedElements,
): Promise<void> {
  const { layout } = source;
  const perAxis = ranges.map((range, axis) => chunkParts(range, layout.chunks[axis] ?? 1));
  const chunkBytes = elementCount(layout.chunks) * layout.type.itemBytes;
  const shardsAtOnce = Math.min(AT_ONCE, elementCount(perAxis.map(({ length }) => length)));
  await inParallel(combinations(perAxis), async (parts) => {
    const key = keyOf(source, parts);
    if (layout.shard !== undefined)
      return eachInShard(source, key, parts, progress, placed, Math.floor(AT_ONCE / shardsAtOnce));
    await progress.begin(chunkBytes);
    await placeChunk(source, key, parts, progress, placed);
  });
}

/** The key of a chunk, or of a shard. */
export function keyOf({ prefix, layout }: ChunkSource, parts: readonly ChunkPart[]): string {
  const coordinates = parts.map(({ chunk }) => chunk);
  return prefix + chunkKey(layout, coordinates);
}

async function placeChunk(
  source: ChunkSource,
  key: string,
  parts: readonly ChunkPart[],
  { signal }: ElementProgress,
  placed: PlacedElements,
): Promise<void> {
  const { store, layout } = source;
  const { chunks, type } = layout;
  const span = spanOf(layout, parts);
  const all = elementCount(chunks);
  const isPart = span !== undefined && 2 * span.count <= all;
  // Where bytes need no change and go to one place, the store may put them there.
  const isWhole = span?.count === all;
  const into = isRaw(layout) && (isPart || isWhole) ? placed.memoryFor(parts, chunks) : undefined;
  const bytes = isPart
    ? await store.getRange(
        key,
        { offset: span.start * type.itemBytes, length: span.count * type.itemBytes },
        { signal, into },
      )
    : (await store.get(key, { signal, into }))?.bytes;
  if (bytes === undefined) await placeFill(source, key, parts, placed);
  else if (into !== undefined && isSameMemory(bytes, into)) placed.count(parts);
  else {
    const { data } = await decodeChunk(bytes, isPart ? [span.count] : chunks, layout, key);
    await placed.take(data, chunks, parts, isPart ? span.start : 0);
  }
}

/** Elements that follow each other in a chunk. */
interface Span {
  readonly start: number;
  readonly count: number;
}

/** What of a chunk spans all that is wanted of it, where a part of it can be decoded. */
function spanOf({ chunks, codecs, order, type }: ArrayLayout, parts: readonly ChunkPart[]): Span | undefined {
  if (codecs.length > 0 || order !== undefined || type.kind === "text") return undefined;
  const strides = stridesOf(chunks);
  const first = parts.map(({ at }) => at);
  const last = parts.map(({ at, count, step }) => at + (count - 1) * step);
  const start = offsetOf(first, strides);
  return { start, count: offsetOf(last, strides) - start + 1 };
}

/** @param atOnce Requests for chunks of this shard. */
async function eachInShard(
  source: ChunkSource,
  key: string,
  wanted: readonly ChunkPart[],
  progress: ElementProgress,
  placed: PlacedElements,
  atOnce: number,
): Promise<void> {
  const { signal } = progress;
  const { store, layout } = source;
  const { shard, chunks } = layout;
  if (shard === undefined) throw new TypeError("it has no shards"); // was checked
  const grid = chunksInShard(chunks, shard);
  const strides = stridesOf(grid);
  const count = elementCount(grid);
  const getIndex = () => store.getRange(key, indexRange(count, shard), { signal });
  const index = await getIndex();
  const places = index === undefined ? undefined : await parseIndex(index, count, shard, key);
  // A part of the shard is a range in it, cut again along the chunks in it.
  const perAxis = wanted.map(({ at, step, count: length, to }, axis) =>
    chunkParts({ start: at, step, count: length }, shard.chunks[axis] ?? 1, to),
  );
  const chunkBytes = elementCount(shard.chunks) * layout.type.itemBytes;
  const stored: { readonly offset: number; readonly length: number; readonly parts: readonly ChunkPart[] }[] =
    [];
  for (const parts of combinations(perAxis)) {
    const coordinates = parts.map(({ chunk }) => chunk);
    const place = places?.[offsetOf(coordinates, strides)];
    if (place !== undefined) stored.push({ ...place, parts });
    else {
      await progress.begin(chunkBytes);
      await placeFill(source, key, parts, placed);
    }
  }
  try {
    await inParallel(
      joinRanges(stored),
      async ({ offset, length, ranges }) => {
        const bytes = await store.getRange(key, { offset, length }, { signal });
        if (bytes?.length !== length)
          throw new FileStorageException(
            `the shard ${key} is damaged: it ends in a chunk that its index has`,
          );
        await inParallel(ranges, async ({ parts, ...place }) => {
          await progress.begin(chunkBytes);
          const coded = bytes.subarray(place.offset - offset, place.offset - offset + place.length);
          const { data } = await decodeChunk(coded, shard.chunks, { ...shard, type: layout.type }, key);
          await placed.take(data, shard.chunks, parts);
        });
      },
      atOnce,
    );
  } catch (error) {
    // An append puts a shard anew before its commit, and has other places for the chunks in it.
    if (signal?.aborted === true || isSame(await getIndex(), index)) throw error;
    throw new StaleTransaction(`the shard ${key} is put anew faster than it can be read; try again later`);
  }
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a?.length === b?.length && a?.every((byte, i) => byte === b?.[i]) !== false;
}

/**
 * Of a chunk that is not stored, what is wanted of it: the fill value.
 *
 * @throws FileStorageException all chunks were stored, or are to be.
 */
async function placeFill(
  { layout, missing }: ChunkSource,
  key: string,
  parts: readonly ChunkPart[],
  placed: PlacedElements,
): Promise<void> {
  if (missing === "lost") throw new FileStorageException(`the chunk ${key} is missing`);
  if (missing === "unwritten")
    throw new FileStorageException(
      `no writer has stored the region of the chunk ${key} yet; missingRegions lists all that are missing`,
    );
  const counts = parts.map(({ count }) => count);
  const { data } = filledChunk(layout, counts);
  await placed.take(
    data,
    counts,
    parts.map((part) => ({ ...part, at: 0, step: 1 })),
  );
}

function isSameMemory(a: Uint8Array, b: Uint8Array): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;
}
