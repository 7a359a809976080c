import type { NDArray, Selection } from "@tvb-storage/core";
import { takeElements } from "./element-types.js";

/** The indices that an entry of a selection takes of an axis, one by one; undefined where it is refused. */
function indicesOf(entry: Selection[number], length: number): number[] | undefined {
  const all = Array.from({ length }, (_, i) => i);
  if (entry === null) return all;
  if (typeof entry !== "number" && typeof entry !== "object") return undefined;
  if (typeof entry === "number") {
    const index = entry < 0 ? entry + length : entry;
    return all.includes(index) ? [index] : undefined;
  }
  const step = entry.step ?? 1;
  if (step < 1) return undefined;
  const end = (value: number | null | undefined, absent: number): number =>
    value === null || value === undefined ? absent : value < 0 ? value + length : value;
  const [start, stop] = [Math.max(0, end(entry.start, 0)), end(entry.stop, length)];
  return all.filter((i) => i >= start && i < stop && (i - start) % step === 0);
}

/** numpy's basic indexing, an element at a time; undefined where the selection is refused. */
export function selectedOf(array: NDArray, selection: Selection): NDArray | undefined {
  const { shape } = array;
  if (selection.length > shape.length) return undefined;
  const taken = shape.map((length, axis) =>
    indicesOf(axis < selection.length ? (selection[axis] as Selection[number]) : null, length),
  );
  let positions = [0];
  for (const [axis, indices] of taken.entries()) {
    if (indices === undefined) return undefined;
    positions = positions.flatMap((before) => indices.map((i) => before * (shape[axis] ?? 0) + i));
  }
  const kept = taken.filter((_, axis) => typeof selection[axis] !== "number");
  return takeElements(
    array,
    positions,
    kept.map((indices) => indices?.length ?? 0),
  );
}
