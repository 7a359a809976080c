import { type DataBlock, regions, type StreamOptions, selectionWindow, shapeText } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { type SyncFileSystem, throwIfAborted } from "@tvb-storage/files";
import { readableOf, readData, resultItemBytes, selectionOf } from "../operations/read-data.js";
import { StreamedDataset } from "../session/streamed-dataset.js";
import type { FileAccess } from "./file-access.js";

const DEFAULT_BLOCK_BYTES = 4 * 1024 * 1024;

/**
 * Reads a dataset block by block. The file is locked for one block at a time;
 * the extent is that of the beginning.
 */
export async function* streamData(
  fs: SyncFileSystem,
  file: FileAccess,
  path: string,
  checked: StreamOptions,
): AsyncGenerator<DataBlock> {
  const what = `streaming ${path} of ${file.path}`;
  throwIfAborted(checked.signal, what);
  let streamed: StreamedDataset | undefined;
  const { selection, extent, itemBytes } = await file.read(
    (view) => {
      const there = view.follow(path);
      const readable = readableOf(there.view, there.view.dataset(there.path), checked.field);
      // Here, while nobody can remove it; again where the read was of two commits.
      streamed?.release();
      streamed = new StreamedDataset(fs, there.view.label, readable.dataset);
      return {
        selection: selectionOf(readable, checked.selection),
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
          const change = streamed?.changeTo(dataset);
          if (dataset === undefined || change !== undefined)
            throw new FileStorageException(
              `${what}: the dataset of shape ${shapeText(extent)} changed meanwhile: ${change}; begin again`,
            );
          return readData(there.view, readableOf(there.view, dataset, checked.field), part);
        },
        { keepOpen: true },
      );
      yield { offset: region.offset, block };
    }
  } finally {
    streamed?.release();
    await file.closeReading();
  }
}
