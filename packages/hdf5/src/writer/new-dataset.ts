import { elementCount } from "@tvb-storage/core/arrays";
import { encodeFillValue, type FillValue } from "../chunks/fill-value-message.js";
import { encodeFilterPipeline, type Filter } from "../chunks/filter-pipeline-message.js";
import { encodeLayout } from "../chunks/layout-message.js";
import { encodeDataspace } from "../datatypes/dataspace-message.js";
import type { Datatype } from "../datatypes/datatype.js";
import { encodeDatatype } from "../datatypes/encode-datatype.js";
import type { NewMessage } from "../edits/header-editor.js";
import { objectHeaderBytes } from "../edits/new-object-header.js";
import { DATASPACE, DATATYPE, FILL_VALUE, FILTER_PIPELINE, LAYOUT } from "../headers/message-type.js";
import { messagePrefixSize } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";

/** A dataset that is to be made. */
export interface NewDataset {
  readonly type: Datatype;
  readonly shape: readonly number[];
  /** `null` for an axis that may grow without bound; the shape itself where it is not given. */
  readonly maxShape?: readonly (number | null)[] | undefined;
  /** Undefined: contiguous. */
  readonly chunks?: readonly number[] | undefined;
  /** In the order in which they are applied on writing. */
  readonly filters?: readonly Omit<Filter, "name">[];
  readonly fillTime?: NonNullable<FillValue["writeTime"]>;
}

/** Message flag: it does not change as long as the object lives. */
const CONSTANT = 0x01;
/** HDF5's least size of the header of a dataset, so that some attributes fit. */
const HEADER_BYTES = 256;

/**
 * Writes the header of a dataset without data; returns its address. Space for one that is contiguous is taken, and is
 * to be written wholly.
 */
export function createDatasetObject(file: StructureFile, dataset: NewDataset): number {
  const { type, shape, maxShape = shape, chunks, filters = [], fillTime = "if set" } = dataset;
  const datatype = encodeDatatype(type);
  if (datatype === undefined) throw new RangeError(`the type ${type.class} is never created`);
  const kind = shape.length === 0 ? "scalar" : "simple";
  const space = encodeDataspace({ kind, shape, maxShape }, file.lengthSize);
  const allocation = chunks === undefined ? "late" : "incremental";
  const headerWith = (dataAddress: number | undefined): Uint8Array => {
    const messages: NewMessage[] = [
      { type: DATASPACE, body: space },
      { type: DATATYPE, body: datatype, flags: CONSTANT },
      { type: FILL_VALUE, body: encodeFillValue({ allocation, writeTime: fillTime }), flags: CONSTANT },
      { type: LAYOUT, body: layoutOf(file, dataset, dataAddress) },
    ];
    if (filters.length > 0)
      messages.push({ type: FILTER_PIPELINE, body: encodeFilterPipeline(filters), flags: CONSTANT });
    const prefix = messagePrefixSize(2, false);
    const used = messages.reduce((sum, { body }) => sum + prefix + body.length, 0);
    return objectHeaderBytes(messages, { room: Math.max(0, HEADER_BYTES - used) });
  };
  // The data behind the header, so that headers are together.
  const address = file.space.allocate(headerWith(undefined).length);
  const size = elementCount(shape) * type.size;
  const isAllocated = chunks === undefined && size > 0;
  file.writeChecked(address, headerWith(isAllocated ? file.space.allocate(size) : undefined));
  return address;
}

function layoutOf(
  file: StructureFile,
  { chunks, shape, type }: NewDataset,
  address: number | undefined,
): Uint8Array {
  if (chunks === undefined)
    return encodeLayout({ class: "contiguous", address, size: elementCount(shape) * type.size }, file);
  const index = { kind: "btree-v1", address: undefined } as const;
  const chunked = { class: "chunked", chunkShape: chunks, elementSize: type.size, index } as const;
  return encodeLayout({ ...chunked, filtersSkipEdges: false }, file);
}
