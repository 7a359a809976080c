export {
  type AsyncDisposableLike,
  DateTime,
  decodeText,
  encodeText,
  type FileHandle,
  type FileSystem,
  type Logger,
  type LongOptions,
  memoryFileSystem,
  type NodeReadable,
  type NodeWritable,
  type Progress,
  type SyncFileSystem,
  type XmlInput,
  type XmlMetadata,
} from "@tvb-storage/files";
export {
  AbstractStorageManager,
  type FileState,
  type ManagerOptions,
} from "./abstract-storage-manager.js";
export { type BackendRegistry, createBackendRegistry } from "./backend-registry.js";
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
  ownedInput,
  reshape,
  toNested,
} from "./ndarray.js";
export type { ArrayInput, NDArray, Nested } from "./ndarray-type.js";
export { datasetPath, nodePath, type PathStyle, pathsBeneath } from "./node-path.js";
export type { OpenStream } from "./open-stream.js";
export { checkOptions, type OptionsByMethod } from "./options.js";
export type { CopyOptions, Figure, ProjectStructure } from "./project-structure.js";
export {
  type AxisRange,
  type ResolvedSelection,
  resolveSelection,
  selectElements,
  slice,
} from "./selection.js";
export type { Selection, Slice } from "./selection-type.js";
export { checkShape, elementCount, shapeText } from "./shape.js";
export type { BackendCapabilities, BackendOptions, StorageBackend } from "./storage-backend.js";
export { StorageBuffer, type StorageBufferOptions } from "./storage-buffer.js";
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
export {
  type Awaitable,
  type NewLayout,
  StaleTransaction,
  type StorageTransaction,
  type StoredDataset,
  type StoredNode,
} from "./storage-transaction.js";
export { type TransactionManagerOptions, TransactionStorageManager } from "./transaction-storage-manager.js";
export { withLogging } from "./with-logging.js";
