export { attributeDataspace, attributeDatatype } from "./attributes/attribute-message.js";
export { storedAttributes } from "./attributes/attribute-storage.js";
export type { Extent } from "./bytes/extent.js";
export { valueText } from "./bytes/value-text.js";
export { storedChunkCount, storedChunks } from "./chunks/chunk-index.js";
export type { Filter } from "./chunks/filter-pipeline-message.js";
export { type CopyPlace, copyObjects } from "./copy/copy-objects.js";
export { DatasetReader } from "./data/dataset-reader.js";
export { BytesSink } from "./data/element-sink.js";
export { emptyResult, readArray, readArrayNow } from "./data/read-array.js";
export {
  partOfElements,
  planSelection,
  type ReadPlan,
  readPlan,
  readShape,
  selectedElements,
} from "./data/read-plan.js";
export { spaceElements } from "./datatypes/dataspace-message.js";
export { complexBase, type Datatype, isBoolean } from "./datatypes/datatype.js";
export { datatypeName } from "./datatypes/datatype-name.js";
export { findField, mappedType } from "./datatypes/mapped-type.js";
export { newType } from "./datatypes/new-type.js";
export { AttributeEditor } from "./edits/attribute-editor.js";
export { BOOLEAN_PLACEHOLDER_MEMBER, setBooleanAttributeType, setBooleanType } from "./edits/boolean-type.js";
export { classBits, setClassBits, setFillTime, setFilterOptional } from "./edits/creation-edits.js";
export { setFixedStringType } from "./edits/fixed-string-type.js";
export { growChunk } from "./edits/grow-chunk.js";
export { createGroupObject, insertLink } from "./edits/insert-link.js";
export { createFile } from "./edits/new-file.js";
export { removeAttribute } from "./edits/remove-attribute.js";
export { removeLink } from "./edits/remove-link.js";
export { shrinkEnd } from "./edits/shrink-end.js";
export { type DecodeTarget, decodeElements } from "./elements/decode.js";
export { encodeFixedStrings, isAscii } from "./elements/encode-text.js";
export { attributeNames, readAttributes } from "./elements/read-attributes.js";
export { undecodableReason } from "./filters/pipeline.js";
export { tracksLinkOrder } from "./groups/group.js";
export {
  ATTRIBUTE,
  ATTRIBUTE_INFO,
  COMMENT,
  CONTINUATION,
  DATASPACE,
  DATATYPE,
  EXTERNAL_FILES,
  FILE_SPACE_INFO,
  FILL_VALUE,
  FILL_VALUE_OLD,
  FILTER_PIPELINE,
  GROUP_INFO,
  LAYOUT,
  LINK,
  LINK_INFO,
  MODIFICATION_TIME,
  MODIFICATION_TIME_OLD,
  NIL,
  REFERENCE_COUNT,
  SHARED_TABLE,
  SYMBOL_TABLE,
} from "./headers/message-type.js";
export { bodyBytes, findMessage, isShared } from "./headers/object-header.js";
export { StructureFile } from "./headers/structure-file.js";
export { checkGlobalHeap, GlobalHeap } from "./heaps/global-heap.js";
export { datasetAt, type FoundObject, findObject, objectAt, presentObjects } from "./objects/find-object.js";
export { Hdf5Structure } from "./objects/hdf5-structure.js";
export { listObjects } from "./objects/list-objects.js";
export type { DatasetInfo } from "./objects/object-info.js";
export { type WalkedLink, type WalkedObject, walkObjects } from "./objects/walk-objects.js";
export { filtersRule } from "./reader/hdf5-file.js";
export { isSource, sourcePort, stepOn } from "./reader/source-port.js";
export {
  adoptUnclosed,
  correctBaseAddress,
  findSuperblock,
  readSuperblock,
  type Superblock,
  writingMark,
} from "./superblock/superblock.js";
export { CheckSink } from "./verify/check-sink.js";
export { verifyFile } from "./verify/verify-file.js";
export { walkStructure } from "./verify/walk-structure.js";
export { DatasetWriter, type WriterOptions } from "./writer/dataset-writer.js";
export { createDatasetObject } from "./writer/new-dataset.js";
