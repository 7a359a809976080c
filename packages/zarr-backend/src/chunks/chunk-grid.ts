import type { AxisRange } from "@tvb-storage/core";

/** What a selection takes of one chunk, along one axis. */
export interface ChunkPart {
  /** Which chunk. */
  readonly chunk: number;
  /** The first index in the chunk, and how far the next one is. */
  readonly at: number;
  readonly step: number;
  readonly count: number;
  /** Where that goes in the result. */
  readonly to: number;
}

/** A list, or what is like one and makes its entries when they are asked for. */
interface Entries<T> {
  readonly length: number;
  at(i: number): T | undefined;
}

/**
 * The chunks along one axis that a range has elements in. There may be more than memory has room for, so each is made when
 * it is asked for.
 *
 * @param before Where the elements of the range go in the result.
 */
export function chunkParts(
  { start, step, count }: AxisRange,
  length: number,
  before = 0,
): Entries<ChunkPart> {
  const chunkOf = (element: number): number => Math.floor((start + element * step) / length);
  const first = chunkOf(0);
  // Longer steps leave out chunks: then each element is in one of its own.
  const isSparse = step > length;
  return {
    length: isSparse || count === 0 ? count : chunkOf(count - 1) - first + 1,
    at(i) {
      const chunk = isSparse ? chunkOf(i) : first + i;
      const from = isSparse ? i : Math.max(0, Math.ceil((chunk * length - start) / step));
      const end = Math.min(count, Math.floor(((chunk + 1) * length - 1 - start) / step) + 1);
      const at = start + from * step - chunk * length;
      return { chunk, at, step, count: end - from, to: before + from };
    },
  };
}

/** All combinations of one entry of each list; one empty combination where there is no list. */
export function* combinations<T>(lists: readonly Entries<T>[]): Generator<readonly T[]> {
  if (lists.some(({ length }) => length === 0)) return;
  const position = lists.map(() => 0);
  for (;;) {
    yield lists.map((list, axis) => list.at(position[axis] ?? 0) as T); // within the list
    let axis = lists.length - 1;
    while (axis >= 0 && (position[axis] ?? 0) + 1 >= (lists[axis]?.length ?? 0)) position[axis--] = 0;
    if (axis < 0) return;
    position[axis] = (position[axis] ?? 0) + 1;
  }
}

/** All positions in a grid, in C order. */
export function positionsIn(grid: readonly number[]): Generator<readonly number[]> {
  return combinations(grid.map((length) => ({ length, at: (i) => i })));
}

/** How many chunks there are along each axis. */
export function gridShape(shape: readonly number[], chunks: readonly number[]): number[] {
  return shape.map((length, axis) => Math.ceil(length / (chunks[axis] ?? 1)));
}

/** Whole axes as ranges. */
export function wholeRanges(shape: readonly number[], offset: readonly number[] = []): AxisRange[] {
  return shape.map((count, axis) => ({ start: offset[axis] ?? 0, step: 1, count }));
}
