import { type NDArray, type ResolvedSelection, selectElements } from "@tvb-storage/core";
import type { Representation } from "@tvb-storage/hdf5/internal";
import type { DatasetInfo } from "../session/dataset-info.js";

// Elements of an array type have axes of their own, behind those of the dataset. HDF5 selects whole elements only.

/** The shape of the data as they are read; `shown` undefined for a type that is not. */
export function readShape(dataset: DatasetInfo, shown: Representation | undefined): readonly number[] {
  const dims = shown?.dims ?? [];
  return dims.length === 0 || dataset.isNull ? dataset.shape : [...dataset.shape, ...dims];
}

/** The elements that a selection over all axes needs, every one of them whole. */
export function selectedElements(dataset: DatasetInfo, selection: ResolvedSelection): ResolvedSelection {
  const ranges = selection.ranges.slice(0, dataset.shape.length);
  return { ranges, shape: ranges.map(({ count }) => count), whole: false };
}

/** What a selection over all axes takes of the elements that it needs. */
export function partOfElements(
  elements: NDArray,
  dataset: DatasetInfo,
  { dims }: Representation,
  { ranges, shape }: ResolvedSelection,
): NDArray {
  const inner = ranges.slice(dataset.shape.length);
  if (inner.every(({ start, count }, axis) => start === 0 && count === dims[axis])) {
    return { ...elements, shape };
  }
  const outer = elements.shape.slice(0, dataset.shape.length);
  const within = [...outer.map((count) => ({ start: 0, step: 1, count })), ...inner];
  return selectElements(elements, { ranges: within, shape, whole: false });
}
