import { type NDArray, resolveSelection, selectElements, slice } from "@tvb-storage/core";
import type { DatasetView } from "../../src/elements/dataset-view.js";

/** An array in memory as commands see a dataset; `reads` counts the elements that were read. */
export function viewOf(array: NDArray): DatasetView & { reads: number } {
  const { dtype, shape } = array;
  return {
    dtype,
    shape,
    axes: shape.map((_, axis) => ({ axis, start: 0, step: 1 })),
    reads: 0,
    watched() {
      return this;
    },
    async read(offset, counts) {
      const ranges = shape.map((_, axis) =>
        slice(offset[axis] ?? 0, (offset[axis] ?? 0) + (counts[axis] ?? 0)),
      );
      const found = selectElements(array, resolveSelection(ranges, shape));
      this.reads += found.data.length;
      return found;
    },
    async *blocks() {
      const rows = shape[0] ?? 1;
      if (shape.length === 0) yield await this.read([], []);
      // Uneven blocks.
      for (let at = 0; shape.length > 0 && at < rows; ) {
        const count = Math.min(1 + (at % 3), rows - at);
        yield await this.read([at, ...shape.slice(1).map(() => 0)], [count, ...shape.slice(1)]);
        at += count;
      }
    },
  };
}
