import {
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
import { decodeElements } from "../elements/decode.js";
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
  const counts = selection.ranges.map((range) => range.count);
  const perElement = elementCount(shown.dims) * entriesPerElement(shown.dtype);
  const data = allocate(shown.dtype, elementCount(counts) * elementCount(shown.dims));
  const total = elementCount(counts) * memory.size;
  const what = `reading ${dataset.path} of ${view.label}`;
  throwIfAborted(options.signal, what);
  if (data.length > 0 && !dataset.isNull) {
    if (total > LONG_READ_BYTES) await view.beforeLongRead();
    const stepped = (selection.ranges[0]?.step ?? 1) > 1;
    const layout = {
      itemBytes: memory.size,
      chunks: stepped ? undefined : dataset.chunks,
      filtered: dataset.filtered,
      firstRow: selection.ranges[0]?.start ?? 0,
    };
    let entry = 0;
    for (const slab of slabs(counts, layout)) {
      if (entry > 0) await nextTurn();
      throwIfAborted(options.signal, what);
      const count = elementCount(slab.shape);
      const hyperslab =
        counts.length === 0
          ? undefined
          : {
              offset: selection.ranges.map(
                ({ start, step }, axis) => start + (slab.offset[axis] ?? 0) * step,
              ),
              stride: selection.ranges.map(({ step }) => step),
              count: slab.shape,
            };
      if (!readDirectly(view, readable, hyperslab, { data, entry }))
        readSlab(view, readable, hyperslab, count, data, entry);
      entry += count * perElement;
      options.onProgress?.((entry / perElement) * memory.size, total);
    }
  }
  const { enumMembers } = shown;
  const array = { dtype: shown.dtype, shape: [...selection.shape, ...shown.dims], data } as NDArray; // `allocate` gave its container
  return enumMembers === undefined ? array : { ...array, enumMembers };
}

/** HDF5's own filters, by number: gzip, shuffle, fletcher32, szip, nbit, scale-offset. */
const LAST_OWN_FILTER = 6;

function readSlab(
  view: FileView,
  { dataset, memory, field }: Readable,
  slab: Hyperslab | undefined,
  count: number,
  data: DataMap[DataType],
  entry: number,
): void {
  const layout = { byteLength: count * memory.size, hasVlen: hasVlen(memory) };
  try {
    view.file.read(dataset.path, slab, layout, (bytes, text) => {
      const elements = { bytes, count, stride: memory.size, offset: field.offset };
      decodeElements(field.type, elements, { data, entry }, text);
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
