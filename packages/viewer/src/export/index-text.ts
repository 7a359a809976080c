import { resolveSelection, type Selection } from "@tvb-storage/core/arrays";

/** What a selection takes of one axis, with nothing left open: an index, the whole axis, or a range. */
export type AxisIndex =
  | number
  | null
  | { readonly start: number; readonly stop: number; readonly step: number };

/**
 * One entry for each axis up to the last that is not taken whole.
 *
 * @throws FileStorageException a selection that does not fit the shape.
 */
export function axisIndices(selection: Selection | undefined, shape: readonly number[]): AxisIndex[] {
  const { ranges } = resolveSelection(selection, shape);
  const indices = ranges.map(({ start, step, count }, axis): AxisIndex => {
    if (typeof selection?.[axis] === "number") return start;
    if (start === 0 && step === 1 && count === shape[axis]) return null;
    return { start, stop: count === 0 ? start : start + (count - 1) * step + 1, step };
  });
  while (indices.at(-1) === null) indices.pop();
  return indices;
}

/** `0:10, :, 3`, as numpy's indices are written; empty where everything is taken. */
export function indexText(indices: readonly AxisIndex[]): string {
  return indices
    .map((index) => {
      if (index === null) return ":";
      if (typeof index === "number") return String(index);
      return `${index.start}:${index.stop}${index.step === 1 ? "" : `:${index.step}`}`;
    })
    .join(", ");
}
