import {
  type AppendOptions,
  convertArray,
  copyArray,
  type LayoutOptions,
  type NDArray,
  type NormalizedInput,
  resolveAxis,
  sameShape,
  shapeText,
} from "@tvb-storage/core";
import { FileStructureException, IncompatibleFileManagerException } from "@tvb-storage/errors";
import type { MemoryDataset } from "./memory-content.js";

// What may become of a dataset, without a file around it.

/** A new dataset; `growing` is the axis along which it may grow. */
export function newDataset(array: NDArray, layout: LayoutOptions, growing?: number): MemoryDataset {
  const { chunks, compression, stringLength } = layout;
  if (chunks !== undefined && chunks.length !== array.shape.length)
    throw new FileStructureException(
      `chunks of ${chunks.length} axes do not fit a dataset of shape ${shapeText(array.shape)}`,
    );
  const dataset = {
    array: copyArray(array),
    maxShape: array.shape.map((length, axis) => (axis === growing ? null : length)),
    chunks: chunks === undefined ? null : [...chunks],
    // Nothing in memory is compressed; what was asked for is told by `listNodes` all the same.
    filters: compression === undefined ? [] : ["gzip"],
    stringLength,
  };
  checkStringLength(dataset, array);
  return dataset;
}

/** @throws IncompatibleFileManagerException another shape, or values that do not fit the type. */
export function overwritten(dataset: MemoryDataset, input: NormalizedInput): MemoryDataset {
  if (!sameShape(input.array.shape, dataset.array.shape))
    throw new IncompatibleFileManagerException(
      `the dataset has shape ${shapeText(dataset.array.shape)}, the data ${shapeText(input.array.shape)}; remove it first to store another shape`,
    );
  return { ...dataset, array: copyArray(asTypeOf(dataset, input)) };
}

/**
 * The rows in the dataset's type, and the axis that they go along.
 *
 * @throws IncompatibleFileManagerException rows that do not fit, or a dataset that cannot grow.
 */
export function appendable(
  dataset: MemoryDataset,
  input: NormalizedInput,
  growDimension: number,
): { readonly rows: NDArray; readonly axis: number } {
  const { shape } = dataset.array;
  const agree = input.array.shape.length === shape.length;
  const axis = agree ? resolveAxis(growDimension, shape.length) : -1;
  const others = (lengths: readonly number[]) => lengths.filter((_, i) => i !== axis);
  if (!agree || !sameShape(others(shape), others(input.array.shape)))
    throw new IncompatibleFileManagerException(
      `rows of shape ${shapeText(input.array.shape)} do not fit the dataset's shape ${shapeText(shape)} along axis ${growDimension}`,
    );
  if (dataset.maxShape[axis] !== null)
    throw new IncompatibleFileManagerException(
      `the dataset of shape ${shapeText(shape)} cannot grow along axis ${axis}; create it with appendData to append to it`,
    );
  return { rows: asTypeOf(dataset, input), axis };
}

/** Which axis a dataset made by `appendData` grows along. */
export function growingAxis(array: NDArray, options: AppendOptions): number {
  return resolveAxis(options.growDimension ?? -1, array.shape.length);
}

function asTypeOf(dataset: MemoryDataset, { array, plain }: NormalizedInput): NDArray {
  const converted = convertArray(array, dataset.array.dtype, { plain });
  if (typeof converted === "string")
    throw new IncompatibleFileManagerException(
      `the dataset holds ${dataset.array.dtype}, the data ${array.dtype}: ${converted}`,
    );
  checkStringLength(dataset, converted);
  return converted;
}

function checkStringLength({ stringLength }: MemoryDataset, { data }: NDArray): void {
  if (stringLength === undefined || !Array.isArray(data)) return;
  const encoder = new TextEncoder();
  const long = data.find((text) => encoder.encode(text).length > stringLength);
  if (long !== undefined)
    throw new FileStructureException(`${JSON.stringify(long)} is longer than ${stringLength} bytes of UTF-8`);
}
