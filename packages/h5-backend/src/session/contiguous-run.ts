import { elementCount } from "@tvb-storage/core";
import type { Hyperslab } from "../engine/h5-file.js";

/** The elements of a hyperslab as one run of those of a dataset of that shape, in C order; undefined where it has gaps. */
export function contiguousRun(
  shape: readonly number[],
  hyperslab: Hyperslab,
): { first: number; count: number } | undefined {
  // From the last axis on: whole axes, then one of which a part is taken, then single steps.
  let axis = shape.length - 1;
  while (axis >= 0 && hyperslab.count[axis] === shape[axis]) axis--;
  if (axis >= 0 && (hyperslab.count[axis] ?? 1) > 1 && hyperslab.stride[axis] !== 1) return undefined;
  for (let outer = axis - 1; outer >= 0; outer--) {
    if (hyperslab.count[outer] !== 1) return undefined;
  }
  const first = shape.reduce((index, length, i) => index * length + (hyperslab.offset[i] ?? 0), 0);
  return { first, count: elementCount(hyperslab.count) };
}
