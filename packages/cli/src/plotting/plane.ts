import { elementCount, type NDArray, shapeText } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import type { DatasetView, ViewAxis } from "../elements/dataset-view.js";

/** A dataset of one or two axes as plots use it: axes of length 1 do not count. */
export interface Plane {
  readonly view: DatasetView;
  /** One or two lengths. */
  readonly lengths: readonly number[];
  /** Which axis of the dataset each of them is. */
  readonly axes: readonly ViewAxis[];
}

/** @throws FileStorageException texts; nothing; more than two axes. */
export function planeOf(view: DatasetView, name: string): Plane {
  const { shape, dtype } = view;
  if (dtype === "string") throw new FileStorageException(`${name} has texts, which cannot be plotted`);
  if (elementCount(shape) === 0)
    throw new FileStorageException(`${name} has no elements to plot (its shape is ${shapeText(shape)})`);
  const long = shape.flatMap((length, axis) => (length > 1 ? [axis] : []));
  if (long.length > 2)
    throw new FileStorageException(
      `${name} has shape ${shapeText(shape)}; select one or two axes of it, such as --select "${shape.map((length, axis) => (axis === long[0] || axis === long[1] || length === 1 ? ":" : "0")).join(", ")}"`,
    );
  const used = long.length > 0 ? long : shape.length > 0 ? [0] : [];
  return {
    view,
    lengths: used.length > 0 ? used.map((axis) => shape[axis] ?? 1) : [1],
    axes: used.map((axis) => view.axes[axis] ?? { axis, start: 0, step: 1 }),
  };
}

/** The elements as numbers, block by block; complex ones by their magnitudes. */
export async function* numbersOf(view: DatasetView): AsyncGenerator<ArrayLike<number>> {
  for await (const block of view.blocks()) yield numbersIn(block);
}

function numbersIn(block: NDArray): ArrayLike<number> {
  switch (block.dtype) {
    case "int64":
    case "uint64":
      return Float64Array.from(block.data, Number);
    case "complex64":
    case "complex128": {
      const { data } = block;
      return Float64Array.from({ length: data.length / 2 }, (_, at) =>
        Math.hypot(data[2 * at] ?? 0, data[2 * at + 1] ?? 0),
      );
    }
    case "string":
      return [];
    default:
      return block.data;
  }
}
