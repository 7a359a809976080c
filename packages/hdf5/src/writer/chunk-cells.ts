import { type Box, boxOf } from "../data/box.js";

/** A chunk of the grid over a dataset, and what a region takes of it. */
export interface ChunkCell {
  /** Of the chunk's first element in the dataset. */
  readonly offset: readonly number[];
  /** From the chunk (source) to the region (target). */
  readonly box: Box;
  /** The region has all elements of the chunk that are within the dataset. */
  readonly isWhole: boolean;
}

/** The chunks that a region of a dataset reaches into, in C order. */
export function* chunkCells(
  region: { readonly offset: readonly number[]; readonly shape: readonly number[] },
  chunkShape: readonly number[],
  extent: readonly number[],
): Generator<ChunkCell> {
  const ranges = region.offset.map((start, axis) => ({ start, step: 1, count: region.shape[axis] ?? 0 }));
  if (ranges.some(({ count }) => count === 0)) return;
  const lengthOf = (axis: number): number => chunkShape[axis] ?? 1;
  const low = ranges.map(({ start }, axis) => start - (start % lengthOf(axis)));
  const last = ranges.map(({ start, count }) => start + count - 1);
  const offset = [...low];
  for (;;) {
    const box = boxOf(ranges, offset, chunkShape);
    if (box !== undefined) {
      const isWhole = box.axes.every(({ source, count }, axis) => {
        const within = Math.min(lengthOf(axis), (extent[axis] ?? 0) - (offset[axis] ?? 0));
        return source === 0 && count >= within;
      });
      yield { offset: [...offset], box, isWhole };
    }
    let axis = offset.length - 1;
    for (; axis >= 0; axis -= 1) {
      const next = (offset[axis] ?? 0) + lengthOf(axis);
      if (next <= (last[axis] ?? 0)) {
        offset[axis] = next;
        break;
      }
      offset[axis] = low[axis] ?? 0;
    }
    if (axis < 0) return;
  }
}
