import { elementCount } from "@tvb-storage/core";
import type { LongCall } from "@tvb-storage/files/internal";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { H5Handle } from "../session/h5-handle.js";
import { isWrittenInLayers } from "../session/io-blocks.js";

/**
 * Before all of a dataset is overwritten: looks at the chunks that HDF5 reads first.
 *
 * @throws FileStorageException one of them is not as long as its shape, or HDF5 has not its filter.
 */
export async function checkBeforeOverwrite(
  handle: H5Handle,
  dataset: DatasetInfo,
  call: LongCall,
): Promise<void> {
  if (dataset.chunks === undefined || elementCount(dataset.shape) === 0) return;
  // Where a layer of chunks is written in several blocks, HDF5 reads all of them.
  const wholeChunks = isWrittenInLayers(dataset.shape, dataset.chunks, dataset.type.size);
  const ranges = dataset.shape.map((count) => ({ start: 0, step: 1, count }));
  await handle.reader(dataset).checkBeforeWrite(ranges, { call, wholeChunks });
}

/**
 * Before rows are appended to a dataset: looks at the last chunks along the axis
 * where they are not full. Those that come after them are written by this process.
 *
 * @throws FileStorageException as `checkBeforeOverwrite`.
 */
export async function checkBeforeAppend(handle: H5Handle, dataset: DatasetInfo, axis: number): Promise<void> {
  const { chunks, shape, address } = dataset;
  const length = shape[axis] ?? 0;
  const chunkLength = chunks?.[axis];
  if (chunkLength === undefined) return;
  const layer = Math.floor(length / chunkLength);
  const known = handle.soundLayers.get(address);
  if (known !== undefined && known.axis === axis && layer >= known.layer) return;
  // The last row, of all others: a write into the layer reads each of its chunks.
  const ranges = shape.map((count, i) =>
    i === axis
      ? { start: layer * chunkLength, step: 1, count: length % chunkLength }
      : { start: 0, step: 1, count },
  );
  await handle.reader(dataset).checkBeforeWrite(ranges);
  handle.soundLayers.set(address, { axis, layer });
}
