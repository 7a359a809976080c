import {
  allocate,
  type DataMap,
  type DataType,
  elementCount,
  type NDArray,
  type ResolvedSelection,
} from "@tvb-storage/core/arrays";
import { entriesPerElement } from "@tvb-storage/core/internal";
import type { LongCall } from "@tvb-storage/files/internal";
import type { VlenText } from "../elements/decode.js";
import { vlenText } from "../elements/vlen-text.js";
import type { StructureFile } from "../headers/structure-file.js";
import { GlobalHeap } from "../heaps/global-heap.js";
import type { DatasetReader } from "./dataset-reader.js";
import { ContainerSink } from "./element-sink.js";
import { partOfElements, type ReadPlan, readShape, selectedElements } from "./read-plan.js";

/** Where the elements of a dataset are. */
export interface ArraySource {
  readonly file: StructureFile;
  /** Asked for when there is something to read. */
  reader(): DatasetReader;
}

/**
 * Reads the selected part of a dataset; `selection` is over all axes of what is read. Progress is in
 * bytes of its elements in the file.
 */
export async function readArray(
  source: ArraySource,
  plan: ReadPlan,
  selection: ResolvedSelection,
  call: LongCall,
): Promise<NDArray> {
  const { dataset } = plan;
  const { ranges, shape: counts } = selectedElements(dataset, selection);
  const { data, array } = emptyResult(plan, counts);
  call.check();
  if (data.length > 0 && !dataset.isNull) {
    call.total = elementCount(counts) * dataset.type.size;
    await source.reader().read(ranges, sinkOf(source.file, plan, data), call);
    // What was never stored took no reading.
    call.finish();
  }
  return partOfElements(array, plan, selection);
}

/** `readArray` without waiting; undefined where that would take long, or a chunk has to be decoded. */
export function readArrayNow(
  source: ArraySource,
  plan: ReadPlan,
  selection: ResolvedSelection,
): NDArray | undefined {
  const { dataset } = plan;
  const { ranges, shape: counts } = selectedElements(dataset, selection);
  const { data, array } = emptyResult(plan, counts);
  const isEmpty = data.length === 0 || dataset.isNull;
  if (!isEmpty && !source.reader().readNow(ranges, sinkOf(source.file, plan, data))) return undefined;
  return partOfElements(array, plan, selection);
}

function sinkOf(
  file: StructureFile,
  { dataset, field, mapped }: ReadPlan,
  data: DataMap[DataType],
): ContainerSink {
  const { dtype, dims } = mapped;
  const entriesEach = elementCount(dims) * entriesPerElement(dtype);
  let read: VlenText | undefined;
  const text: VlenText = (elements, at) => {
    read ??= vlenText(new GlobalHeap(file));
    return read(elements, at);
  };
  return new ContainerSink(dataset.type.size, field, { dtype, data, entriesEach }, text);
}

/** The array that is to be filled, and its container. */
export function emptyResult(
  { dataset, mapped }: ReadPlan,
  counts: readonly number[],
): { data: DataMap[DataType]; array: NDArray } {
  const { dtype, enumMembers } = mapped;
  const shape = readShape({ shape: counts, isNull: dataset.isNull }, mapped);
  const data = allocate(dtype, elementCount(shape));
  const array = { dtype, shape, data } as NDArray; // `allocate` gave its container
  return { data, array: enumMembers === undefined ? array : { ...array, enumMembers } };
}
