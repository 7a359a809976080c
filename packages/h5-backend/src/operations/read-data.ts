import {
  type AxisRange,
  elementCount,
  itemSize,
  type NDArray,
  type ResolvedSelection,
} from "@tvb-storage/core";
import { entriesPerElement } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import type { LongOptions } from "@tvb-storage/files";
import { LongCall } from "@tvb-storage/files/internal";
import type { FilterDecoders } from "@tvb-storage/hdf5";
import {
  type DecodeTarget,
  decodeElements,
  emptyResult,
  findField,
  partOfElements,
  type ReadPlan,
  readArray,
  readArrayNow,
  readPlan,
  selectedElements,
} from "@tvb-storage/hdf5/internal";
import { hasVlen, memoryType } from "../elements/memory-order.js";
import type { Hyperslab } from "../engine/h5-file.js";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { H5Handle } from "../session/h5-handle.js";
import { ioBlocks } from "../session/io-blocks.js";
import { NOT_NOW, type NotNow } from "../session/not-now.js";

/** A dataset or a field of it, seen as our types. */
type DatasetPlan = ReadPlan<DatasetInfo>;

/**
 * What is read of a dataset.
 *
 * @throws FileStorageException a type that cannot be represented, no such field, or data outside the file.
 */
export function planRead(handle: H5Handle, dataset: DatasetInfo, fieldName: string | undefined): DatasetPlan {
  const what = `${handle.label}: ${dataset.path}`;
  if (dataset.external !== undefined && handle.external === undefined) {
    throw new FileStorageException(`${what} is ${dataset.external}; content outside the file is not read`);
  }
  return readPlan(what, dataset, fieldName);
}

/** Longer reads first wait until the file is stable, so that they need not be repeated. */
const LONG_READ_BYTES = 4 * 1024 * 1024;

/** How data are read. */
interface DataOptions extends LongOptions {
  readonly filters?: FilterDecoders | undefined;
}

/** Reads the selected part of a dataset; `selection` is over all axes of what is read. */
export async function readData(
  handle: H5Handle,
  plan: DatasetPlan,
  selection: ResolvedSelection,
  { filters, ...options }: DataOptions = {},
): Promise<NDArray> {
  const { dataset } = plan;
  const call = new LongCall(`reading ${dataset.path} of ${handle.label}`, options);
  const { ranges, shape: counts } = selectedElements(dataset, selection);
  call.check();
  if (elementCount(counts) * dataset.type.size > LONG_READ_BYTES) await handle.beforeLongRead();
  if (dataset.external === undefined)
    return readArray(sourceOf(handle, dataset, filters), plan, selection, call);
  const { data, array } = emptyResult(plan, counts);
  if (data.length > 0 && !dataset.isNull) await readWithHdf5(handle, plan, ranges, { data, entry: 0 }, call);
  return partOfElements(array, plan, selection);
}

/** A read without waiting blocks the event loop no longer than opening a file does. */
const SHORT_READ_BYTES = 1024 * 1024;

/** `readData` for a few bytes, without waiting. */
export function readShortData(
  handle: H5Handle,
  plan: DatasetPlan,
  selection: ResolvedSelection,
): NDArray | NotNow {
  const { dataset } = plan;
  const { shape: counts } = selectedElements(dataset, selection);
  if (dataset.external !== undefined || elementCount(counts) * dataset.type.size > SHORT_READ_BYTES)
    return NOT_NOW;
  return readArrayNow(sourceOf(handle, dataset), plan, selection) ?? NOT_NOW;
}

function sourceOf(handle: H5Handle, dataset: DatasetInfo, filters?: FilterDecoders) {
  return { file: handle.structure.file, reader: () => handle.reader(dataset, filters) };
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

/** Reads through HDF5, in blocks. */
async function readWithHdf5(
  handle: H5Handle,
  { dataset, fieldName, mapped }: DatasetPlan,
  ranges: readonly AxisRange[],
  target: DecodeTarget,
  call: LongCall,
): Promise<void> {
  await handle.loadHdf5();
  const memory = memoryType(dataset.type);
  // The same name as in the file's type, so it is there.
  const field = (fieldName === undefined ? undefined : findField(memory, fieldName)) ?? {
    type: memory,
    offset: 0,
  };
  const counts = ranges.map((range) => range.count);
  call.total = elementCount(counts) * memory.size;
  const perElement = elementCount(mapped.dims) * entriesPerElement(mapped.dtype);
  const stepped = (ranges[0]?.step ?? 1) > 1;
  const layout = {
    itemBytes: memory.size,
    chunks: stepped ? undefined : dataset.chunks,
    filtered: dataset.filtered,
    firstRow: ranges[0]?.start ?? 0,
  };
  let { entry } = target;
  for (const block of ioBlocks(counts, layout)) {
    if (entry > 0) await call.pause();
    const hyperslab = hyperslabOf(ranges, block.offset, block.shape);
    const count = elementCount(block.shape);
    const bytes = { byteLength: count * memory.size, hasVlen: hasVlen(memory) };
    handle.unchecked.read(dataset.path, hyperslab, bytes, (read, text) => {
      const elements = { bytes: read, count, stride: memory.size, offset: field.offset };
      decodeElements(field.type, elements, { data: target.data, entry }, text);
    });
    entry += count * perElement;
    call.advance(bytes.byteLength);
  }
}

/** Bytes of one entry of the result. */
export function resultItemBytes({ mapped }: DatasetPlan): number {
  return itemSize(mapped.dtype);
}
