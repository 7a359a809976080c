import { type OpenStream, type StreamOptions, shapeText } from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import type { SyncFileSystem } from "@tvb-storage/files";
import type { FilterDecoders } from "@tvb-storage/hdf5";
import { planSelection } from "@tvb-storage/hdf5/internal";
import { planRead, readData, resultItemBytes } from "../operations/read-data.js";
import { StreamedDataset } from "../session/streamed-dataset.js";
import type { FileAccess } from "./file-access.js";

/** A dataset that is read block by block; the extent is that of the beginning. */
export async function openStream(
  fs: SyncFileSystem,
  file: FileAccess,
  path: string,
  options: StreamOptions & { readonly filters: FilterDecoders | undefined },
): Promise<OpenStream> {
  let streamed: StreamedDataset | undefined;
  const { selection, extent, itemBytes } = await file.read(
    (handle) => {
      const there = handle.resolveExternal(path);
      const plan = planRead(there.handle, there.handle.dataset(there.path), options.field);
      // Here, while no other call can remove it; again where the read was of two commits.
      streamed?.release();
      streamed = new StreamedDataset(fs, there.handle.label, plan.dataset);
      return {
        selection: planSelection(plan, options.selection),
        extent: plan.dataset.shape,
        itemBytes: resultItemBytes(plan),
      };
    },
    { keepOpen: true },
  );
  return {
    selection,
    itemBytes,
    read: (part) =>
      file.read(
        (handle) => {
          const there = handle.resolveExternal(path);
          const dataset = there.handle.findDataset(there.path);
          const change = streamed?.changeTo(dataset);
          if (dataset === undefined || change !== undefined)
            throw new FileStorageException(
              `streaming ${path} of ${file.path}: the dataset of shape ${shapeText(extent)} changed meanwhile: ${change}; begin again`,
            );
          return readData(there.handle, planRead(there.handle, dataset, options.field), part, {
            filters: options.filters,
          });
        },
        { keepOpen: true },
      ),
    close: async () => {
      streamed?.release();
      await file.closeReading();
    },
  };
}
