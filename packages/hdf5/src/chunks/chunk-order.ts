import type { Dataspace } from "../datatypes/dataspace-message.js";
import type { ChunkedLayout } from "./chunk-index.js";

/** Where the chunk that an index has under a number is in the dataset: of its first element, one entry an axis. */
export type ChunkOffset = (index: number) => number[];

/**
 * How indexes that count chunks order them: in C order over the largest extent
 * of the dataset, an axis without limit (there is at most one) before all others.
 */
export function chunkOffsets(layout: ChunkedLayout, space: Dataspace): ChunkOffset {
  const { chunkShape } = layout;
  const { order, counts } = chunkGrid(layout, space);
  return (index) => {
    const offset = chunkShape.map(() => 0);
    let rest = index;
    for (let at = order.length - 1; at >= 0; at--) {
      const axis = order[at] ?? 0;
      // The first one in the order takes what is left.
      const count = at === 0 ? Number.POSITIVE_INFINITY : (counts[axis] ?? 1);
      const scaled = at === 0 ? rest : rest % count;
      offset[axis] = scaled * (chunkShape[axis] ?? 1);
      rest = Math.floor(rest / count);
    }
    return offset;
  };
}

/** The number that an index has a chunk under: the inverse of `chunkOffsets`. */
export function chunkNumbers(layout: ChunkedLayout, space: Dataspace): (offset: readonly number[]) => number {
  const { chunkShape } = layout;
  const { order, counts } = chunkGrid(layout, space);
  return (offset) =>
    order.reduce((number, axis) => {
      const scaled = Math.floor((offset[axis] ?? 0) / (chunkShape[axis] ?? 1));
      return number * (counts[axis] ?? 1) + scaled;
    }, 0);
}

/** The axes in the order of the numbers, and how many chunks each has at most. */
function chunkGrid({ chunkShape }: ChunkedLayout, space: Dataspace): { order: number[]; counts: number[] } {
  const unlimited = Math.max(0, space.maxShape.indexOf(null));
  const axes = chunkShape.map((_, axis) => axis);
  const order = [unlimited, ...axes.filter((axis) => axis !== unlimited)];
  const counts = chunkShape.map((length, axis) => {
    const extent = space.maxShape[axis] ?? space.shape[axis] ?? 0;
    return Math.max(1, Math.ceil(extent / length));
  });
  return { order, counts };
}

/** Which of two offsets comes first in a B-tree. */
export function compareOffsets(left: readonly number[], right: readonly number[]): number {
  for (let axis = 0; axis < left.length; axis++) {
    const difference = (left[axis] ?? 0) - (right[axis] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
