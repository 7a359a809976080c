import { elementCount } from "@tvb-storage/core/arrays";
import { errorMessage } from "@tvb-storage/files/internal";
import { type Metadata, ready } from "h5wasm";
import { type ElementContext, elementText, typeInMemory } from "./exotic-elements.js";

/** Bytes of a file that are there at once, as HDF5 asks for them. */
export interface FileDevice {
  readonly size: number;
  /** Fewer at the end of the file only. */
  read(position: number, length: number): Uint8Array;
}

/** An element, and where it is in its dataset. */
export interface ExoticRow {
  readonly index: readonly number[];
  readonly text: string;
}

/** Maximum elements that are read of a dataset, and bytes of them. */
const MAX_ELEMENTS = 1000;
const MAX_BYTES = 64 * 1024 * 1024;
/** How h5wasm opens a file. */
const READ_ONLY = 0;
const DEFAULT_LIBVER = -1;
/** Emscripten's number for an error of reading. */
const EIO = 29;

/** A file of Emscripten's memory file system, the way its own `createLazyFile` changes one. */
interface WasmNode {
  usedBytes: number;
  contents: Uint8Array | null;
  stream_ops: Readonly<Record<string, unknown>>;
}

interface WasmStream {
  readonly node: WasmNode;
  position: number;
}

/** What is used of h5wasm's module, typed by what it has at run time. */
interface Wasm {
  readonly FS: {
    createFile(
      parent: string,
      name: string,
      properties: object,
      canRead: boolean,
      canWrite: boolean,
    ): WasmNode;
    open(path: string, flags: string): WasmStream;
    close(stream: WasmStream): void;
    unlink(path: string): void;
    readonly streams: readonly (WasmStream | null | undefined)[];
    readonly ErrnoError: new (errno: number) => Error;
  };
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  open(name: string, mode: number, trackOrder: boolean, libverLow: number, libverHigh: number): bigint;
  close_file(file: bigint): number;
  get_dataset_metadata(file: bigint, path: string): Metadata;
  get_dataset_data(
    file: bigint,
    path: string,
    count: readonly bigint[] | null,
    offset: readonly bigint[] | null,
    stride: readonly bigint[] | null,
    target: bigint,
  ): number;
  get_referenced_name(file: bigint, reference: Uint8Array, isObject: boolean): string | null;
}

/**
 * The first elements of a dataset, at most 1000, as HDF5 itself (h5wasm) reads them.
 *
 * @throws Error with HDF5's reason.
 */
export async function exoticRows(device: FileDevice, path: string): Promise<ExoticRow[]> {
  // Its declarations describe its classes for users, which decode less than is in memory.
  const wasm = (await ready) as unknown as Wasm;
  const errors = capturedErrors(wasm);
  // What was printed when the last file was closed.
  errors();
  const { name, failure, remove } = mounted(wasm, device);
  const reason = (why: string): string => `HDF5 cannot read ${path}: ${why}`;
  const checked = <T>(work: () => T): T => {
    let result: T;
    try {
      result = work();
    } catch (error) {
      throw failure() ?? new Error(reason(errors() ?? errorMessage(error)), { cause: error });
    }
    const said = errors();
    const cause = failure();
    if (cause !== undefined) throw cause;
    if (said !== undefined) throw new Error(reason(said));
    return result;
  };
  let file: bigint | undefined;
  try {
    const opened = checked(() => wasm.open(name, READ_ONLY, false, DEFAULT_LIBVER, DEFAULT_LIBVER));
    file = opened;
    return readRows(wasm, opened, path, checked);
  } finally {
    if (file !== undefined) wasm.close_file(file);
    remove();
  }
}

function readRows(wasm: Wasm, file: bigint, path: string, checked: <T>(work: () => T) => T): ExoticRow[] {
  const stored = checked(() => wasm.get_dataset_metadata(file, path));
  const type = typeInMemory(stored);
  const shape = type.shape ?? [0];
  const counts = leadingBox(shape, Math.max(1, Math.min(MAX_ELEMENTS, Math.floor(MAX_BYTES / type.size))));
  const total = elementCount(counts);
  if (total === 0) return [];
  const pointer = wasm._malloc(total * type.size);
  if (pointer === 0)
    throw new Error(`${total} elements of ${type.size} bytes need more memory than there is`);
  try {
    const whole = (value: number | bigint): bigint => BigInt(value);
    const box = shape.length === 0 ? null : counts.map(whole);
    const all = (value: bigint): bigint[] | null => box?.map(() => value) ?? null;
    checked(() => wasm.get_dataset_data(file, path, box, all(0n), all(1n), BigInt(pointer)));
    return Array.from({ length: total }, (_, i) => {
      const context: ElementContext = {
        // Another one after each growth.
        memory: wasm.HEAPU8,
        nameOf: (reference, kind) => {
          try {
            const name = checked(() => wasm.get_referenced_name(file, reference.slice(), kind === "object"));
            return `${kind === "region" ? "a region of " : ""}${name ?? "an object without a name"}`;
          } catch (error) {
            // Others may be whole.
            return `(broken: ${errorMessage(error)})`;
          }
        },
      };
      return { index: indexOf(i, counts), text: elementText(context, pointer + i * type.size, type) };
    });
  } finally {
    wasm._free(pointer);
  }
}

/** The lengths of the first elements along each axis, last axes first, with at most `limit` elements. */
export function leadingBox(shape: readonly number[], limit: number): number[] {
  let left = limit;
  const counts: number[] = [];
  for (const length of [...shape].reverse()) {
    const count = Math.min(length, left);
    counts.unshift(count);
    left = count < length ? 1 : Math.max(1, Math.floor(left / Math.max(1, count)));
  }
  return counts;
}

/** Of the element number `i` in C order of a box. */
function indexOf(i: number, counts: readonly number[]): number[] {
  let rest = i;
  const index: number[] = [];
  for (const count of [...counts].reverse()) {
    index.unshift(rest % count);
    rest = Math.floor(rest / count);
  }
  return index;
}

let files = 0;

/** The device as a file in HDF5's memory. */
function mounted(
  { FS }: Wasm,
  device: FileDevice,
): { readonly name: string; failure(): unknown; remove(): void } {
  files += 1;
  const name = `data-${files}.h5`;
  let failure: unknown;
  const node = FS.createFile("/", name, {}, true, false);
  Object.defineProperty(node, "usedBytes", { value: device.size });
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream: WasmStream, heap: Int8Array, offset: number, length: number, position: number) {
      try {
        const bytes = device.read(position, Math.min(length, device.size - position));
        new Uint8Array(heap.buffer, heap.byteOffset + offset, bytes.length).set(bytes);
        return bytes.length;
      } catch (error) {
        failure ??= error;
        throw new FS.ErrnoError(EIO);
      }
    },
  };
  return { name: `/${name}`, failure: () => failure, remove: () => FS.unlink(`/${name}`) };
}

let taken: (() => string | undefined) | undefined;

/**
 * HDF5 prints why a call failed, and gives what was in memory: h5wasm's other way, to throw from within HDF5, damages it. So
 * a file takes the place of its output, and is looked at after each call.
 */
function capturedErrors({ FS }: Wasm): () => string | undefined {
  if (taken !== undefined) return taken;
  const output = FS.streams[2];
  if (output) FS.close(output);
  const stream = FS.open("/errors", "w+");
  taken = () => {
    const { node } = stream;
    if (node.usedBytes === 0) return undefined;
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      node.contents?.slice(0, node.usedBytes),
    );
    node.usedBytes = 0;
    stream.position = 0;
    // The last line of the first failure says why.
    const [, first = text] = text.split("HDF5-DIAG");
    return [...first.matchAll(/^\s*#\d+: .*? in \w+\(\): (.*)$/gm)].at(-1)?.[1] ?? text.trim().split("\n")[0];
  };
  return taken;
}
