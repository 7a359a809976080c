import type { AxisRange } from "@tvb-storage/core/arrays";

/** What a selection takes of one axis of a block of storage. */
interface BoxAxis {
  /** The first index within the block. */
  readonly source: number;
  /** From one index to the next. */
  readonly step: number;
  readonly count: number;
  /** The first index in the result. */
  readonly target: number;
}

/** The elements that a selection takes of a block of storage (a chunk, or a contiguous dataset). */
export interface Box {
  readonly axes: readonly BoxAxis[];
  /** In elements, from one index of an axis to the next: in the block, and in the result. */
  readonly sourceStrides: readonly number[];
  readonly targetStrides: readonly number[];
}

/**
 * What `ranges` take of the block of `shape` that begins at `origin` of the
 * dataset; undefined where they take nothing of it.
 */
export function boxOf(
  ranges: readonly AxisRange[],
  origin: readonly number[],
  shape: readonly number[],
): Box | undefined {
  const axes: BoxAxis[] = [];
  for (const [axis, { start, step, count }] of ranges.entries()) {
    const low = origin[axis] ?? 0;
    const high = low + (shape[axis] ?? 1) - 1;
    const target = Math.max(0, Math.ceil((low - start) / step));
    const last = Math.min(count - 1, Math.floor((high - start) / step));
    if (last < target) return undefined;
    axes.push({ source: start + target * step - low, step, count: last - target + 1, target });
  }
  return {
    axes,
    sourceStrides: stridesOf(shape),
    targetStrides: stridesOf(ranges.map(({ count }) => count)),
  };
}

/** Elements from one index of an axis to the next, in C order. */
function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

/** How many elements a box takes. */
export function boxCount({ axes }: Box): number {
  return axes.reduce((count, axis) => count * axis.count, 1);
}

/** Where the first element of a box is in its block. */
export function boxStart({ axes, sourceStrides }: Box): number {
  return axes.reduce((start, axis, i) => start + axis.source * (sourceStrides[i] ?? 1), 0);
}

/** Elements of the block from the first of the box to its last. */
export function boxSpan({ axes, sourceStrides }: Box): number {
  return axes.reduce((span, axis, i) => span + (axis.count - 1) * axis.step * (sourceStrides[i] ?? 1), 1);
}

/**
 * A box as the same inner box at several offsets, so that within one no two elements that follow
 * each other are more than `gap` elements of the block apart.
 */
export function innerBoxes(box: Box, gap: number): { readonly inner: Box; readonly outer: Box } {
  const { axes, sourceStrides } = box;
  let axis = axes.length;
  for (let span = 1; axis > 0; axis--) {
    const { count = 1, step = 1 } = axes[axis - 1] ?? {};
    if (count === 1) continue;
    const distance = step * (sourceStrides[axis - 1] ?? 1);
    if (distance - span > gap) break;
    span += (count - 1) * distance;
  }
  const first = { source: 0, step: 1, count: 1, target: 0 };
  return {
    inner: { ...box, axes: axes.map((each, i) => (i < axis ? first : each)) },
    outer: { ...box, axes: axes.map((each, i) => (i < axis ? each : first)) },
  };
}

/** A box in two halves along its outermost axis that has several indices; it has more than one element. */
export function halves(box: Box): [Box, Box] {
  const split = box.axes.findIndex(({ count }) => count > 1);
  const part = (from: number, to: number): Box => ({
    ...box,
    axes: box.axes.map((axis, i) =>
      i === split
        ? {
            ...axis,
            source: axis.source + from * axis.step,
            target: axis.target + from,
            count: to - from,
          }
        : axis,
    ),
  });
  const count = box.axes[split]?.count ?? 1;
  const middle = Math.ceil(count / 2);
  return [part(0, middle), part(middle, count)];
}

/** Elements at equal distances in a block that follow each other in the result; all in elements. */
export interface Run {
  readonly source: number;
  readonly step: number;
  readonly count: number;
  readonly target: number;
}

/** The innermost axes of a box that make one run, and the number of axes that are left. */
function innermost({ axes, sourceStrides, targetStrides }: Box): {
  readonly count: number;
  readonly step: number;
  readonly outer: number;
} {
  let count = 1;
  let step = 1;
  let outer = axes.length;
  for (; outer > 0; outer--) {
    const axis = axes[outer - 1];
    if (axis === undefined || axis.count === 1) continue;
    const next = axis.step * (sourceStrides[outer - 1] ?? 1);
    if (targetStrides[outer - 1] !== count || (count > 1 && next !== count * step)) break;
    if (count === 1) step = next;
    count *= axis.count;
  }
  return { count, step, outer };
}

/** Where the first element of a box goes in the result. */
function targetStart({ axes, targetStrides }: Box): number {
  return axes.reduce((start, axis, i) => start + axis.target * (targetStrides[i] ?? 1), 0);
}

/** A box that is one run. */
export function singleRun(box: Box): Run | undefined {
  const { count, step, outer } = innermost(box);
  return outer > 0 ? undefined : { source: boxStart(box), step, count, target: targetStart(box) };
}

/** Cuts a box into as few runs as possible, in the order of the result. */
export function* runsOf(box: Box): Generator<Run> {
  const { axes, sourceStrides, targetStrides } = box;
  const { count, step, outer } = innermost(box);
  let source = boxStart(box);
  let target = targetStart(box);
  const at = new Array<number>(outer).fill(0);
  for (;;) {
    yield { source, step, count, target };
    let axis = outer - 1;
    for (; axis >= 0; axis--) {
      const { count: length = 1, step: by = 1 } = axes[axis] ?? {};
      const sourceStep = by * (sourceStrides[axis] ?? 1);
      const targetStep = targetStrides[axis] ?? 1;
      const next = (at[axis] ?? 0) + 1;
      if (next < length) {
        at[axis] = next;
        source += sourceStep;
        target += targetStep;
        break;
      }
      at[axis] = 0;
      source -= (length - 1) * sourceStep;
      target -= (length - 1) * targetStep;
    }
    if (axis < 0) return;
  }
}
