import { type OpenStream, type StreamOptions, shapeText } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import type { SyncFileSystem } from "@tvb-storage/files";
import { readableOf, readData, resultItemBytes, selectionOf } from "../operations/read-data.js";
import { StreamedDataset } from "../session/streamed-dataset.js";
import type { FileAccess } from "./file-access.js";

/** A dataset that is read block by block; the extent is that of the beginning. */
export async function openStream(
  fs: SyncFileSystem,
  file: FileAccess,
  path: string,
  options: StreamOptions,
): Promise<OpenStream> {
  let streamed: StreamedDataset | undefined;
  const { selection, extent, itemBytes } = await file.read(
    (view) => {
      const there = view.follow(path);
      const readable = readableOf(there.view, there.view.dataset(there.path), options.field);
      // Here, while nobody can remove it; again where the read was of two commits.
      streamed?.release();
      streamed = new StreamedDataset(fs, there.view.label, readable.dataset);
      return {
        selection: selectionOf(readable, options.selection),
        extent: readable.dataset.shape,
        itemBytes: resultItemBytes(readable),
      };
    },
    { keepOpen: true },
  );
  return {
    selection,
    itemBytes,
    read: (part) =>
      file.read(
        (view) => {
          const there = view.follow(path);
          const dataset = there.view.findDataset(there.path);
          const change = streamed?.changeTo(dataset);
          if (dataset === undefined || change !== undefined)
            throw new FileStorageException(
              `streaming ${path} of ${file.path}: the dataset of shape ${shapeText(extent)} changed meanwhile: ${change}; begin again`,
            );
          return readData(there.view, readableOf(there.view, dataset, options.field), part);
        },
        { keepOpen: true },
      ),
    close: async () => {
      streamed?.release();
      await file.closeReading();
    },
  };
}
