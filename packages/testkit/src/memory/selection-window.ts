import type { Region, ResolvedSelection, Selection } from "@tvb-storage/core";

/** The part of a selection that gives the region `window` of its result. */
export function windowOf(
  selection: Selection | undefined,
  resolved: ResolvedSelection,
  window: Region,
): ResolvedSelection {
  let kept = 0;
  const ranges = resolved.ranges.map((range, axis) => {
    // An integer's axis is not in the result.
    if (typeof selection?.[axis] === "number") return range;
    const offset = window.offset[kept] ?? 0;
    const count = window.shape[kept] ?? 1;
    kept += 1;
    return { start: range.start + offset * range.step, step: range.step, count };
  });
  return { ranges, shape: window.shape, whole: false };
}
