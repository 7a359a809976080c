import { allocate, type DataType, entriesPerElement } from "./data-type.js";
import type { NDArray } from "./ndarray-type.js";
import { elementCount } from "./shape.js";

/** Copies `count` entries; the two containers are of one type. */
export function copyEntries(
  target: NDArray["data"],
  at: number,
  source: NDArray["data"],
  from: number,
  count: number,
): void {
  // For a few entries a loop is faster than making a subarray.
  if (Array.isArray(target) || Array.isArray(source) || count < 16) {
    for (let i = 0; i < count; i++) target[at + i] = source[from + i] as never; // the same kind of entry
    return;
  }
  target.set(source.subarray(from, from + count) as never, at); // both are the container of one dtype
}

/** Entries of one step along `axis`. */
function entriesBeneath(shape: readonly number[], axis: number, dtype: DataType): number {
  return elementCount(shape.slice(axis + 1)) * entriesPerElement(dtype);
}

/**
 * Joins arrays of one type along `axis`; the other axes must agree (which the
 * caller has checked). The result shares no memory with them.
 */
export function concatenate<T extends DataType>(arrays: readonly NDArray<T>[], axis: number): NDArray<T>;
export function concatenate(arrays: readonly NDArray[], axis: number): NDArray {
  const first = arrays[0];
  if (first === undefined) throw new RangeError("there is nothing to concatenate");
  const length = arrays.reduce((sum, array) => sum + (array.shape[axis] ?? 0), 0);
  const shape = first.shape.map((size, i) => (i === axis ? length : size));
  const result = allocate(first.dtype, elementCount(shape));
  const beneath = entriesBeneath(shape, axis, first.dtype);
  const outer = elementCount(shape.slice(0, axis));
  let column = 0;
  for (const { shape: part, data } of arrays) {
    const run = (part[axis] ?? 0) * beneath;
    for (let row = 0; row < outer; row++) {
      copyEntries(result, row * length * beneath + column, data, row * run, run);
    }
    column += run;
  }
  return { dtype: first.dtype, shape, data: result } as NDArray; // `allocate` gave the container of its type
}

/** A copy of `count` steps of `array` along `axis`, from `start` on. */
export function takeSteps(array: NDArray, axis: number, start: number, count: number): NDArray {
  const { dtype, shape, data } = array;
  const taken = shape.map((size, i) => (i === axis ? count : size));
  const result = allocate(dtype, elementCount(taken));
  const beneath = entriesBeneath(shape, axis, dtype);
  const outer = elementCount(shape.slice(0, axis));
  const rowEntries = (shape[axis] ?? 0) * beneath;
  for (let row = 0; row < outer; row++) {
    copyEntries(result, row * count * beneath, data, row * rowEntries + start * beneath, count * beneath);
  }
  return { dtype, shape: taken, data: result } as NDArray; // `allocate` gave the container of its type
}
