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
import { boxOf, copyStrided, isRun, offsetOf, stridesOf } from "./strided-copy.js";

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

/** A chunk of which a block has a part. */
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
  const chunk = emptyChunk(layout);
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

/**
 * Takes what stays of a chunk that is stored as a whole and begins with it: of one that was got as a whole, the store may
 * know the version. False where that is not so, or there is none.
 */
async function takeStored(
  { store, layout }: ChunkTarget,
  key: string,
  chunk: NDArray,
  kept: readonly number[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const strides = stridesOf(chunk.shape);
  const inKept = stridesOf(kept);
  const axes = kept.map((count, axis) => ({ count, from: strides[axis] ?? 1, to: inKept[axis] ?? 1 }));
  if (layout.shard !== undefined || !isRun(axes)) return false;
  const { data } = chunk;
  const into = isRaw(layout) && !Array.isArray(data) ? bytesOf(data) : undefined;
  const bytes = (await store.get(key, { signal, into }))?.bytes;
  if (bytes === undefined) return false;
  const entries = entriesPerElement(chunk.dtype);
  if (into === undefined || bytes.buffer !== into.buffer) {
    const stored = await decodeChunk(bytes, layout.chunks, layout, key);
    copyStrided(stored.data, 0, data, 0, [{ count: elementCount(kept), from: 1, to: 1 }], entries);
  } else into.fill(0, elementCount(kept) * layout.type.itemBytes);
  return true;
}

function emptyChunk({ type, chunks }: ArrayLayout): NDArray {
  const data = allocate(type.dtype, elementCount(chunks));
  return { dtype: type.dtype, shape: chunks, data } as NDArray; // `allocate` gave the container of its type
}

async function putChunk(
  target: ChunkTarget,
  parts: readonly ChunkPart[],
  chunk: NDArray,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { store, layout } = target;
  const bytes = await (layout.shard === undefined ? encodeChunk : encodeShard)(chunk, layout);
  await store.put(keyOf(target, parts), bytes, { signal });
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
