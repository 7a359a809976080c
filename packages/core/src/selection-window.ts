import type { Region } from "./blocks.js";
import type { ResolvedSelection } from "./selection.js";
import type { Selection } from "./selection-type.js";

/**
 * The part of a selection whose result is the region `window` of the whole result; used
 * to stream a selection. `selection` is what `resolved` was resolved from.
 */
export function selectionWindow(
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
