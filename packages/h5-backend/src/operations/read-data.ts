import {
  type AxisRange,
  allocate,
  type DataMap,
  type DataType,
  elementCount,
  entriesPerElement,
  itemSize,
  type LongOptions,
  type NDArray,
  nextTurn,
  type ResolvedSelection,
  resolveSelection,
  type Selection,
  throwIfAborted,
} from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";
import { type DecodeTarget, decodeElements } from "../elements/decode.js";
import { hasVlen, memoryType } from "../elements/memory-order.js";
import {
  type Field,
  fieldNames,
  findField,
  type Representation,
  representation,
} from "../elements/representation.js";
import type { Hyperslab } from "../engine/h5-file.js";
import { type Datatype, datatypeName } from "../format/index.js";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { FileView } from "../session/file-view.js";
import { slabs } from "../session/slabs.js";
import { readDirectly } from "./read-directly.js";

/** A dataset or a field of it, seen as our types. */
export interface Readable {
  readonly dataset: DatasetInfo;
  /** The field's place in the elements of the file. */
  readonly stored: Field;
  /** The dataset's type as HDF5 puts it into memory. */
  readonly memory: Datatype;
  readonly field: Field;
  readonly shown: Representation;
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
  const memory = memoryType(dataset.type);
  const field = fieldName === undefined ? { type: memory, offset: 0 } : findField(memory, fieldName);
  if (field === undefined) {
    const names = fieldNames(dataset.type);
    const has =
      names.length === 0
        ? `no fields (its type is ${datatypeName(dataset.type)})`
        : `the fields ${names.join(", ")}`;
    throw new FileStorageException(`${what} has no field "${fieldName}"; it has ${has}`);
  }
  const shown = representation(field.type);
  const stored =
    fieldName === undefined ? { type: dataset.type, offset: 0 } : findField(dataset.type, fieldName);
  if (shown !== undefined && stored !== undefined) return { dataset, stored, memory, field, shown };
  const names = fieldNames(field.type);
  if (names.length > 0) {
    const prefix = fieldName === undefined ? "" : `${fieldName}.`;
    throw new FileStorageException(
      `${what} is a compound; read one of its fields with { field }: ${names.map((name) => prefix + name).join(", ")}`,
    );
  }
  throw new FileStorageException(
    `${what} has the type ${datatypeName(field.type)}, which cannot be represented`,
  );
}

/** Reads beyond this first make sure that they need not be done again. */
const LONG_READ_BYTES = 4 * 1024 * 1024;

/** Reads the selected part of a dataset, in slabs. */
export async function readData(
  view: FileView,
  readable: Readable,
  selection: ResolvedSelection,
  options: LongOptions = {},
): Promise<NDArray> {
  const { dataset, memory, shown } = readable;
  const { ranges } = selection;
  const counts = ranges.map((range) => range.count);
  const perElement = elementCount(shown.dims) * entriesPerElement(shown.dtype);
  const { data, array } = emptyResult(readable, selection, counts);
  const total = elementCount(counts) * memory.size;
  const what = `reading ${dataset.path} of ${view.label}`;
  throwIfAborted(options.signal, what);
  if (data.length > 0 && !dataset.isNull) {
    if (total > LONG_READ_BYTES) await view.beforeLongRead();
    const stepped = (ranges[0]?.step ?? 1) > 1;
    const layout = {
      itemBytes: memory.size,
      chunks: stepped ? undefined : dataset.chunks,
      filtered: dataset.filtered,
      firstRow: ranges[0]?.start ?? 0,
    };
    let entry = 0;
    for (const slab of slabs(counts, layout)) {
      if (entry > 0) await nextTurn();
      throwIfAborted(options.signal, what);
      const hyperslab = hyperslabOf(ranges, slab.offset, slab.shape);
      const target = { data, entry };
      if (!readDirectly(view, readable, hyperslab, target)) readWithHdf5(view, readable, hyperslab, target);
      entry += elementCount(slab.shape) * perElement;
      options.onProgress?.((entry / perElement) * memory.size, total);
    }
  }
  return array;
}

/** What is read at once holds up the event loop no longer than opening a file does. */
const SHORT_READ_BYTES = 1024 * 1024;

/**
 * `readData` for a few unfiltered bytes, without waiting. Undefined where they
 * are more, or HDF5 would have to open the file, which might have changed since
 * the view of it was taken.
 */
export function readShortData(
  view: FileView,
  readable: Readable,
  selection: ResolvedSelection,
): NDArray | undefined {
  const { dataset, memory } = readable;
  const { ranges } = selection;
  const counts = ranges.map((range) => range.count);
  if (dataset.filtered || elementCount(counts) * memory.size > SHORT_READ_BYTES) return undefined;
  if (dataset.contiguousAt === undefined && !view.isOpen) return undefined;
  const { data, array } = emptyResult(readable, selection, counts);
  const slab = hyperslabOf(ranges, undefined, counts);
  const target = { data, entry: 0 };
  if (data.length === 0 || dataset.isNull || readDirectly(view, readable, slab, target)) return array;
  if (!view.isOpen) return undefined;
  readWithHdf5(view, readable, slab, target);
  return array;
}

/** The array that is to be filled, and its container. */
function emptyResult(
  { shown }: Readable,
  selection: ResolvedSelection,
  counts: readonly number[],
): { data: DataMap[DataType]; array: NDArray } {
  const { dtype, dims, enumMembers } = shown;
  const data = allocate(dtype, elementCount(counts) * elementCount(dims));
  const shape = dims.length === 0 ? selection.shape : [...selection.shape, ...dims];
  const array = { dtype, shape, data } as NDArray; // `allocate` gave its container
  return { data, array: enumMembers === undefined ? array : { ...array, enumMembers } };
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

/** HDF5's own filters, by number: gzip, shuffle, fletcher32, szip, nbit, scale-offset. */
const LAST_OWN_FILTER = 6;

function readWithHdf5(
  view: FileView,
  { dataset, memory, field }: Readable,
  slab: Hyperslab | undefined,
  target: DecodeTarget,
): void {
  const count = slab === undefined ? 1 : elementCount(slab.count);
  const layout = { byteLength: count * memory.size, hasVlen: hasVlen(memory) };
  try {
    view.file.read(dataset.path, slab, layout, (bytes, text) => {
      const elements = { bytes, count, stride: memory.size, offset: field.offset };
      decodeElements(field.type, elements, target, text);
    });
  } catch (error) {
    const foreign = dataset.filters.filter((filter) => filter.id > LAST_OWN_FILTER);
    if (foreign.length === 0) throw error;
    // HDF5 speaks of the folder where it looked for plugins.
    throw new FileStorageException(
      `${view.label}: ${dataset.path} cannot be read: it is stored with the filter ${foreign.map((filter) => filter.name).join(", ")}, which is not one of HDF5's own`,
      { cause: error },
    );
  }
}

/** The selection in terms of the dataset's shape now. */
export function resolveFor(readable: Readable, selection: Selection | undefined): ResolvedSelection {
  return resolveSelection(selection, readable.dataset.shape);
}

/** Bytes of one element of the result. */
export function resultItemBytes({ shown }: Readable): number {
  return itemSize(shown.dtype) * elementCount(shown.dims);
}
