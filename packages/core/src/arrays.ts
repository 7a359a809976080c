export { type PlacedBlock, placedBlocks, type Region, regions } from "./blocks.js";
export { type ConvertOptions, convertArray } from "./convert.js";
export type { CopyNodesOptions, CopyProblem, CopyReport } from "./copy-report.js";
export {
  allocate,
  bytesOf,
  DATA_TYPES,
  type DataMap,
  type DataType,
  isDataType,
  itemSize,
  type NumericType,
  type TypedArray,
} from "./data-type.js";
export {
  BOOL_VALUE_PREFIX,
  DATE_TIME_FORMAT,
  DATETIME_VALUE_PREFIX,
  decodeMetadata,
  encodeMetadata,
  serializeBool,
  TVB_ATTRIBUTE_PREFIX,
} from "./metadata.js";
export {
  copyArray,
  type NDArrayOptions,
  type NormalizedInput,
  ndarray,
  normalizeInput,
  reshape,
  toNested,
} from "./ndarray.js";
export type { ArrayInput, NDArray, Nested } from "./ndarray-type.js";
export { datasetPath, nodePath, type PathStyle } from "./node-path.js";
export {
  type AxisRange,
  type ResolvedSelection,
  resolveSelection,
  selectElements,
  slice,
} from "./selection.js";
export type { Selection, Slice } from "./selection-type.js";
export { checkShape, elementCount, shapeText } from "./shape.js";
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
