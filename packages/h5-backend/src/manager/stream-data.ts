import {
  checkOptions,
  type DataBlock,
  datasetPath,
  regions,
  resolveSelection,
  type StreamOptions,
  selectionWindow,
  shapeText,
  throwIfAborted,
} from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { readableOf, readData, resultItemBytes } from "../operations/read-data.js";
import type { FileAccess } from "./file-access.js";

const DEFAULT_BLOCK_BYTES = 4 * 1024 * 1024;

/**
 * Reads a dataset block by block. The file is locked for one block at a time;
 * the extent is that of the beginning.
 */
export async function* streamData(
  file: FileAccess,
  datasetName: string,
  options: StreamOptions | undefined,
): AsyncGenerator<DataBlock> {
  const checked = checkOptions("stream", options);
  const path = datasetPath(checked.where, datasetName);
  const what = `streaming ${path} of ${file.path}`;
  throwIfAborted(checked.signal, what);
  const { selection, extent, itemBytes } = await file.read(
    (view) => {
      const there = view.follow(path);
      const readable = readableOf(there.view, there.view.dataset(there.path), checked.field);
      return {
        selection: resolveSelection(checked.selection, readable.dataset.shape),
        extent: readable.dataset.shape,
        itemBytes: resultItemBytes(readable),
      };
    },
    { keepOpen: true },
  );
  try {
    for (const region of regions(selection.shape, (checked.blockBytes ?? DEFAULT_BLOCK_BYTES) / itemBytes)) {
      throwIfAborted(checked.signal, what);
      const part = selectionWindow(checked.selection, selection, region);
      const block = await file.read(
        (view) => {
          const there = view.follow(path);
          const dataset = there.view.findDataset(there.path);
          if (dataset === undefined || !covers(dataset.shape, extent)) {
            const now = dataset === undefined ? "it is gone" : `its shape is ${shapeText(dataset.shape)}`;
            throw new FileStorageException(
              `${what}: the dataset of shape ${shapeText(extent)} changed meanwhile: ${now}`,
            );
          }
          return readData(there.view, readableOf(there.view, dataset, checked.field), part);
        },
        { keepOpen: true },
      );
      yield { offset: region.offset, block };
    }
  } finally {
    await file.closeReading();
  }
}

/** Whether a dataset still has all that a stream was to read. */
function covers(shape: readonly number[], extent: readonly number[]): boolean {
  return shape.length === extent.length && shape.every((length, axis) => length >= (extent[axis] ?? 0));
}
