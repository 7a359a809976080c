import type { NodeInfo, Selection, TypedArray } from "@tvb-storage/core/arrays";
import { isDataType, itemSize, resolveSelection } from "@tvb-storage/core/arrays";
import { FileStorageException } from "@tvb-storage/errors";
import type { DataFile } from "./data-file.js";

/** At most this much is read of a dataset at once, in bytes. */
const READ_LIMIT = 64 * 2 ** 20;

export interface Numbers {
  readonly shape: readonly number[];
  /** In C order; integers of 64 bits as the nearest number. */
  readonly data: Exclude<TypedArray, BigInt64Array | BigUint64Array>;
}

/**
 * The numbers of a dataset, or of a part of it.
 *
 * @throws FileStorageException where they are more than 64 MiB, or no real numbers. Nothing is read then.
 */
export async function readNumbers(
  data: DataFile,
  { path, dtype, shape = [] }: NodeInfo,
  options: { readonly selection?: Selection; readonly signal?: AbortSignal } = {},
): Promise<Numbers> {
  const { selection } = options;
  const read = selection === undefined ? shape : resolveSelection(selection, shape).shape;
  const bytes = read.reduce((product, length) => product * length, isDataType(dtype) ? itemSize(dtype) : 8);
  if (bytes > READ_LIMIT)
    throw new FileStorageException(
      `${path} (${read.join(" × ")}) has ${(bytes / 2 ** 20).toFixed(1)} MiB here, and this view reads at most 64 MiB. ` +
        "Other views show parts of it.",
    );
  const array = await data.read(path, options);
  if (array.dtype === "string" || array.dtype === "complex64" || array.dtype === "complex128")
    throw new FileStorageException(
      `${path} has elements of type ${array.dtype}; this view needs real numbers`,
    );
  const { data: elements } = array;
  return {
    shape: array.shape,
    data:
      elements instanceof BigInt64Array || elements instanceof BigUint64Array
        ? Float64Array.from(elements, Number)
        : elements,
  };
}
