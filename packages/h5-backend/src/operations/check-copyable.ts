import { FileStorageException } from "@tvb-storage/errors";
import {
  ATTRIBUTE,
  ATTRIBUTE_INFO,
  attributeDataspace,
  attributeDatatype,
  COMMENT,
  CONTINUATION,
  DATASPACE,
  DATATYPE,
  type DatasetInfo,
  datatypeName,
  EXTERNAL_FILES,
  FILE_SPACE_INFO,
  FILL_VALUE,
  FILL_VALUE_OLD,
  FILTER_PIPELINE,
  findMessage,
  GlobalHeap,
  GROUP_INFO,
  type Hdf5Structure,
  isShared,
  LAYOUT,
  LINK,
  LINK_INFO,
  MODIFICATION_TIME,
  MODIFICATION_TIME_OLD,
  NIL,
  REFERENCE_COUNT,
  SHARED_TABLE,
  SYMBOL_TABLE,
  spaceElements,
  storedAttributes,
  tracksLinkOrder,
  type WalkedLink,
  type WalkedObject,
} from "@tvb-storage/hdf5/internal";
import { creatableType } from "../elements/creatable-type.js";

/** Messages whose content is copied, or says only how something is stored. */
const KNOWN_MESSAGES: ReadonlySet<number> = new Set([
  NIL,
  DATASPACE,
  LINK_INFO,
  DATATYPE,
  FILL_VALUE_OLD,
  FILL_VALUE,
  LINK,
  LAYOUT,
  GROUP_INFO,
  FILTER_PIPELINE,
  ATTRIBUTE,
  CONTINUATION,
  SYMBOL_TABLE,
  ATTRIBUTE_INFO,
  REFERENCE_COUNT,
  MODIFICATION_TIME,
  MODIFICATION_TIME_OLD,
]);

/** What a decoder puts in place of bytes that are not UTF-8. */
const UNDECODABLE = "\ufffd";

/** Why a file as a whole cannot be copied exactly; undefined where nothing is against it. */
export function fileUnsupported(structure: Hdf5Structure): string | undefined {
  const { position, extensionAddress } = structure.superblock;
  if (position > 0) return `it begins with ${position} bytes that are not HDF5's (a user block)`;
  if (extensionAddress === undefined) return undefined;
  const { messages } = structure.header(extensionAddress);
  if (messages.some(({ type }) => type === FILE_SPACE_INFO))
    return "it has a strategy of its own for its free space";
  if (messages.some(({ type }) => type === SHARED_TABLE)) return "its objects share header messages";
  return undefined;
}

/** Why an object cannot be copied exactly, with all that belongs to it; undefined where nothing is against it. */
export function objectUnsupported(structure: Hdf5Structure, walked: WalkedObject): string | undefined {
  const { header, object, links } = walked;
  for (const link of links) {
    const unsupported = linkUnsupported(link);
    if (unsupported !== undefined) return unsupported;
  }
  if (object.kind === "datatype") return "it is a committed datatype";
  const unknown = header.messages.find(({ type }) => !KNOWN_MESSAGES.has(type) && type !== EXTERNAL_FILES);
  if (unknown !== undefined)
    return `its header has a message of type 0x${unknown.type.toString(16)}${unknown.type === COMMENT ? " (a comment)" : ""}`;
  if (header.tracksAttributeOrder) return "it keeps the order in which its attributes were created";
  if (tracksLinkOrder(structure.file, header)) return "it keeps the order in which its links were created";
  if (object.kind === "dataset") {
    const type = findMessage(header, DATATYPE);
    if (type !== undefined && isShared(type)) return "its type is a committed datatype";
    const unsupported = datasetUnsupported(object);
    if (unsupported !== undefined) return unsupported;
  }
  return attributesUnsupported(structure, walked);
}

function linkUnsupported({ link }: WalkedLink): string | undefined {
  if (link.name.includes(UNDECODABLE)) return `the name of its link "${link.name}" is not UTF-8`;
  if (link.kind === "external") return `its link "${link.name}" is an external one, to ${link.file}`;
  if (link.kind === "user-defined") return `its link "${link.name}" is a user-defined one`;
  if (link.kind === "soft" && link.path.includes(UNDECODABLE))
    return `the target of its link "${link.name}" is not UTF-8`;
  return undefined;
}

function datasetUnsupported(dataset: DatasetInfo): string | undefined {
  const { datatype, dataspace, layout, filters, fillValue } = dataset;
  if (dataset.hasExternalFiles) return "its data are in other files (external raw storage)";
  if (layout.class === "virtual") return "its data are in other datasets (a virtual dataset)";
  if (dataspace.kind === "null") return "it has a null dataspace";
  if (layout.class === "compact") return "its data are in its object header (compact layout)";
  if (creatableType(datatype) === undefined) return `its type ${datatypeName(datatype)} is only read`;
  const [filter] = filters;
  const isGzip = filters.length === 1 && filter?.id === 1 && filter.clientData.length === 1;
  if (filters.length > 0 && !isGzip)
    return `it is stored with the filters ${filters.map(({ name }) => name).join(", ")}, of which only gzip alone is written`;
  if (filters.length > 0 && datatype.class === "vlen-string")
    return "it is stored with a filter, which texts of variable length are not written with";
  if (fillValue.kind !== "default")
    return fillValue.kind === "defined" ? "it has a fill value of its own" : "its fill value is undefined";
  const usual = layout.class === "chunked" ? "incremental" : "late";
  if (fillValue.allocation !== undefined && fillValue.allocation !== usual)
    return `its space is allocated ${fillValue.allocation}`;
  return undefined;
}

/** Chunks that cover a shape. */
export function fullChunkCount(shape: readonly number[], chunkShape: readonly number[]): number {
  return shape.reduce((count, length, axis) => count * Math.ceil(length / (chunkShape[axis] ?? 1)), 1);
}

function attributesUnsupported(structure: Hdf5Structure, { header }: WalkedObject): string | undefined {
  const { file } = structure;
  const heap = new GlobalHeap(file);
  for (const { parts, address, location } of storedAttributes(file, header)) {
    const what = `its attribute "${parts.name}"`;
    if (parts.name.includes(UNDECODABLE)) return `the name of ${what} is not UTF-8`;
    if (parts.datatype.shared || parts.dataspace.shared || location.kind === "shared")
      return `${what} shares its type with others`;
    const type = attributeDatatype(file, parts, address);
    if (creatableType(type) === undefined)
      return `${what} has the type ${datatypeName(type)}, which is only read`;
    const space = attributeDataspace(file, parts, address);
    if (space.kind === "null") return `${what} has a null dataspace`;
    if (type.class !== "vlen-string") continue;
    for (let index = 0; index < spaceElements(space); index++) {
      const text = heap.element(parts.data, 1, index * type.size);
      const nul = text.indexOf(0);
      if (nul >= 0 && text.subarray(nul).some((byte) => byte !== 0)) return `${what} has a NUL within a text`;
    }
  }
  return undefined;
}

/**
 * To be called with the reason that one of these functions found.
 *
 * @param object Path of the object; undefined for the file as a whole.
 * @throws FileStorageException there is a reason.
 */
export function refuseUnsupported(
  label: string,
  object: string | undefined,
  unsupported: string | undefined,
): void {
  if (unsupported === undefined) return;
  const where = object === undefined ? "" : `because of ${object}: `;
  throw new FileStorageException(`${label} cannot be compacted, ${where}${unsupported}`);
}
