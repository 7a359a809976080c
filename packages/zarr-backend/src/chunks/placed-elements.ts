import { bytesOf, elementCount, itemSize, type NDArray } from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";
import type { ChunkPart } from "./chunk-grid.js";
import type { ElementProgress } from "./element-progress.js";
import { type CopyAxis, copyStrided, isRun, offsetOf, stridesOf } from "./strided-copy.js";

/** An array that takes elements of chunks. */
export class PlacedElements {
  readonly #strides: readonly number[];

  constructor(
    private readonly target: NDArray,
    private readonly progress: ElementProgress,
  ) {
    this.#strides = stridesOf(target.shape);
  }

  /** Takes parts of a chunk of a shape; of one that was fetched in part, the elements before `data` are `skipped`. */
  take(data: NDArray["data"], shape: readonly number[], parts: readonly ChunkPart[], skipped = 0): void {
    const first = parts.map(({ at }) => at);
    const from = offsetOf(first, stridesOf(shape)) - skipped;
    const entries = entriesPerElement(this.target.dtype);
    copyStrided(data, from, this.target.data, this.#start(parts), this.#axes(parts, shape), entries);
    this.count(parts);
  }

  /** The memory of parts of a chunk, where they follow each other here and in the chunk. */
  memoryFor(parts: readonly ChunkPart[], shape: readonly number[]): Uint8Array | undefined {
    const { data, dtype } = this.target;
    if (Array.isArray(data) || !isRun(this.#axes(parts, shape))) return undefined;
    const start = this.#start(parts) * itemSize(dtype);
    return bytesOf(data).subarray(
      start,
      start + elementCount(parts.map(({ count }) => count)) * itemSize(dtype),
    );
  }

  /** Parts that are there. */
  count(parts: readonly ChunkPart[]): void {
    this.progress.add(elementCount(parts.map(({ count }) => count)));
  }

  #start(parts: readonly ChunkPart[]): number {
    return offsetOf(
      parts.map(({ to }) => to),
      this.#strides,
    );
  }

  #axes(parts: readonly ChunkPart[], shape: readonly number[]): CopyAxis[] {
    const inChunk = stridesOf(shape);
    return parts.map(({ count, step }, axis) => ({
      count,
      from: step * (inChunk[axis] ?? 1),
      to: this.#strides[axis] ?? 1,
    }));
  }
}
