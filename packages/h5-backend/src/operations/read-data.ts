import {
  type AxisRange,
  elementCount,
  itemSize,
  type NDArray,
  type ResolvedSelection,
  type Selection,
} from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import { type LongOptions, nextTurn, tellProgress, throwIfAborted } from "@tvb-storage/files";
import {
  type DecodeTarget,
  decodeElements,
  emptyResult,
  findField,
  partOfElements,
  planSelection,
  type ReadPlan,
  readArray,
  readArrayNow,
  readPlan,
  selectedElements,
} from "@tvb-storage/hdf5/internal";
import { hasVlen, memoryType } from "../elements/memory-order.js";
import type { Hyperslab } from "../engine/h5-file.js";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { FileView } from "../session/file-view.js";
import { slabs } from "../session/slabs.js";

/** A dataset or a field of it, seen as our types. */
export interface Readable extends ReadPlan<DatasetInfo> {
  readonly fieldName: string | undefined;
}

/**
 * What is read of a dataset.
 *
 * @throws FileStorageException a type that cannot be represented, no such field, or data outside the file.
 */
export function readableOf(view: FileView, dataset: DatasetInfo, fieldName: string | undefined): Readable {
  const what = `${view.label}: ${dataset.path}`;
  if (dataset.outside !== undefined && view.outside === undefined) {
    throw new FileStorageException(`${what} is ${dataset.outside}; content outside the file is not read`);
  }
  return { ...readPlan(what, dataset, fieldName), fieldName };
}

/** Reads beyond this first make sure that they need not be done again. */
const LONG_READ_BYTES = 4 * 1024 * 1024;

/** A selection in terms of the shape that is read, which the axes of an array type are part of. */
export function selectionOf(readable: Readable, selection: Selection | undefined): ResolvedSelection {
  return planSelection(readable, selection);
}

/** Reads the selected part of a dataset; `selection` is over all axes of what is read. */
export async function readData(
  view: FileView,
  readable: Readable,
  selection: ResolvedSelection,
  options: LongOptions = {},
): Promise<NDArray> {
  const { dataset } = readable;
  const what = `${dataset.path} of ${view.label}`;
  const { ranges, shape: counts } = selectedElements(dataset, selection);
  throwIfAborted(options.signal, `reading ${what}`);
  if (elementCount(counts) * dataset.type.size > LONG_READ_BYTES) await view.beforeLongRead();
  if (dataset.outside === undefined)
    return readArray(sourceOf(view, dataset), readable, selection, what, options);
  const { data, array } = emptyResult(readable, counts);
  if (data.length > 0 && !dataset.isNull)
    await readWithHdf5(view, readable, ranges, { data, entry: 0 }, options);
  return partOfElements(array, readable, selection);
}

/** What is read at once holds up the event loop no longer than opening a file does. */
const SHORT_READ_BYTES = 1024 * 1024;

/** `readData` for a few bytes, without waiting; undefined where that does not do. */
export function readShortData(
  view: FileView,
  readable: Readable,
  selection: ResolvedSelection,
): NDArray | undefined {
  const { dataset } = readable;
  const { shape: counts } = selectedElements(dataset, selection);
  if (dataset.outside !== undefined || elementCount(counts) * dataset.type.size > SHORT_READ_BYTES)
    return undefined;
  return readArrayNow(sourceOf(view, dataset), readable, selection);
}

function sourceOf(view: FileView, dataset: DatasetInfo) {
  return { file: view.structure.file, reader: () => view.reader(dataset) };
}

/** The part of a selection that is `shape` of its steps from `offset` on; undefined for a scalar, which has none. */
function hyperslabOf(
  ranges: readonly AxisRange[],
  offset: readonly number[] | undefined,
  shape: readonly number[],
): Hyperslab | undefined {
  if (ranges.length === 0) return undefined;
  return {
    offset: ranges.map(({ start, step }, axis) => start + (offset?.[axis] ?? 0) * step),
    stride: ranges.map(({ step }) => step),
    count: shape,
  };
}

/** Reads through HDF5, in slabs. */
async function readWithHdf5(
  view: FileView,
  { dataset, fieldName, shown }: Readable,
  ranges: readonly AxisRange[],
  target: DecodeTarget,
  options: LongOptions,
): Promise<void> {
  const memory = memoryType(dataset.type);
  // The same name as in the file's type, so it is there.
  const field = (fieldName === undefined ? undefined : findField(memory, fieldName)) ?? {
    type: memory,
    offset: 0,
  };
  const counts = ranges.map((range) => range.count);
  const total = elementCount(counts) * memory.size;
  const perElement = elementCount(shown.dims) * entriesPerElement(shown.dtype);
  const stepped = (ranges[0]?.step ?? 1) > 1;
  const layout = {
    itemBytes: memory.size,
    chunks: stepped ? undefined : dataset.chunks,
    filtered: dataset.filtered,
    firstRow: ranges[0]?.start ?? 0,
  };
  let { entry } = target;
  for (const slab of slabs(counts, layout)) {
    if (entry > 0) await nextTurn();
    throwIfAborted(options.signal, `reading ${dataset.path} of ${view.label}`);
    const hyperslab = hyperslabOf(ranges, slab.offset, slab.shape);
    const count = elementCount(slab.shape);
    const bytes = { byteLength: count * memory.size, hasVlen: hasVlen(memory) };
    view.unchecked.read(dataset.path, hyperslab, bytes, (read, text) => {
      const elements = { bytes: read, count, stride: memory.size, offset: field.offset };
      decodeElements(field.type, elements, { data: target.data, entry }, text);
    });
    entry += count * perElement;
    tellProgress(options.onProgress, (entry / perElement) * memory.size, total);
  }
}

/** Bytes of one entry of the result. */
export function resultItemBytes({ shown }: Readable): number {
  return itemSize(shown.dtype);
}
