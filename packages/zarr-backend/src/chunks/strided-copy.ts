import { allocate, elementCount, type NDArray } from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";

type Container = NDArray["data"];

/** One axis of a copy: how many elements, and how far apart they are on either side. */
export interface CopyAxis {
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** Distances between neighbours along each axis, in C order. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return strides;
}

/** How many elements are before a position. */
export function offsetOf(position: readonly number[], strides: readonly number[]): number {
  return position.reduce((sum, index, axis) => sum + index * (strides[axis] ?? 1), 0);
}

/** Whether elements follow each other on both sides; each axis has some. */
export function isRun(axes: readonly CopyAxis[]): boolean {
  const [axis, ...more] = merge(axes);
  return axis === undefined || (more.length === 0 && axis.from === 1 && axis.to === 1);
}

/** A box in an array. It shares the memory of the array where its elements follow each other there, else it is a copy. */
export function boxOf(
  { dtype, shape, data }: NDArray,
  start: readonly number[],
  box: readonly number[],
): NDArray {
  const strides = stridesOf(shape);
  const inBox = stridesOf(box);
  const axes = box.map((count, axis) => ({ count, from: strides[axis] ?? 1, to: inBox[axis] ?? 1 }));
  const entries = entriesPerElement(dtype);
  const first = offsetOf(start, strides);
  const count = elementCount(box);
  // What other threads may change at any time is copied: not every store or codec takes it.
  if (!Array.isArray(data) && data.buffer instanceof ArrayBuffer && isRun(axes)) {
    const part = data.subarray(first * entries, (first + count) * entries);
    return { dtype, shape: box, data: part } as NDArray; // the container of its type
  }
  const copy = allocate(dtype, count);
  copyStrided(data, first, copy, 0, axes, entries);
  return { dtype, shape: box, data: copy } as NDArray; // `allocate` gave the container of its type
}

/**
 * Copies elements between two containers of one type, axis by axis. Starts and distances count elements, of
 * `entries` entries each.
 */
export function copyStrided(
  source: Container,
  fromStart: number,
  target: Container,
  toStart: number,
  axes: readonly CopyAxis[],
  entries: number,
): void {
  if (axes.some(({ count }) => count === 0)) return;
  const scaled = axes.map(({ count, from, to }) => ({ count, from: from * entries, to: to * entries }));
  const merged = merge(entries === 1 ? scaled : [...scaled, { count: entries, from: 1, to: 1 }]);
  const last = merged.at(-1);
  // A single element has no axis.
  const inner = last ?? { count: 1, from: 1, to: 1 };
  const visit = (depth: number, from: number, to: number): void => {
    const axis = merged[depth];
    if (axis === undefined || depth >= merged.length - 1) {
      copyRun(source, from, target, to, inner);
      return;
    }
    for (let i = 0; i < axis.count; i++) visit(depth + 1, from + i * axis.from, to + i * axis.to);
  };
  visit(0, fromStart * entries, toStart * entries);
}

/** Neighbouring axes that follow each other on both sides are one. */
function merge(axes: readonly CopyAxis[]): CopyAxis[] {
  const merged: CopyAxis[] = [];
  for (const axis of axes.filter(({ count }) => count > 1)) {
    const outer = merged.at(-1);
    if (outer !== undefined && outer.from === axis.from * axis.count && outer.to === axis.to * axis.count)
      merged[merged.length - 1] = { count: outer.count * axis.count, from: axis.from, to: axis.to };
    else merged.push(axis);
  }
  return merged;
}

/** For fewer entries a loop is faster than making a subarray. */
const MIN_RUN = 16;

function copyRun(source: Container, from: number, target: Container, to: number, axis: CopyAxis): void {
  const { count } = axis;
  const isRun = axis.from === 1 && axis.to === 1 && count >= MIN_RUN;
  if (isRun && !Array.isArray(source) && !Array.isArray(target)) {
    target.set(source.subarray(from, from + count) as never, to); // both are the container of one type
    return;
  }
  for (let i = 0; i < count; i++) target[to + i * axis.to] = source[from + i * axis.from] as never; // of one type
}
