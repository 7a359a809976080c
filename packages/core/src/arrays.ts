export {
  checkBlockSource,
  isBlockSource,
  type PlacedBlock,
  placedBlocks,
  type Region,
  regions,
} from "./blocks.js";
export { takeSteps } from "./concatenate.js";
export { type ConvertOptions, convertArray } from "./convert.js";
export {
  allocate,
  bytesOf,
  DATA_TYPES,
  type DataMap,
  type DataType,
  entriesPerElement,
  isDataType,
  itemSize,
  type NumericType,
  type TypedArray,
} from "./data-type.js";
export { type ExistingDataset, fitToAppend, fitToOverwrite } from "./existing-dataset.js";
export {
  attributeName,
  BOOL_VALUE_PREFIX,
  checkMetadataKey,
  DATE_TIME_FORMAT,
  DATETIME_VALUE_PREFIX,
  decodeMetadata,
  encodeMetadata,
  placeholderWarning,
  serializeBool,
  TVB_ATTRIBUTE_PREFIX,
} from "./metadata.js";
export {
  copyArray,
  type NDArrayOptions,
  type NormalizedInput,
  ndarray,
  normalizeInput,
  ownedInput,
  reshape,
  toNested,
} from "./ndarray.js";
export type { ArrayInput, NDArray, Nested } from "./ndarray-type.js";
export { checkNewName, datasetPath, nodePath, type PathStyle, pathParts } from "./node-path.js";
export {
  type AxisRange,
  type ResolvedSelection,
  resolveSelection,
  selectElements,
  slice,
} from "./selection.js";
export type { Selection, Slice } from "./selection-type.js";
export { selectionWindow } from "./selection-window.js";
export { checkShape, elementCount, resolveAxis, sameShape, shapeText } from "./shape.js";
export type {
  AppendOptions,
  BlockSource,
  Compression,
  DataBlock,
  GetOptions,
  LayoutOptions,
  Metadata,
  MetadataInput,
  MetadataOptions,
  MetadataReadOptions,
  MetadataValue,
  NodeInfo,
  NodeOptions,
  RemoveMetadataOptions,
  StorageManager,
  StoreOptions,
  StreamOptions,
} from "./storage-manager.js";
