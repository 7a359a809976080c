import type { DataType } from "@tvb-storage/core";
import type { ExistingDataset } from "@tvb-storage/core/internal";
import { FileStorageException, IncompatibleFileManagerException } from "@tvb-storage/errors";
import { datatypeName, mappedType } from "@tvb-storage/hdf5/internal";
import type { DatasetInfo } from "../session/dataset-info.js";

/**
 * The type in which data for an existing dataset are written.
 *
 * @throws FileStorageException the dataset's type is one that is only read, or cannot be represented.
 */
export function writableType(label: string, dataset: DatasetInfo): DataType {
  const { type } = dataset;
  const mapped = mappedType(type);
  const what = `${label}: ${dataset.path} has the type ${datatypeName(type)}`;
  if (dataset.external !== undefined)
    throw new FileStorageException(`${label}: ${dataset.path} is ${dataset.external}, which is not written`);
  if (mapped === undefined || mapped.dims.length > 0)
    throw new FileStorageException(`${what}, which cannot be written`);
  if (type.class === "floating-point" && type.size < 4)
    throw new FileStorageException(`${what}, which is read but not written`);
  if (type.class === "enum" && type.base.byteOrder === "big" && type.size > 1) {
    throw new FileStorageException(`${what} in big-endian order, which is read but not written`);
  }
  return mapped.dtype;
}

/** A dataset as core's rules for its data take it. */
export function existingDataset(label: string, dataset: DatasetInfo): ExistingDataset {
  if (dataset.isNull) {
    throw new IncompatibleFileManagerException(
      `${label}: ${dataset.path} is empty for good (a null dataspace); remove it first to store data`,
    );
  }
  return { dtype: writableType(label, dataset), shape: dataset.shape, maxShape: dataset.maxShape };
}
