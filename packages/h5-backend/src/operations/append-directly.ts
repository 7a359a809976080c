import { bytesOf, elementCount, type NDArray } from "@tvb-storage/core";
import { isPlainCopy, lastChunk, mappedType, setExtent } from "@tvb-storage/hdf5/internal";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { H5Handle } from "../session/h5-handle.js";

/**
 * Writes rows without HDF5, where they all fall into the last chunk that is
 * there: their bytes into the chunk, the new length into the dataset's header.
 * HDF5 would read and write the whole chunk for them. False where HDF5 has to
 * do it (a new chunk, filters, other layouts and types); nothing is written then.
 */
export function appendDirectly(
  handle: H5Handle,
  dataset: DatasetInfo,
  axis: number,
  rows: NDArray,
  start: number,
): boolean {
  const { data } = rows;
  if (handle.isDirty || Array.isArray(data) || !isPlainCopy(dataset.type, rows.dtype)) return false;
  if (dataset.filtered || mappedType(dataset.type) === undefined || !rowsAreContiguous(dataset, axis))
    return false;
  const { structure } = handle;
  const object = structure.object(dataset.address);
  if (object.kind !== "dataset" || object.layout.class !== "chunked") return false;
  const chunk = lastChunk(structure.file, object.layout);
  const end = start + (rows.shape[axis] ?? 0);
  const chunkStart = chunk?.offset[axis] ?? 0;
  const chunkEnd = chunkStart + (object.layout.chunkShape[axis] ?? 0);
  if (chunk === undefined || start < chunkStart || end > chunkEnd) return false;
  const rowBytes = elementCount(dataset.shape.slice(axis + 1)) * dataset.type.size;
  const position = structure.file.positionOf(chunk.address) + (start - chunkStart) * rowBytes;
  const shape = dataset.shape.map((length, i) => (i === axis ? end : length));
  handle.edit((port) => {
    port.write(bytesOf(data), position);
    setExtent(port, dataset.address, shape, handle.label);
  });
  handle.update(dataset, { shape });
  return true;
}

/** Whether one row follows the other in a chunk, as they do in the rows given. */
function rowsAreContiguous({ shape, chunks }: DatasetInfo, axis: number): boolean {
  if (chunks === undefined) return false;
  return shape.every(
    (length, i) => i === axis || (i < axis ? length === 1 && chunks[i] === 1 : chunks[i] === length),
  );
}
