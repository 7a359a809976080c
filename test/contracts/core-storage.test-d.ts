import type * as core from "@tvb-storage/core";
import type {
  ArrayInput,
  DataType,
  Metadata,
  MetadataInput,
  MetadataValue,
  NDArray,
  Selection,
} from "@tvb-storage/core";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/core: what a storage backend offers.

type Progress = (done: number, total: number) => void;
interface Logger {
  debug: (message: string) => void;
  warn: (message: string) => void;
  error: (message: string) => void;
}
interface NodeOptions {
  where?: string;
}
interface LongOptions {
  signal?: AbortSignal;
  onProgress?: Progress;
}
type Compression = "gzip" | { gzip: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 };
interface LayoutOptions {
  chunks?: readonly number[];
  compression?: Compression;
  stringLength?: number;
}
interface BlockSource {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly blocks: Iterable<ArrayInput> | AsyncIterable<ArrayInput>;
}
interface StoreOptions extends NodeOptions, LayoutOptions, LongOptions {
  dtype?: DataType;
}
interface AppendOptions extends NodeOptions, LayoutOptions {
  dtype?: DataType;
  growDimension?: number;
  closeFile?: boolean;
}
interface GetOptions extends NodeOptions, LongOptions {
  selection?: Selection;
  field?: string;
  ignoreErrors?: boolean;
  closeFile?: boolean;
}
interface StreamOptions extends NodeOptions {
  selection?: Selection;
  field?: string;
  blockBytes?: number;
  signal?: AbortSignal;
}
interface DataBlock {
  readonly offset: readonly number[];
  readonly block: NDArray;
}
interface MetadataOptions extends NodeOptions {
  tvbSpecificMetadata?: boolean;
}
interface RemoveMetadataOptions extends MetadataOptions {
  checkExistence?: boolean;
}
interface NodeInfo {
  readonly path: string;
  readonly kind: "group" | "dataset" | "link" | "datatype" | "unreadable";
  readonly dtype?: DataType | string;
  readonly shape?: readonly number[];
  readonly maxShape?: readonly (number | null)[];
  readonly chunks?: readonly number[] | null;
  readonly filters?: readonly string[];
  readonly storedBytes?: number;
  readonly target?: string;
  readonly reason?: string;
}

export interface StorageManager extends core.AsyncDisposableLike {
  readonly path: string;
  isValidTvbFile: () => Promise<boolean>;
  storeData: (data: ArrayInput | BlockSource, datasetName: string, options?: StoreOptions) => Promise<void>;
  appendData: (data: ArrayInput, datasetName: string, options?: AppendOptions) => Promise<void>;
  getData: {
    (datasetName: string, options: GetOptions & { ignoreErrors: true }): Promise<NDArray | null>;
    (datasetName: string, options?: GetOptions): Promise<NDArray>;
  };
  streamData: (datasetName: string, options?: StreamOptions) => AsyncIterable<DataBlock>;
  getDataShape: (datasetName: string, options?: NodeOptions) => Promise<number[]>;
  removeData: (datasetName: string, options?: NodeOptions) => Promise<void>;
  setMetadata: (
    metadata: Record<string, MetadataInput>,
    datasetName?: string,
    options?: MetadataOptions,
  ) => Promise<void>;
  getMetadata: (datasetName?: string, options?: NodeOptions) => Promise<Metadata>;
  removeMetadata: (key: string, datasetName?: string, options?: RemoveMetadataOptions) => Promise<void>;
  getFileDataVersion: (
    attribute?: string,
    datasetName?: string,
    options?: NodeOptions,
  ) => Promise<MetadataValue>;
  listNodes: (options?: NodeOptions & { depth?: number }) => Promise<NodeInfo[]>;
  closeFile: () => Promise<void>;
}

interface BackendCapabilities {
  readonly dtypes: readonly DataType[];
  readonly growableAxes: "any" | "first" | "none";
  readonly compression: readonly string[];
  readonly removal: boolean;
  readonly fields: boolean;
  readonly atomicCommit: boolean;
  readonly crossProcessLock: boolean;
  readonly escapedBytes?: boolean;
  readonly storedAs: "file" | "folder" | "remote";
}
interface BackendOptions {
  logger?: Logger;
  dataVersion?: number;
}
export interface StorageBackend<O extends BackendOptions = BackendOptions> {
  readonly name: string;
  readonly fileExtension: string;
  readonly supports: BackendCapabilities;
  open: (path: string, options?: O) => StorageManager;
}
interface BackendRegistry {
  readonly names: readonly string[];
  open: (backendName: string, path: string, options?: BackendOptions) => StorageManager;
  forPath: (path: string) => StorageBackend;
}

interface StorageBuffer {
  bufferData: (rows: NDArray) => boolean;
  flushBufferedData: () => Promise<void>;
}

interface Types {
  Progress: Progress;
  Logger: Logger;
  NodeOptions: NodeOptions;
  LongOptions: LongOptions;
  Compression: Compression;
  LayoutOptions: LayoutOptions;
  BlockSource: BlockSource;
  StoreOptions: StoreOptions;
  AppendOptions: AppendOptions;
  GetOptions: GetOptions;
  StreamOptions: StreamOptions;
  DataBlock: DataBlock;
  MetadataOptions: MetadataOptions;
  RemoveMetadataOptions: RemoveMetadataOptions;
  NodeInfo: NodeInfo;
  StorageManager: StorageManager;
  BackendCapabilities: BackendCapabilities;
  BackendOptions: BackendOptions;
  StorageBackend: StorageBackend;
  BackendRegistry: BackendRegistry;
}

interface ActualTypes {
  Progress: core.Progress;
  Logger: core.Logger;
  NodeOptions: core.NodeOptions;
  LongOptions: core.LongOptions;
  Compression: core.Compression;
  LayoutOptions: core.LayoutOptions;
  BlockSource: core.BlockSource;
  StoreOptions: core.StoreOptions;
  AppendOptions: core.AppendOptions;
  GetOptions: core.GetOptions;
  StreamOptions: core.StreamOptions;
  DataBlock: core.DataBlock;
  MetadataOptions: core.MetadataOptions;
  RemoveMetadataOptions: core.RemoveMetadataOptions;
  NodeInfo: core.NodeInfo;
  StorageManager: core.StorageManager;
  BackendCapabilities: core.BackendCapabilities;
  BackendOptions: core.BackendOptions;
  StorageBackend: core.StorageBackend;
  BackendRegistry: core.BackendRegistry;
}

interface Values {
  createBackendRegistry: (backends: readonly StorageBackend[]) => BackendRegistry;
  withLogging: (manager: StorageManager, logger: Logger) => StorageManager;
  StorageBuffer: new (options: {
    growDimension: number;
    limitBytes: number;
    write: (rows: NDArray) => Promise<void>;
  }) => StorageBuffer;
}

export type TypesAreGiven = FitsIn<Types, ActualTypes>;
export type TypesAreTaken = FitsIn<ActualTypes, Types>;
export type ValuesAreThere = FitsIn<Values, typeof core>;

/** Every option is optional. */
export type NoOptionIsRequired = [
  FitsIn<core.StoreOptions, object>,
  FitsIn<core.AppendOptions, object>,
  FitsIn<core.GetOptions, object>,
  FitsIn<core.StreamOptions, object>,
  FitsIn<core.MetadataOptions, object>,
  FitsIn<core.RemoveMetadataOptions, object>,
  FitsIn<core.BackendOptions, object>,
];
