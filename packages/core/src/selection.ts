import { FileStorageException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { copyEntries } from "./concatenate.js";
import { allocate, type DataMap, type DataType, entriesPerElement } from "./data-type.js";
import type { NDArray } from "./ndarray-type.js";
import type { Selection, Slice } from "./selection-type.js";
import { elementCount, shapeText } from "./shape.js";

/**
 * Python's `slice`: `slice(stop)`, `slice(start, stop)` or `slice(start, stop, step)`; `null` is an open end.
 *
 * @throws FileStorageException no argument.
 */
export function slice(stop: number | null): Slice;
export function slice(start: number | null, stop: number | null, step?: number | null): Slice;
export function slice(...given: readonly (number | null | undefined)[]): Slice {
  if (given.length === 0) {
    throw new FileStorageException(
      "slice() needs a stop: slice(stop), slice(start, stop) or slice(null) for a whole axis",
    );
  }
  const [start = null, stop = null, step] = given.length === 1 ? [null, ...given] : given;
  return { start, stop, step: step ?? 1 };
}

/** What a selection takes of one axis: `count` indices from `start` on, `step` apart. */
export interface AxisRange {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** A selection in terms of one shape. */
export interface ResolvedSelection {
  /** One range for each axis of the dataset. */
  readonly ranges: readonly AxisRange[];
  /** The shape of the result, without the axes that integers dropped. */
  readonly shape: readonly number[];
  /** True where everything is taken, in order. */
  readonly whole: boolean;
}

/** An example of a selection, for messages about a wrong one. */
export const SELECTION_EXAMPLE = "for example [0, null, slice(2, 10)]: an index, a whole axis, a range";

function checkIndex(value: unknown, axis: number, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new FileStorageException(
    `the selection's ${what} for axis ${axis} must be a whole number, not ${quoted(value)}; ${SELECTION_EXAMPLE}`,
  );
}

function resolveSlice(range: Slice, axis: number, length: number): AxisRange {
  const step = checkIndex(range.step ?? 1, axis, "step");
  if (step < 1) {
    throw new FileStorageException(
      `the selection's step for axis ${axis} must be at least 1, not ${step}; reverse the result instead`,
    );
  }
  const bound = (value: number | null | undefined, absent: number, what: string): number => {
    if (value === null || value === undefined) return absent;
    const index = checkIndex(value, axis, what);
    return Math.min(Math.max(index < 0 ? index + length : index, 0), length);
  };
  const start = bound(range.start, 0, "start");
  const stop = bound(range.stop, length, "stop");
  return { start, step, count: Math.max(0, Math.ceil((stop - start) / step)) };
}

/**
 * numpy's basic indexing, as in h5py: slices are clipped, integers drop
 * their axis, missing trailing axes are whole.
 *
 * @throws FileStorageException too many indices, an integer out of range, a
 *   step below 1, an entry that is no index.
 */
export function resolveSelection(
  selection: Selection | undefined,
  shape: readonly number[],
): ResolvedSelection {
  const given: readonly unknown[] = selection ?? [];
  if (!Array.isArray(given))
    throw new FileStorageException(
      `a selection is an array with an entry for each axis, not ${quoted(given)}; ${SELECTION_EXAMPLE}`,
    );
  if (given.length > shape.length) {
    throw new FileStorageException(
      `the selection has ${given.length} indices, the dataset of shape ${shapeText(shape)} only ${shape.length} axes`,
    );
  }
  const ranges: AxisRange[] = [];
  const result: number[] = [];
  let whole = true;
  shape.forEach((length, axis) => {
    const entry: unknown = axis < given.length ? given[axis] : null;
    if (entry === null) {
      ranges.push({ start: 0, step: 1, count: length });
      result.push(length);
    } else if (typeof entry === "object" && entry !== undefined && "step" in entry) {
      const range = resolveSlice(entry as Slice, axis, length); // its fields are checked one by one
      ranges.push(range);
      result.push(range.count);
      whole &&= range.count === length && range.step === 1;
    } else {
      const index = checkIndex(entry, axis, "index");
      const start = index < 0 ? index + length : index;
      if (start < 0 || start >= length) {
        throw new FileStorageException(
          `index ${index} is out of range for axis ${axis} with ${length} elements`,
        );
      }
      ranges.push({ start, step: 1, count: 1 });
      whole &&= length === 1;
    }
  });
  return { ranges, shape: result, whole };
}

/** A copy of the selected elements of an array in memory. */
export function selectElements<T extends DataType>(
  array: NDArray<T>,
  selection: ResolvedSelection,
): NDArray<T>;
export function selectElements(array: NDArray, selection: ResolvedSelection): NDArray {
  const { ranges, shape } = selection;
  const data: DataMap[DataType] = selection.whole
    ? array.data.slice()
    : gatherElements(array, ranges, elementCount(ranges.map((range) => range.count)));
  return { ...array, shape, data } as NDArray; // the container of the same type
}

function gatherElements(array: NDArray, ranges: readonly AxisRange[], count: number): DataMap[DataType] {
  const { dtype, shape, data } = array;
  const result = allocate(dtype, count);
  const width = entriesPerElement(dtype);
  // Entries of one step along an axis.
  const strides: number[] = shape.map((_, axis) => elementCount(shape.slice(axis + 1)) * width);
  // From axis `outer` on, the selected entries are contiguous.
  let outer = ranges.length;
  let run = width;
  let whole = true;
  while (outer > 0 && whole) {
    const range = ranges[outer - 1];
    if (range === undefined || (range.step !== 1 && range.count > 1)) break;
    outer -= 1;
    run *= range.count;
    whole = range.count === shape[outer];
  }
  let written = 0;
  const visit = (axis: number, first: number): void => {
    const range = ranges[axis];
    const stride = strides[axis] ?? width;
    if (range === undefined || axis === outer) {
      copyEntries(result, written, data, first + (range?.start ?? 0) * stride, run);
      written += run;
      return;
    }
    for (let i = 0; i < range.count; i++) visit(axis + 1, first + (range.start + i * range.step) * stride);
  };
  if (count > 0) visit(0, 0);
  return result;
}
