import { FileStorageException, IncompatibleFileManagerException } from "@tvb-storage/errors";
import { convertArray } from "./convert.js";
import type { DataType } from "./data-type.js";
import type { NormalizedInput } from "./ndarray.js";
import type { NDArray } from "./ndarray-type.js";
import { resolveAxis, sameShape, sameShapeBut, shapeText } from "./shape.js";

/** What decides whether data fits a dataset. */
export interface ExistingDataset {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** `null` for an axis without limit. */
  readonly maxShape: readonly (number | null)[];
  /** Why its elements are not replaced, and no rows are added: then both are refused with this reason. */
  readonly readOnly?: string | undefined;
}

/**
 * Data in the type of the dataset that it is to overwrite.
 *
 * @throws IncompatibleFileManagerException another shape, or values that do not fit the type.
 * @throws FileStorageException a dataset that is only read.
 */
export function fitToOverwrite(dataset: ExistingDataset, input: NormalizedInput): NDArray {
  checkOverwrite(dataset, input.array.shape);
  return inTypeOf(dataset, input);
}

/**
 * Rows in the type of the dataset that they are to be appended to, and the
 * axis that they go along.
 *
 * @throws IncompatibleFileManagerException rows that do not fit, or a dataset that cannot grow by them.
 * @throws FileStructureException no such axis.
 * @throws FileStorageException a dataset that is only read.
 */
export function fitToAppend(
  dataset: ExistingDataset,
  input: NormalizedInput,
  growDimension: number,
): { readonly rows: NDArray; readonly axis: number } {
  checkChangeable(dataset);
  const { shape } = input.array;
  const axis = shape.length === dataset.shape.length ? resolveAxis(growDimension, shape.length) : -1;
  if (axis < 0 || !sameShapeBut(axis, shape, dataset.shape)) {
    throw new IncompatibleFileManagerException(
      `rows of shape ${shapeText(shape)} do not fit the dataset's shape ${shapeText(dataset.shape)} along axis ${growDimension}`,
    );
  }
  const limit = dataset.maxShape[axis] ?? null;
  if (limit !== null && (dataset.shape[axis] ?? 0) + (shape[axis] ?? 0) > limit) {
    throw new IncompatibleFileManagerException(
      `the dataset of shape ${shapeText(dataset.shape)} cannot grow along axis ${axis} beyond ${limit}; create it with appendData to have it grow`,
    );
  }
  return { rows: inTypeOf(dataset, input), axis };
}

/**
 * A block of data that are to overwrite a dataset, in its type.
 *
 * @throws IncompatibleFileManagerException values that do not fit the type.
 */
export function fitBlock(dataset: Pick<ExistingDataset, "dtype">, block: NDArray): NDArray {
  return inTypeOf(dataset, { array: block, plain: false });
}

/**
 * @throws IncompatibleFileManagerException another shape.
 * @throws FileStorageException a dataset that is only read.
 */
export function checkOverwrite(
  dataset: Pick<ExistingDataset, "shape" | "readOnly">,
  shape: readonly number[],
): void {
  checkChangeable(dataset);
  if (sameShape(shape, dataset.shape)) return;
  throw new IncompatibleFileManagerException(
    `the dataset has shape ${shapeText(dataset.shape)}, the data ${shapeText(shape)}; remove it first to store another shape`,
  );
}

function checkChangeable({ readOnly }: Pick<ExistingDataset, "readOnly">): void {
  if (readOnly !== undefined) throw new FileStorageException(readOnly);
}

function inTypeOf(
  { dtype }: Pick<ExistingDataset, "dtype">,
  { array, plain }: Pick<NormalizedInput, "array" | "plain">,
): NDArray {
  const converted = convertArray(array, dtype, { plain });
  if (typeof converted !== "string") return converted;
  throw new IncompatibleFileManagerException(
    `the dataset holds ${dtype}, the data ${array.dtype}: ${converted}`,
  );
}
