export type { AttributeInfo } from "./attribute-info-message.js";
export { BOOLEAN_PLACEHOLDER_MEMBER, setBooleanAttributeType, setBooleanType } from "./boolean-type.js";
export { lookup3 } from "./checksum.js";
export type { ChunkedLayout, ChunkPart, StoredChunk } from "./chunk-index.js";
export { chunkBytes, chunkParts } from "./chunk-index.js";
export { ChunkLookup } from "./chunk-lookup.js";
export { classBits, setClassBits, setFillTime, setFilterOptional } from "./creation-edits.js";
export { isUnjudged, unjudged } from "./damage.js";
export { type Dataspace, elementCount } from "./dataspace-message.js";
export { complexBase, type Datatype, floatFormat, isBoolean } from "./datatype.js";
export { datatypeName } from "./datatype-name.js";
export { type Extent, totalSize } from "./extent.js";
export type { FillValue } from "./fill-value-message.js";
export type { Filter } from "./filter-pipeline-message.js";
export { setFixedStringType } from "./fixed-string-type.js";
export { growChunk } from "./grow-chunk.js";
export { Hdf5Structure, type Resolution } from "./hdf5-structure.js";
export type { ChunkIndex, ChunkIndexKind, Layout } from "./layout-message.js";
export type { Link, LinkTarget } from "./link-message.js";
export type { HeaderMessage, ObjectHeader } from "./object-header.js";
export type { CommittedDatatypeInfo, DatasetInfo, GroupInfo, ObjectInfo } from "./object-info.js";
export { removeAttribute } from "./remove-attribute.js";
export { type RemovedLink, removeLink } from "./remove-link.js";
export { shrinkEnd } from "./shrink-end.js";
export { StructureFile } from "./structure-file.js";
export {
  adoptUnclosed,
  clearWritingMark,
  correctBaseAddress,
  findSuperblock,
  readSuperblock,
  type Superblock,
  writeEndOfFile,
  writingMark,
} from "./superblock.js";
export { type WalkedLink, type WalkedObject, walkObjects } from "./walk-objects.js";
export {
  problemOf,
  type StructureProblem,
  type WalkedDataset,
  walkSteps,
  walkStructure,
} from "./walk-structure.js";
