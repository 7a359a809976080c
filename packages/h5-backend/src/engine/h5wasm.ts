// The part of h5wasm's low-level module that this package calls, typed by what
// its C++ really takes and gives. Positions and sizes are 64-bit (bigint) there.

/** A node of Emscripten's file system. */
export interface WasmNode {
  readonly name: string;
  node_ops: Readonly<Record<string, unknown>>;
  stream_ops: Readonly<Record<string, unknown>>;
  /** Of files in Emscripten's own memory file system. */
  contents?: Uint8Array | null;
  usedBytes?: number;
}

export interface WasmStream {
  readonly node: WasmNode;
  readonly fd: number | null;
  position: number;
}

interface WasmFileSystem {
  mkdir(path: string): unknown;
  mount(type: unknown, options: object, mountPoint: string): WasmNode;
  createNode(parent: WasmNode | null, name: string, mode: number, device: number): WasmNode;
  destroyNode(node: WasmNode): void;
  open(path: string, flags: string): WasmStream;
  close(stream: WasmStream): void;
  chdir(path: string): void;
  readonly streams: readonly (WasmStream | null | undefined)[];
  readonly ErrnoError: new (errno: number) => Error;
}

/** How a datatype and its dataspace are described to h5wasm for creation. */
export interface WasmType {
  /** HDF5's datatype class: 0 integer, 1 float, 3 string, 6 compound. */
  readonly type: 0 | 1 | 3 | 6;
  readonly size: number;
  readonly signed: boolean;
  readonly vlen: boolean;
  readonly littleEndian: true;
  /** 0 ASCII (NUL-terminated), 1 UTF-8 (space-padded). */
  readonly cset?: 0 | 1;
  readonly compound_type?: {
    readonly nmembers: number;
    readonly members: readonly (WasmType & { readonly name: string; readonly offset: number })[];
  };
}

export interface WasmCreation extends WasmType {
  readonly shape: readonly bigint[];
  readonly maxshape: readonly bigint[] | null;
  readonly chunks?: readonly bigint[] | null;
  /** A filter's number; 1 is gzip. */
  readonly compression?: number;
  readonly compression_opts?: readonly number[];
  readonly track_order?: boolean;
}

/** A path or name: Emscripten makes UTF-8 of a text, and hands bytes on as they are. */
export type WasmName = string | Uint8Array;

export interface Wasm {
  readonly FS: WasmFileSystem;
  /** A new view after each growth of the heap: never keep it across a call. */
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  readonly H5F_ACC_RDONLY: number;
  readonly H5F_ACC_RDWR: number;
  readonly H5F_ACC_TRUNC: number;
  readonly H5F_LIBVER_V18: number;
  readonly H5F_LIBVER_V110: number;
  /** Calls the function of the module whose name is `_` and `name`. */
  ccall(name: string, returns: null, types: readonly string[], given: readonly unknown[]): unknown;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  open(name: string, mode: number, trackOrder: boolean, libverLow: number, libverHigh: number): bigint;
  close_file(file: bigint): number;
  flush(file: bigint): number;
  create_group(file: bigint, path: WasmName, trackOrder: boolean): number;
  create_dataset(file: bigint, path: WasmName, data: bigint, creation: WasmCreation): number;
  /** Gives the object at a path from the root another name. */
  create_hard_link(file: bigint, target: WasmName, name: WasmName): number;
  create_soft_link(file: bigint, target: WasmName, name: WasmName): number;
  resize_dataset(file: bigint, path: WasmName, shape: readonly bigint[]): number;
  get_dataset_data(
    file: bigint,
    path: WasmName,
    count: readonly bigint[] | null,
    offset: readonly bigint[] | null,
    stride: readonly bigint[] | null,
    target: bigint,
  ): number;
  set_dataset_data(
    file: bigint,
    path: WasmName,
    count: readonly bigint[] | null,
    offset: readonly bigint[] | null,
    stride: readonly bigint[] | null,
    source: bigint,
  ): number;
  reclaim_vlen_memory(file: bigint, path: WasmName, attribute: string, data: bigint): number;
  reclaim_vlen_memory_count(
    file: bigint,
    path: WasmName,
    attribute: string,
    data: bigint,
    count: readonly bigint[],
  ): number;
  create_attribute(
    file: bigint,
    path: WasmName,
    name: WasmName,
    data: bigint,
    creation: WasmCreation,
  ): number;
  delete_attribute(file: bigint, path: WasmName, name: WasmName): number;
}

/** The one WASM instance of the process, when it is ready. It is megabytes to load and compile, which not every use needs. */
export async function loadWasm(): Promise<Wasm> {
  const { default: h5wasm } = await import("h5wasm");
  // h5wasm's declarations describe its high-level classes; this is what its module has at run time.
  return (await h5wasm.ready) as unknown as Wasm;
}
