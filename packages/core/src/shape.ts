import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";

/** HDF5's limit, and numpy's. */
export const MAX_RANK = 32;

/** Elements of an array of this shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const length of shape) count *= length;
  return count;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Whether two shapes agree on all axes but one. */
export function sameShapeBut(axis: number, a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, i) => i === axis || length === b[i]);
}

/** Whether appends alone can turn a dataset of one shape into the other. */
export function mayGrowTo(before: readonly number[], now: readonly number[]): boolean {
  return before.length === now.length && before.every((length, axis) => length <= (now[axis] ?? 0));
}

/** As Python prints it: `()`, `(3,)`, `(3, 4)`, `(None, 4)`. */
export function shapeText(shape: readonly (number | null)[]): string {
  const lengths = shape.map((length) => (length === null ? "None" : String(length)));
  return lengths.length === 1 ? `(${lengths[0]},)` : `(${lengths.join(", ")})`;
}

/** @throws FileStructureException lengths that are no whole numbers from 0, or more than 32 of them. */
export function checkShape(shape: readonly number[]): void {
  if (!Array.isArray(shape))
    throw new FileStructureException(`a shape is an array of lengths, not ${quoted(shape)}`);
  if (shape.length > MAX_RANK) {
    throw new FileStructureException(`an array has at most ${MAX_RANK} axes, not ${shape.length}`);
  }
  for (let axis = 0; axis < shape.length; axis++) {
    const length: unknown = shape[axis];
    if (typeof length !== "number" || !Number.isSafeInteger(length) || length < 0) {
      throw new FileStructureException(
        `axis ${axis} of a shape must be a whole number from 0, not ${quoted(length)}`,
      );
    }
  }
  if (!Number.isSafeInteger(elementCount(shape))) {
    throw new FileStructureException(`shape ${shapeText(shape)} has more elements than can be counted`);
  }
}

/**
 * The axis that `axis` names in an array of `rank` axes; negative counts from the end.
 *
 * @throws FileStructureException no such axis.
 */
export function resolveAxis(axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank) {
    throw new FileStructureException(`axis ${axis} is not one of an array with ${rank} axes`);
  }
  return resolved;
}
