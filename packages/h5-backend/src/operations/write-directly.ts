import { bytesOf, type DataType, itemSize, type NDArray } from "@tvb-storage/core";
import { isPlainCopy, mappedType } from "@tvb-storage/hdf5/internal";
import type { Hyperslab } from "../engine/h5-file.js";
import { contiguousRun } from "../session/contiguous-run.js";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { H5Handle } from "../session/h5-handle.js";

/**
 * Writes elements without HDF5, from the caller's array to the file, where they
 * follow each other there and are the same bytes. False where HDF5 has to do
 * it (chunks, texts, the other byte order, gaps); nothing is written then.
 */
export function writeDirectly(
  handle: H5Handle,
  dataset: DatasetInfo,
  block: Hyperslab | undefined,
  data: NDArray["data"],
  dtype: DataType,
): boolean {
  const { contiguousAt, type, shape } = dataset;
  if (contiguousAt === undefined || Array.isArray(data) || !isPlainCopy(type, dtype)) return false;
  if (mappedType(type)?.dtype !== dtype) return false;
  const run = block === undefined ? { first: 0 } : contiguousRun(shape, block);
  if (run === undefined) return false;
  const position = contiguousAt + run.first * type.size;
  // In a damaged file the data may be beyond the end: HDF5 reports that.
  if (position + data.byteLength > handle.port.size) return false;
  handle.writeElements(bytesOf(data), position);
  return true;
}

/**
 * Makes HDF5 allocate the space of a new contiguous dataset, which it does at the first write: of
 * one element, so that all of them can be written directly.
 */
export function allocate(handle: H5Handle, path: string, dtype: DataType, shape: readonly number[]): void {
  const last = {
    offset: shape.map((length) => length - 1),
    stride: shape.map(() => 1),
    count: shape.map(() => 1),
  };
  handle.forWriting().write(path, last, new Uint8Array(itemSize(dtype)));
}
