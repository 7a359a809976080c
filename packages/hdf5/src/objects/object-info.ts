import { ByteReader } from "../bytes/byte-reader.js";
import { decodeFillValue, decodeOldFillValue, type FillValue } from "../chunks/fill-value-message.js";
import { decodeFilterPipeline, type Filter } from "../chunks/filter-pipeline-message.js";
import { decodeLayout, type Layout } from "../chunks/layout-message.js";
import { type Dataspace, decodeDataspace } from "../datatypes/dataspace-message.js";
import type { Datatype } from "../datatypes/datatype.js";
import { decodeDatatype } from "../datatypes/datatype-message.js";
import { isGroup } from "../groups/group.js";
import {
  DATASPACE,
  DATATYPE,
  EXTERNAL_FILES,
  FILL_VALUE,
  FILL_VALUE_OLD,
  FILTER_PIPELINE,
  LAYOUT,
  messageName,
} from "../headers/message-type.js";
import { findMessage, type ObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { resolveBody } from "../messages/shared-message.js";

export type ObjectInfo = GroupInfo | DatasetInfo | CommittedDatatypeInfo;

interface AnyObject {
  /** Address of the object header: what an object reference holds. */
  readonly address: number;
  /** Hard links to the object. */
  readonly linkCount: number;
}

interface GroupInfo extends AnyObject {
  readonly kind: "group";
}

interface CommittedDatatypeInfo extends AnyObject {
  readonly kind: "datatype";
  readonly datatype: Datatype;
}

export interface DatasetInfo extends AnyObject {
  readonly kind: "dataset";
  readonly datatype: Datatype;
  readonly dataspace: Dataspace;
  readonly layout: Layout;
  /** In the order in which they are applied on writing. */
  readonly filters: readonly Filter[];
  readonly fillValue: FillValue;
  /** The data are in other files ("external raw storage"). */
  readonly hasExternalFiles: boolean;
}

/** What the object of a header is. */
export function describeObject(file: StructureFile, header: ObjectHeader): ObjectInfo {
  const { address, linkCount } = header;
  if (isGroup(header)) return { kind: "group", address, linkCount };
  const datatype = decodeMessage(file, header, DATATYPE, decodeDatatype);
  if (datatype === undefined) {
    throw file.damage("object header", address, "it is neither a group's, a dataset's nor a datatype's");
  }
  const dataspace = decodeMessage(file, header, DATASPACE, decodeDataspace);
  if (dataspace === undefined) return { kind: "datatype", address, linkCount, datatype };
  const layout = decodeMessage(file, header, LAYOUT, decodeLayout);
  if (layout === undefined) throw file.damage("object header", address, "a dataset without a data layout");
  const fillValue =
    decodeMessage(file, header, FILL_VALUE, decodeFillValue) ??
    decodeMessage(file, header, FILL_VALUE_OLD, decodeOldFillValue);
  const filters = decodeMessage(file, header, FILTER_PIPELINE, decodeFilterPipeline);
  return {
    kind: "dataset",
    address,
    linkCount,
    datatype,
    dataspace,
    layout,
    filters: filters ?? [],
    fillValue: fillValue ?? {
      kind: "default",
      bytes: undefined,
      allocation: undefined,
      writeTime: undefined,
    },
    hasExternalFiles: findMessage(header, EXTERNAL_FILES) !== undefined,
  };
}

function decodeMessage<T>(
  file: StructureFile,
  header: ObjectHeader,
  type: number,
  decode: (reader: ByteReader) => T,
): T | undefined {
  const message = findMessage(header, type);
  if (message === undefined) return undefined;
  const body = resolveBody(file, message);
  return decode(new ByteReader(body.bytes, file, messageName(type), body.address));
}
