import { type AxisRange, allocate, elementCount, type NDArray } from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";
import type { LongOptions } from "@tvb-storage/files";
import { encodeChunk } from "../codecs/chunk-codec.js";
import { type ArrayLayout, chunkKey } from "../metadata/array-layout.js";
import type { ObjectStore } from "../stores/object-store.js";
import { type ChunkPart, chunkParts, combinations, wholeRanges } from "./chunk-grid.js";
import { ElementProgress } from "./element-progress.js";
import { inParallel } from "./in-parallel.js";
import { type ChunkSource, readElements } from "./read-elements.js";
import { chunksInShard, formatShard } from "./shard.js";
import { copyStrided, stridesOf } from "./strided-copy.js";

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
  const strides = stridesOf(block.shape);
  const progress = new ElementProgress(block.dtype, block.shape, `writing ${prefix} of ${store.label}`, call);
  const { signal } = progress;
  await inParallel(combinations(perAxis), async (parts) => {
    progress.check();
    const origin = parts.map(({ chunk }, axis) => chunk * (layout.chunks[axis] ?? 1));
    const kept = origin.map((start, axis) =>
      Math.max(0, Math.min((before[axis] ?? 0) - start, layout.chunks[axis] ?? 1)),
    );
    const isCovered = parts.every(({ at, count }, axis) => at === 0 && count >= (kept[axis] ?? 0));
    const chunk =
      isCovered || elementCount(kept) === 0
        ? emptyChunk(layout)
        : await keptChunk(target, origin, kept, signal);
    const inChunk = stridesOf(chunk.shape);
    const axes = parts.map(({ count }, axis) => ({
      count,
      from: strides[axis] ?? 1,
      to: inChunk[axis] ?? 1,
    }));
    const from = startOf(
      parts.map(({ to }) => to),
      strides,
    );
    const to = startOf(
      parts.map(({ at }) => at),
      inChunk,
    );
    copyStrided(block.data, from, chunk.data, to, axes, entriesPerElement(block.dtype));
    await putChunk(target, parts, chunk, signal);
    progress.add(elementCount(parts.map(({ count }) => count)));
  });
}

function startOf(position: readonly number[], strides: readonly number[]): number {
  return position.reduce((sum, index, axis) => sum + index * (strides[axis] ?? 1), 0);
}

function emptyChunk({ type, chunks }: ArrayLayout): NDArray {
  const data = allocate(type.dtype, elementCount(chunks));
  return { dtype: type.dtype, shape: chunks, data } as NDArray; // `allocate` gave the container of its type
}

/** A chunk with the elements that stay; what it holds beyond them counts for nothing. */
async function keptChunk(
  target: ChunkTarget,
  origin: readonly number[],
  kept: readonly number[],
  signal: AbortSignal | undefined,
): Promise<NDArray> {
  const ranges: AxisRange[] = wholeRanges(kept, origin);
  const call = signal && { signal };
  const elements = await readElements(target, { ranges, shape: kept, whole: false }, call);
  const chunk = emptyChunk(target.layout);
  const [from, to] = [stridesOf(kept), stridesOf(chunk.shape)];
  const axes = kept.map((count, axis) => ({ count, from: from[axis] ?? 1, to: to[axis] ?? 1 }));
  copyStrided(elements.data, 0, chunk.data, 0, axes, entriesPerElement(chunk.dtype));
  return chunk;
}

async function putChunk(
  { store, prefix, layout }: ChunkTarget,
  parts: readonly ChunkPart[],
  chunk: NDArray,
  signal: AbortSignal | undefined,
): Promise<void> {
  const key =
    prefix +
    chunkKey(
      layout,
      parts.map((part) => part.chunk),
    );
  const { shard } = layout;
  const bytes = shard === undefined ? await encodeChunk(chunk, layout) : await encodeShard(chunk, layout);
  await store.put(key, bytes, { signal });
}

async function encodeShard(whole: NDArray, { shard, type, chunks }: ArrayLayout): Promise<Uint8Array> {
  if (shard === undefined) throw new TypeError("it has no shards"); // was checked
  const coded: Uint8Array[] = [];
  const from = stridesOf(chunks);
  const to = stridesOf(shard.chunks);
  const positions = chunksInShard(chunks, shard).map((length) => Array.from({ length }, (_, i) => i));
  for (const position of combinations(positions)) {
    const data = allocate(type.dtype, elementCount(shard.chunks));
    const axes = shard.chunks.map((count, axis) => ({ count, from: from[axis] ?? 1, to: to[axis] ?? 1 }));
    const start = startOf(
      position.map((index, axis) => index * (shard.chunks[axis] ?? 1)),
      from,
    );
    copyStrided(whole.data, start, data, 0, axes, entriesPerElement(type.dtype));
    const chunk = { dtype: type.dtype, shape: shard.chunks, data } as NDArray; // the container of its type
    coded.push(await encodeChunk(chunk, { ...shard, type }));
  }
  return formatShard(coded, shard);
}
