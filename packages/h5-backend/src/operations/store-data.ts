import {
  type BlockSource,
  convertArray,
  type DataType,
  elementCount,
  itemSize,
  type NDArray,
  type NormalizedInput,
  placedBlocks,
  type StoreOptions,
  shapeText,
} from "@tvb-storage/core";
import { checkStringLength, fitToOverwrite, sameShape } from "@tvb-storage/core/internal";
import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { LongCall } from "@tvb-storage/files/internal";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { H5Handle } from "../session/h5-handle.js";
import { RowBuffer } from "../session/row-buffer.js";
import { checkBeforeOverwrite } from "./check-chunks.js";
import { createDataset } from "./create-dataset.js";
import { checkTexts, DataWriter } from "./data-writer.js";
import { existingDataset } from "./existing-type.js";

/** Storing, not begun yet: throws where it is cancelled already. Progress is in bytes as they are stored, and in texts. */
function storing(
  handle: H5Handle,
  path: string,
  shape: readonly number[],
  dtype: DataType,
  options: StoreOptions,
): LongCall {
  const call = new LongCall(`storing ${path} in ${handle.label}`, options);
  call.total = elementCount(shape) * (dtype === "string" ? 1 : itemSize(dtype));
  call.check();
  return call;
}

/** Stores a whole dataset, new or over one of the same shape. */
export async function storeData(
  handle: H5Handle,
  path: string,
  input: NormalizedInput,
  options: StoreOptions,
): Promise<void> {
  const existing = handle.findDataset(path);
  const { array } = input;
  const target = existing === undefined ? undefined : existingDataset(handle.label, existing);
  const call = storing(handle, path, array.shape, target?.dtype ?? array.dtype, options);
  if (existing !== undefined && target !== undefined) {
    const converted = fitToOverwrite(target, input);
    checkTexts(handle, existing, converted);
    const origin = array.shape.map(() => 0);
    const writer = new DataWriter(handle, existing, call);
    if ((await writer.prepare(origin, origin)) === "HDF5") await checkBeforeOverwrite(handle, existing, call);
    return writer.write(converted, origin);
  }
  const { dtype, shape } = array;
  await createDataset(handle, { path, dtype, shape, layout: options });
  const writer = new DataWriter(handle, handle.dataset(path), call, { isNew: true });
  await writer.write(
    array,
    shape.map(() => 0),
  );
}

/** The same from blocks, which are written as they come. */
export async function storeBlocks(
  handle: H5Handle,
  path: string,
  source: BlockSource,
  options: StoreOptions,
): Promise<void> {
  const existing = handle.findDataset(path);
  const { dtype, shape } = source;
  const target = existing === undefined ? undefined : existingDataset(handle.label, existing);
  const call = storing(handle, path, shape, target?.dtype ?? dtype, options);
  if (target !== undefined && !sameShape(target.shape, shape)) {
    throw new IncompatibleFileManagerException(
      `${handle.label}: ${path} has shape ${shapeText(target.shape)}, the blocks ${shapeText(shape)}; remove it first to store another shape`,
    );
  }
  if (existing === undefined) await createDataset(handle, { path, dtype, shape, layout: options });
  const info = existing ?? handle.dataset(path);
  const writer = new DataWriter(handle, info, call, { isNew: existing === undefined });
  const origin = shape.map(() => 0);
  if ((await writer.prepare(origin, origin)) === "HDF5" && existing !== undefined)
    await checkBeforeOverwrite(handle, existing, call);
  const rest = shape.slice(1).map(() => 0);
  const buffer = new RowBuffer({
    axis: 0,
    start: 0,
    chunkLength: () => info.chunks?.[0] ?? 1,
    write: (rows, start) => writer.write(rows, [start, ...rest]),
  });
  for await (const { start, block } of placedBlocks(source)) {
    call.check();
    checkStringLength(block, options.stringLength);
    const converted = target === undefined ? block : convertBlock(handle, info, target.dtype, block, start);
    checkTexts(handle, info, converted);
    if (!buffer.add(converted, { owned: false })) await buffer.flushChunks();
  }
  await buffer.flush();
}

function convertBlock(
  handle: H5Handle,
  dataset: DatasetInfo,
  dtype: DataType,
  block: NDArray,
  start: number,
): NDArray {
  const converted = convertArray(block, dtype, { plain: false });
  if (typeof converted !== "string") return converted;
  throw new IncompatibleFileManagerException(
    `${handle.label}: ${dataset.path}, block at row ${start}: ${converted}`,
  );
}
