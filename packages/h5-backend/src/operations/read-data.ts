import {
  type AxisRange,
  allocate,
  type DataMap,
  type DataType,
  elementCount,
  itemSize,
  type NDArray,
  type ResolvedSelection,
  resolveSelection,
  type Selection,
} from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import { type LongOptions, nextTurn, tellProgress, throwIfAborted } from "@tvb-storage/files";
import {
  ContainerSink,
  type Datatype,
  type DecodeTarget,
  datatypeName,
  decodeElements,
  type Field,
  fieldNames,
  findField,
  GlobalHeap,
  type Representation,
  representation,
  type VlenText,
  vlenText,
} from "@tvb-storage/hdf5/internal";
import { hasVlen, memoryType } from "../elements/memory-order.js";
import type { Hyperslab } from "../engine/h5-file.js";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { FileView } from "../session/file-view.js";
import { slabs } from "../session/slabs.js";
import { partOfElements, readShape, selectedElements } from "./array-axes.js";

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

/** A selection in terms of the shape that is read, which the axes of an array type are part of. */
export function selectionOf(
  { dataset, shown }: Readable,
  selection: Selection | undefined,
): ResolvedSelection {
  return resolveSelection(selection, readShape(dataset, shown));
}

/** Reads the selected part of a dataset; `selection` is over all axes of what is read. */
export async function readData(
  view: FileView,
  readable: Readable,
  selection: ResolvedSelection,
  options: LongOptions = {},
): Promise<NDArray> {
  const { dataset, shown } = readable;
  const elements = await readElements(view, readable, selectedElements(dataset, selection), options);
  return partOfElements(elements, dataset, shown, selection);
}

async function readElements(
  view: FileView,
  readable: Readable,
  selection: ResolvedSelection,
  options: LongOptions,
): Promise<NDArray> {
  const { dataset } = readable;
  const { ranges, shape: counts } = selection;
  const { data, array } = emptyResult(readable, counts);
  throwIfAborted(options.signal, `reading ${dataset.path} of ${view.label}`);
  if (data.length === 0 || dataset.isNull) return array;
  const { size } = dataset.type;
  const count = elementCount(counts);
  const total = count * size;
  if (total > LONG_READ_BYTES) await view.beforeLongRead();
  if (dataset.outside !== undefined) {
    await readWithHdf5(view, readable, ranges, { data, entry: 0 }, options);
    return array;
  }
  let done = 0;
  const onElements = (elements: number): void => {
    done += elements;
    tellProgress(options.onProgress, done * size, total);
  };
  await view
    .reader(dataset)
    .read(ranges, sinkOf(view, readable, data), { signal: options.signal, onElements });
  // What was never stored took no reading.
  if (done < count) tellProgress(options.onProgress, total, total);
  return array;
}

/** What is read at once holds up the event loop no longer than opening a file does. */
const SHORT_READ_BYTES = 1024 * 1024;

/** `readData` for a few bytes, without waiting; undefined where that does not do. */
export function readShortData(
  view: FileView,
  readable: Readable,
  selection: ResolvedSelection,
): NDArray | undefined {
  const { dataset, shown } = readable;
  const { ranges, shape: counts } = selectedElements(dataset, selection);
  if (dataset.outside !== undefined || elementCount(counts) * dataset.type.size > SHORT_READ_BYTES)
    return undefined;
  const { data, array } = emptyResult(readable, counts);
  const isEmpty = data.length === 0 || dataset.isNull;
  if (!isEmpty && !view.reader(dataset).readNow(ranges, sinkOf(view, readable, data))) return undefined;
  return partOfElements(array, dataset, shown, selection);
}

function sinkOf(
  view: FileView,
  { dataset, stored, shown }: Readable,
  data: DataMap[DataType],
): ContainerSink {
  const { dtype, dims } = shown;
  const entriesEach = elementCount(dims) * entriesPerElement(dtype);
  const { structure } = view;
  let read: VlenText | undefined;
  const text: VlenText = (elements, at) => {
    read ??= vlenText(new GlobalHeap(structure.file));
    return read(elements, at);
  };
  return new ContainerSink(dataset.type.size, stored, { dtype, data, entriesEach }, text);
}

/** The array that is to be filled, and its container. */
function emptyResult(
  { dataset, shown }: Readable,
  counts: readonly number[],
): { data: DataMap[DataType]; array: NDArray } {
  const { dtype, enumMembers } = shown;
  const shape = readShape({ ...dataset, shape: counts }, shown);
  const data = allocate(dtype, elementCount(shape));
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

/** Reads through HDF5, in slabs. */
async function readWithHdf5(
  view: FileView,
  { dataset, memory, field, shown }: Readable,
  ranges: readonly AxisRange[],
  target: DecodeTarget,
  options: LongOptions,
): Promise<void> {
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
