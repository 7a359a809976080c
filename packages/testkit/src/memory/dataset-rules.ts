import {
  type AppendOptions,
  copyArray,
  type ExistingDataset,
  fitToAppend,
  fitToOverwrite,
  type LayoutOptions,
  type NDArray,
  type NormalizedInput,
  resolveAxis,
  shapeText,
} from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { encodeText, quoted } from "@tvb-storage/files";
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
    identity: Symbol("dataset"),
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
  const array = fitToOverwrite(about(dataset), input);
  checkStringLength(dataset, array);
  return { ...dataset, array: copyArray(array) };
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
  const fit = fitToAppend(about(dataset), input, growDimension);
  checkStringLength(dataset, fit.rows);
  return fit;
}

/** Which axis a dataset made by `appendData` grows along. */
export function growingAxis(array: NDArray, options: AppendOptions): number {
  return resolveAxis(options.growDimension ?? -1, array.shape.length);
}

function about({ array, maxShape }: MemoryDataset): ExistingDataset {
  return { dtype: array.dtype, shape: array.shape, maxShape };
}

function checkStringLength({ stringLength }: MemoryDataset, { data }: NDArray): void {
  if (stringLength === undefined || !Array.isArray(data)) return;
  const long = data.find((text) => encodeText(text).length > stringLength);
  if (long !== undefined)
    throw new FileStructureException(`${quoted(long)} is longer than ${stringLength} bytes`);
}
