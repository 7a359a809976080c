import { allocate, bytesOf, elementCount, itemSize, type NDArray } from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";
import type { LongOptions } from "@tvb-storage/files";
import { decodeChunk, encodeChunk, isRaw } from "../codecs/chunk-codec.js";
import type { ArrayLayout } from "../metadata/array-layout.js";
import type { ObjectStore } from "../stores/object-store.js";
import { type ChunkPart, chunkParts, combinations, positionsIn, wholeRanges } from "./chunk-grid.js";
import { ElementProgress } from "./element-progress.js";
import { inParallel } from "./in-parallel.js";
import { type ChunkSource, keyOf, readInto } from "./read-elements.js";
import { chunksInShard, formatShard } from "./shard.js";
import { boxOf, type CopyAxis, copyStrided, isRun, offsetOf, stridesOf } from "./strided-copy.js";

export interface ChunkTarget extends ChunkSource {
  readonly store: ObjectStore;
}

/**
 * Writes a block at an offset. Chunks that it covers are written; of others, what they hold within `before` stays, and
 * the rest of them is zero.
 *
 * @param before The shape up to which there are elements already.
 */
export async function writeElements(
  target: ChunkTarget,
  block: NDArray,
  offset: readonly number[],
  before: readonly number[],
  call?: LongOptions,
): Promise<void> {
  const { layout, prefix, store } = target;
  const perAxis = wholeRanges(block.shape, offset).map((range, axis) =>
    chunkParts(range, layout.chunks[axis] ?? 1),
  );
  const chunkBytes = elementCount(layout.chunks) * itemSize(block.dtype);
  const progress = new ElementProgress(block.dtype, block.shape, `writing ${prefix} of ${store.label}`, call);
  const { signal } = progress;
  await inParallel(combinations(perAxis), async (parts) => {
    await progress.begin(chunkBytes);
    const isWhole = parts.every(({ at, count }, axis) => at === 0 && count === layout.chunks[axis]);
    const chunk = isWhole
      ? boxOf(
          block,
          parts.map(({ to }) => to),
          layout.chunks,
        )
      : await partialChunk(target, block, parts, before, signal);
    await putChunk(target, parts, chunk, signal);
    progress.add(elementCount(parts.map(({ count }) => count)));
  });
}

/** A chunk of which a block has a part; where the store adds the zeros behind what is in it, without them. */
async function partialChunk(
  target: ChunkTarget,
  block: NDArray,
  parts: readonly ChunkPart[],
  before: readonly number[],
  signal: AbortSignal | undefined,
): Promise<NDArray> {
  const { layout } = target;
  const origin = parts.map(({ chunk }, axis) => chunk * (layout.chunks[axis] ?? 1));
  const kept = origin.map((start, axis) =>
    Math.max(0, Math.min((before[axis] ?? 0) - start, layout.chunks[axis] ?? 1)),
  );
  const isCovered = parts.every(({ at, count }, axis) => at === 0 && count >= (kept[axis] ?? 0));
  const used = parts.map(({ at, count }, axis) => Math.max(kept[axis] ?? 0, at + count));
  const chunk = emptyChunk(layout, isPadded(target, used) ? used : layout.chunks);
  // What was stored beyond them counts for nothing.
  if (
    !isCovered &&
    elementCount(kept) > 0 &&
    !(await takeStored(target, keyOf(target, parts), chunk, kept, signal))
  )
    await readInto(chunk, target, wholeRanges(kept, origin), signal && { signal });
  const strides = stridesOf(block.shape);
  const inChunk = stridesOf(chunk.shape);
  const axes = parts.map(({ count }, axis) => ({ count, from: strides[axis] ?? 1, to: inChunk[axis] ?? 1 }));
  const from = offsetOf(
    parts.map(({ to }) => to),
    strides,
  );
  const to = offsetOf(
    parts.map(({ at }) => at),
    inChunk,
  );
  copyStrided(block.data, from, chunk.data, to, axes, entriesPerElement(block.dtype));
  return chunk;
}

/** Whether a store adds the rest of a chunk that begins with elements of this shape, and has no others than zeros. */
function isPadded({ store, layout }: ChunkTarget, used: readonly number[]): boolean {
  if (store.putPadded === undefined || layout.shard !== undefined || !isRaw(layout)) return false;
  return isRun(axesBetween(used, layout.chunks, used));
}

/** Axes of elements that an array begins with, and another one, too. */
function axesBetween(
  counts: readonly number[],
  shape: readonly number[],
  otherShape: readonly number[],
): CopyAxis[] {
  const [from, to] = [stridesOf(shape), stridesOf(otherShape)];
  return counts.map((count, axis) => ({ count, from: from[axis] ?? 1, to: to[axis] ?? 1 }));
}

/**
 * Takes what stays of a chunk that is not in a shard and begins with it. False where that is not so, or there is none.
 */
async function takeStored(
  { store, layout }: ChunkTarget,
  key: string,
  chunk: NDArray,
  kept: readonly number[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (layout.shard !== undefined || !isRun(axesBetween(kept, chunk.shape, kept))) return false;
  const { data } = chunk;
  const count = elementCount(kept);
  const into =
    isRaw(layout) && !Array.isArray(data)
      ? bytesOf(data).subarray(0, count * layout.type.itemBytes)
      : undefined;
  if (into !== undefined && store.needsVersions !== true) {
    const bytes = await store.getRange(key, { offset: 0, length: into.length }, { signal, into });
    if (bytes === undefined) return false;
    if (bytes.buffer !== into.buffer || bytes.length < into.length)
      await takeDecoded(bytes, [count], layout, key, chunk, count);
    return true;
  }
  const bytes = (await store.get(key, { signal }))?.bytes;
  if (bytes === undefined) return false;
  await takeDecoded(bytes, layout.chunks, layout, key, chunk, count);
  return true;
}

async function takeDecoded(
  bytes: Uint8Array,
  shape: readonly number[],
  layout: ArrayLayout,
  key: string,
  chunk: NDArray,
  count: number,
): Promise<void> {
  const stored = await decodeChunk(bytes, shape, layout, key);
  copyStrided(stored.data, 0, chunk.data, 0, [{ count, from: 1, to: 1 }], entriesPerElement(chunk.dtype));
}

/** @param shape That of the chunks, or less of it. */
function emptyChunk({ type }: ArrayLayout, shape: readonly number[]): NDArray {
  const data = allocate(type.dtype, elementCount(shape));
  return { dtype: type.dtype, shape, data } as NDArray; // `allocate` gave the container of its type
}

async function putChunk(
  target: ChunkTarget,
  parts: readonly ChunkPart[],
  chunk: NDArray,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { store, layout } = target;
  const bytes = await (layout.shard === undefined ? encodeChunk : encodeShard)(chunk, layout);
  const key = keyOf(target, parts);
  const length = elementCount(layout.chunks) * layout.type.itemBytes;
  if (store.putPadded !== undefined && isRaw(layout) && bytes.length < length)
    await store.putPadded(key, bytes, length, { signal });
  else await store.put(key, bytes, { signal });
}

async function encodeShard(whole: NDArray, { shard, type, chunks }: ArrayLayout): Promise<Uint8Array> {
  if (shard === undefined) throw new TypeError("it has no shards"); // was checked
  const coded: Uint8Array[] = [];
  await inParallel([...positionsIn(chunksInShard(chunks, shard))].entries(), async ([i, position]) => {
    const start = position.map((index, axis) => index * (shard.chunks[axis] ?? 1));
    coded[i] = await encodeChunk(boxOf(whole, start, shard.chunks), { ...shard, type });
  });
  return formatShard(coded, shard);
}
