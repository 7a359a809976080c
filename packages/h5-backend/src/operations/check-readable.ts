import { nextTurn, throwIfAborted } from "@tvb-storage/core";
import { hasVlen, memoryType } from "../elements/memory-order.js";
import type { FileView } from "../session/file-view.js";
import { slabs } from "../session/slabs.js";

/**
 * Reads all data of a dataset through HDF5, of whatever type, and keeps none.
 *
 * @throws FileStorageException something of it cannot be read.
 */
export async function checkReadable(view: FileView, path: string, signal?: AbortSignal): Promise<void> {
  const dataset = view.dataset(path);
  // What lies in other files is not this file's.
  if (dataset.outside !== undefined || dataset.isNull || dataset.shape.includes(0)) return;
  const memory = memoryType(dataset.type);
  const layout = { itemBytes: memory.size, chunks: dataset.chunks, filtered: dataset.filtered, firstRow: 0 };
  for (const slab of slabs(dataset.shape, layout)) {
    await nextTurn();
    throwIfAborted(signal, `reading ${path} of ${view.label}`);
    const count = slab.shape.reduce((product, length) => product * length, 1);
    const hyperslab =
      dataset.shape.length === 0
        ? undefined
        : { ...slab, stride: slab.shape.map(() => 1), count: slab.shape };
    view.file.read(
      path,
      hyperslab,
      { byteLength: count * memory.size, hasVlen: hasVlen(memory) },
      () => undefined,
    );
  }
}
