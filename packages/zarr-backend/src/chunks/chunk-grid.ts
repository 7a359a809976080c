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

/** The chunks along one axis that a range has elements in. */
export function chunkParts({ start, step, count }: AxisRange, length: number): ChunkPart[] {
  const parts: ChunkPart[] = [];
  for (let to = 0; to < count; ) {
    const position = start + to * step;
    const chunk = Math.floor(position / length);
    const end = Math.min(count, Math.floor(((chunk + 1) * length - 1 - start) / step) + 1);
    parts.push({ chunk, at: position - chunk * length, step, count: end - to, to });
    to = end;
  }
  return parts;
}

/** All combinations of one entry of each list; one empty combination where there is no list. */
export function* combinations<T>(lists: readonly (readonly T[])[]): Generator<readonly T[]> {
  if (lists.some((list) => list.length === 0)) return;
  const position = lists.map(() => 0);
  for (;;) {
    yield lists.map((list, axis) => list[position[axis] ?? 0] as T); // within the list
    let axis = lists.length - 1;
    while (axis >= 0 && (position[axis] ?? 0) + 1 >= (lists[axis]?.length ?? 0)) position[axis--] = 0;
    if (axis < 0) return;
    position[axis] = (position[axis] ?? 0) + 1;
  }
}

/** How many chunks there are along each axis. */
export function gridShape(shape: readonly number[], chunks: readonly number[]): number[] {
  return shape.map((length, axis) => Math.ceil(length / (chunks[axis] ?? 1)));
}

/** Whole axes as ranges. */
export function wholeRanges(shape: readonly number[], offset: readonly number[] = []): AxisRange[] {
  return shape.map((count, axis) => ({ start: offset[axis] ?? 0, step: 1, count }));
}
