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
import { tellProgress, throwIfAborted } from "@tvb-storage/files";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { FileView } from "../session/file-view.js";
import { RowBuffer } from "../session/row-buffer.js";
import { checkBeforeOverwrite } from "./check-chunks.js";
import { createDataset } from "./create-dataset.js";
import { checkTexts, DatasetWriter, fitsOneSlab, type SlabControl } from "./dataset-writer.js";
import { existingDataset } from "./existing-type.js";

function controlOf(view: FileView, path: string, totalBytes: number, options: StoreOptions): SlabControl {
  let done = 0;
  return {
    check: () => throwIfAborted(options.signal, `storing ${path} in ${view.label}`),
    wrote: (bytes) => {
      done += bytes;
      tellProgress(options.onProgress, done, totalBytes);
    },
  };
}

const progressBytes = (array: Pick<NDArray, "dtype" | "shape">): number =>
  elementCount(array.shape) * (array.dtype === "string" ? 1 : itemSize(array.dtype));

/** Stores a whole dataset, new or over one of the same shape. */
export async function storeData(
  view: FileView,
  path: string,
  input: NormalizedInput,
  options: StoreOptions,
): Promise<void> {
  const existing = view.findDataset(path);
  const { array } = input;
  const control = controlOf(view, path, progressBytes(array), options);
  control.check();
  if (existing !== undefined) {
    const converted = fitToOverwrite(existingDataset(view.label, existing), input);
    checkTexts(view, existing, converted);
    await checkBeforeOverwrite(view, existing, options.signal);
    return new DatasetWriter(view, existing, control).write(
      converted,
      array.shape.map(() => 0),
    );
  }
  const { dtype, shape } = array;
  const atOnce = !Array.isArray(array.data) && fitsOneSlab(array);
  createDataset(view, { path, dtype, shape, layout: options }, atOnce ? array : undefined);
  if (atOnce) control.wrote(progressBytes(array));
  else
    await new DatasetWriter(view, view.dataset(path), control).write(
      array,
      shape.map(() => 0),
    );
}

/** The same from blocks, which are written as they come. */
export async function storeBlocks(
  view: FileView,
  path: string,
  source: BlockSource,
  options: StoreOptions,
): Promise<void> {
  const existing = view.findDataset(path);
  const { dtype, shape } = source;
  const control = controlOf(view, path, progressBytes(source), options);
  control.check();
  const target = existing === undefined ? undefined : existingDataset(view.label, existing);
  if (target !== undefined && !sameShape(target.shape, shape)) {
    throw new IncompatibleFileManagerException(
      `${view.label}: ${path} has shape ${shapeText(target.shape)}, the blocks ${shapeText(shape)}; remove it first to store another shape`,
    );
  }
  if (existing === undefined) createDataset(view, { path, dtype, shape, layout: options });
  else await checkBeforeOverwrite(view, existing, options.signal);
  const info = existing ?? view.dataset(path);
  const writer = new DatasetWriter(view, info, control);
  const rest = shape.slice(1).map(() => 0);
  const buffer = new RowBuffer({
    axis: 0,
    start: 0,
    chunkLength: () => info.chunks?.[0] ?? 1,
    write: (rows, start) => writer.writeSteps(rows, [start, ...rest]),
  });
  for await (const { start, block } of placedBlocks(source)) {
    control.check();
    checkStringLength(block, options.stringLength);
    const converted = target === undefined ? block : convertBlock(view, info, target.dtype, block, start);
    checkTexts(view, info, converted);
    if (!buffer.add(converted, { owned: false })) await buffer.flushChunks();
  }
  await buffer.flush();
}

function convertBlock(
  view: FileView,
  dataset: DatasetInfo,
  dtype: DataType,
  block: NDArray,
  start: number,
): NDArray {
  const converted = convertArray(block, dtype, { plain: false });
  if (typeof converted !== "string") return converted;
  throw new IncompatibleFileManagerException(
    `${view.label}: ${dataset.path}, block at row ${start}: ${converted}`,
  );
}
