import {
  type BlockSource,
  checkBlockSource,
  convertArray,
  type DataType,
  elementCount,
  fitToOverwrite,
  isBlockSource,
  itemSize,
  type NDArray,
  type NormalizedInput,
  ndarray,
  normalizeInput,
  placedBlocks,
  type StoreOptions,
  sameShape,
  shapeText,
} from "@tvb-storage/core";
import { FileStructureException, IncompatibleFileManagerException } from "@tvb-storage/errors";
import { tellProgress, throwIfAborted } from "@tvb-storage/files";
import { encodeFixedStrings } from "../elements/encode.js";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { FileView } from "../session/file-view.js";
import { RowBuffer } from "../session/row-buffer.js";
import { checkBeforeOverwrite } from "./check-chunks.js";
import { createDataset } from "./create-dataset.js";
import { checkTexts, DatasetWriter, fitsOneSlab, type SlabControl } from "./dataset-writer.js";
import { existingDataset } from "./existing-type.js";

/** Data to be stored, checked before any file is touched. */
export type StoreInput = { readonly whole: NormalizedInput } | { readonly source: BlockSource };

/** @throws FileStructureException data that cannot be stored. */
export function checkStoreInput(data: unknown, options: StoreOptions): StoreInput {
  if (!isBlockSource(data)) {
    const whole = normalizeInput(data, options.dtype === undefined ? {} : { dtype: options.dtype });
    checkFixedTexts(whole.array, options);
    return { whole };
  }
  checkBlockSource(data);
  if (options.dtype !== undefined && options.dtype !== data.dtype) {
    throw new FileStructureException(
      `the block source says ${data.dtype}, the option dtype ${options.dtype}; give one of them`,
    );
  }
  return { source: data };
}

/** Whether texts fit the length that was asked for. */
export function checkFixedTexts(array: NDArray, options: { stringLength?: number }): void {
  if (options.stringLength === undefined || !Array.isArray(array.data)) return;
  const type = { class: "string", size: options.stringLength, padding: "null-pad", charset: "utf8" } as const;
  try {
    encodeFixedStrings(array.data, type, `stringLength ${options.stringLength}`);
  } catch (error) {
    throw new FileStructureException(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

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
  input: StoreInput,
  options: StoreOptions,
): Promise<void> {
  const existing = view.findDataset(path);
  if ("source" in input) return storeBlocks(view, path, existing, input.source, options);
  const { whole } = input;
  const { array } = whole;
  const control = controlOf(view, path, progressBytes(array), options);
  control.check();
  if (existing !== undefined) {
    const converted = fitToOverwrite(existingDataset(view.label, existing), whole);
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

async function storeBlocks(
  view: FileView,
  path: string,
  existing: DatasetInfo | undefined,
  source: BlockSource,
  options: StoreOptions,
): Promise<void> {
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
    checkFixedTexts(block, options);
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

/** An array for a node that metadata is set on before it exists, as in the original. */
export const PLACEHOLDER_DATA: NDArray = ndarray(Float32Array.of(0));
