import { bytesOf, elementCount, itemSize, type NDArray } from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";
import type { ChunkPart } from "./chunk-grid.js";
import type { ElementProgress } from "./element-progress.js";
import { type CopyAxis, copyStrided, isRun, offsetOf, stridesOf } from "./strided-copy.js";

/** What is copied before others have their turn. */
const MAX_PIECE_BYTES = 4 * 1024 * 1024;

/** The same parts, cut along their first axes into pieces of so many elements. */
function piecesOf(parts: readonly ChunkPart[], maxElements: number): (readonly ChunkPart[])[] {
  const elements = elementCount(parts.map(({ count }) => count));
  const axis = parts.findIndex(({ count }) => count > 1);
  const part = parts[axis];
  if (elements <= maxElements || part === undefined) return [parts];
  const length = Math.max(1, Math.floor((maxElements * part.count) / elements));
  const pieces: (readonly ChunkPart[])[] = [];
  for (let done = 0; done < part.count; done += length) {
    const count = Math.min(length, part.count - done);
    const piece = { ...part, at: part.at + done * part.step, count, to: part.to + done };
    pieces.push(
      ...piecesOf(
        parts.map((each, i) => (i === axis ? piece : each)),
        maxElements,
      ),
    );
  }
  return pieces;
}

/** An array that takes elements of chunks. */
export class PlacedElements {
  readonly #strides: readonly number[];

  constructor(
    private readonly target: NDArray,
    private readonly progress: ElementProgress,
  ) {
    this.#strides = stridesOf(target.shape);
  }

  /**
   * Takes parts of a chunk of a shape, long ones in turns with others; of a chunk that was fetched in part, the elements
   * before `data` are `skipped`.
   */
  async take(
    data: NDArray["data"],
    shape: readonly number[],
    parts: readonly ChunkPart[],
    skipped = 0,
  ): Promise<void> {
    const entries = entriesPerElement(this.target.dtype);
    const strides = stridesOf(shape);
    const pieces = piecesOf(parts, Math.floor(MAX_PIECE_BYTES / itemSize(this.target.dtype)));
    for (const piece of pieces) {
      const first = piece.map(({ at }) => at);
      const from = offsetOf(first, strides) - skipped;
      copyStrided(data, from, this.target.data, this.#start(piece), this.#axes(piece, shape), entries);
      this.count(piece);
      if (pieces.length > 1) await this.progress.begin(MAX_PIECE_BYTES);
    }
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
