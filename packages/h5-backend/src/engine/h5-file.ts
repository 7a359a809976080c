import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { decodeText, encodeText, fileException } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";
import type { Engine } from "./engine.js";
import { summarizeDiagnosis } from "./error-capture.js";
import type { Wasm, WasmCreation } from "./h5wasm.js";
import { bytesForTexts, cString, nameOf, POINTER_BYTES, putTexts } from "./heap-text.js";
import type { MountedFile, SiblingFiles } from "./mount.js";

/** HDF5's H5F_ACC_SWMR_READ, which h5wasm has no name for. */
const SWMR_READ = 0x40;

export interface OpenOptions {
  /** `"read growing"`: while a SWMR writer appends to it. */
  mode: "read" | "read growing" | "write" | "create";
  /** The file's name for messages. */
  label: string;
  /** Its siblings, where external content is read. */
  siblings?: SiblingFiles | undefined;
}

/** A block of a dataset in HDF5's terms: one entry an axis. */
export interface Hyperslab {
  readonly offset: readonly number[];
  readonly stride: readonly number[];
  readonly count: readonly number[];
}

/** The text of a variable-length string whose element begins at `at`. */
type VlenText = (elements: Uint8Array, at: number) => string;

const big = (values: readonly number[]): bigint[] => values.map(BigInt);

/** Count, offset and stride as h5wasm takes them; null for the whole dataset. */
function hyperslabArguments(
  hyperslab: Hyperslab | undefined,
): readonly [bigint[] | null, bigint[] | null, bigint[] | null] {
  return hyperslab === undefined
    ? [null, null, null]
    : [big(hyperslab.count), big(hyperslab.offset), big(hyperslab.stride)];
}

/** One open HDF5 file. All calls are synchronous. */
export class H5File {
  readonly #engine: Engine;
  readonly #id: bigint;
  readonly #mounted: MountedFile;
  readonly #label: string;
  readonly #start: number;
  #open = true;

  private constructor(engine: Engine, id: bigint, mounted: MountedFile, label: string) {
    this.#engine = engine;
    this.#start = engine.starts;
    this.#id = id;
    this.#mounted = mounted;
    this.#label = label;
    engine.uses(this);
  }

  /**
   * Opens the HDF5 file that `port` shows.
   *
   * @throws FileStructureException it is no HDF5 file, is damaged, or cannot be read.
   * @throws FileStorageException the disk is full or failed.
   */
  static open(engine: Engine, port: FilePort, { mode, label, siblings }: OpenOptions): H5File {
    const { wasm } = engine;
    const mounted = engine.mount(port, siblings);
    mounted.isReadOnly = mode === "read" || mode === "read growing";
    const flags = {
      read: wasm.H5F_ACC_RDONLY,
      "read growing": wasm.H5F_ACC_RDONLY | SWMR_READ,
      write: wasm.H5F_ACC_RDWR,
      create: wasm.H5F_ACC_TRUNC,
    }[mode];
    const { result, thrown, diagnosis } = engine.attempt(() =>
      wasm.open(mounted.name, flags, false, wasm.H5F_LIBVER_V18, wasm.H5F_LIBVER_V110),
    );
    const id = result ?? -1n;
    if (id >= 0n && diagnosis === undefined) return new H5File(engine, id, mounted, label);
    if (id >= 0n) engine.attempt(() => wasm.close_file(id));
    mounted.unmount();
    engine.markSuspect();
    const what = `Could not open storage file ${label}`;
    if (mounted.failure !== undefined) throw fileException(mounted.failure, what);
    const said =
      diagnosis === undefined ? errorMessage(thrown ?? "HDF5 gave no reason") : summarizeDiagnosis(diagnosis);
    throw new FileStructureException(`${what}: ${said.replaceAll(mounted.name, label)}`, {
      cause: thrown ?? new Error(diagnosis),
    });
  }

  /** Whether HDF5 was reset since, so that the file is not open in it any more. */
  get isLost(): boolean {
    return this.#engine.starts !== this.#start;
  }

  /** Runs one call of h5wasm and throws the error that HDF5 reports. */
  #call<T>(what: string, call: (wasm: Wasm) => T, tolerated?: RegExp): T {
    const failed = `${what} of ${this.#label} failed`;
    if (this.isLost) {
      throw new FileStorageException(
        `${failed}: HDF5 was reset, because a damaged file made it crash; what was changed here and not closed is not stored`,
      );
    }
    this.#engine.uses(this);
    const { result, thrown, diagnosis } = this.#engine.attempt(call);
    if (thrown === undefined && (diagnosis === undefined || isTolerated(diagnosis, tolerated))) {
      return result as T; // nothing was thrown
    }
    this.#engine.markSuspect();
    const { failure } = this.#mounted;
    // The error of the disk says more than HDF5's.
    if (failure !== undefined)
      throw new FileStorageException(fileException(failure, failed).message, { cause: failure });
    const reason = diagnosis === undefined ? String(thrown) : summarizeDiagnosis(diagnosis);
    throw new FileStorageException(`${failed}: ${reason}`, { cause: thrown ?? new Error(diagnosis) });
  }

  createGroup(path: string): void {
    this.#call(`creating the group ${path}`, (wasm) => wasm.create_group(this.#id, nameOf(path), false));
  }

  /** Gives the object at `target`, which is there, one more name. */
  createHardLink(path: string, target: string): void {
    this.#call(`linking ${path}`, (wasm) => wasm.create_hard_link(this.#id, nameOf(target), nameOf(path)));
  }

  /** Creates a soft link to the path `target`, at which there may be no object yet. */
  createSoftLink(path: string, target: string): void {
    this.#call(`linking ${path}`, (wasm) => wasm.create_soft_link(this.#id, nameOf(target), nameOf(path)));
  }

  /** Creates a dataset; `bytes` is all of its data, or undefined where it follows in blocks. */
  createDataset(path: string, creation: WasmCreation, bytes: Uint8Array | undefined): void {
    const pointer = bytes === undefined ? 0 : this.#put(bytes);
    this.#call(
      `creating the dataset ${path}`,
      (wasm) => wasm.create_dataset(this.#id, nameOf(path), BigInt(pointer), creation),
      // h5wasm writes at once; without data, that write is refused after the dataset was created.
      bytes === undefined ? /no input buffer/ : undefined,
    );
  }

  resize(path: string, shape: readonly number[]): void {
    this.#call(`resizing the dataset ${path}`, (wasm) =>
      wasm.resize_dataset(this.#id, nameOf(path), big(shape)),
    );
  }

  /** Writes elements as they are in memory; `hyperslab` undefined is the whole dataset. */
  write(path: string, hyperslab: Hyperslab | undefined, bytes: Uint8Array): void {
    this.#writeAt(path, hyperslab, this.#put(bytes));
  }

  /** Writes variable-length strings. */
  writeStrings(path: string, hyperslab: Hyperslab | undefined, texts: readonly string[]): void {
    this.#withStrings(texts, (pointer) => this.#writeAt(path, hyperslab, pointer));
  }

  #writeAt(path: string, hyperslab: Hyperslab | undefined, pointer: number): void {
    this.#call(
      `writing the dataset ${path}`,
      (wasm) =>
        wasm.set_dataset_data(this.#id, nameOf(path), ...hyperslabArguments(hyperslab), BigInt(pointer)),
      ENUM_ORDER,
    );
  }

  /**
   * Reads elements into the heap and hands the bytes to `use`, which must copy what it keeps: the
   * view is invalid after the next call. `text` gives the variable-length string that an element (a
   * pointer) refers to; with `hasVlen` the memory of those is freed afterwards.
   */
  read<T>(
    path: string,
    hyperslab: Hyperslab | undefined,
    layout: { byteLength: number; hasVlen: boolean },
    use: (bytes: Uint8Array, text: VlenText) => T,
  ): T {
    return this.#withElements(path, hyperslab, layout, (pointer) => {
      const heap = this.#engine.wasm.HEAPU8;
      return use(heap.subarray(pointer, pointer + layout.byteLength), (elements, at) =>
        decodeText(cString(heap, elements.subarray(at, at + POINTER_BYTES))),
      );
    });
  }

  /**
   * Copies elements to the same hyperslab of the same dataset in another file, without decoding
   * them.
   */
  copyElements(
    target: H5File,
    path: string,
    hyperslab: Hyperslab | undefined,
    layout: { byteLength: number; hasVlen: boolean },
  ): void {
    this.#withElements(path, hyperslab, layout, (pointer) => target.#writeAt(path, hyperslab, pointer));
  }

  /** Reads elements into the heap, and frees the memory of variable-length ones after `use`. */
  #withElements<T>(
    path: string,
    hyperslab: Hyperslab | undefined,
    layout: { byteLength: number; hasVlen: boolean },
    use: (pointer: number) => T,
  ): T {
    const pointer = this.#engine.scratch(layout.byteLength);
    // HDF5 does not write the memory of elements that were never written.
    this.#engine.wasm.HEAPU8.fill(0, pointer, pointer + layout.byteLength);
    this.#readAt(path, hyperslab, pointer);
    try {
      return use(pointer);
    } finally {
      if (layout.hasVlen) {
        this.#call(`reading the dataset ${path}`, (wasm) =>
          hyperslab === undefined
            ? wasm.reclaim_vlen_memory(this.#id, nameOf(path), "", BigInt(pointer))
            : wasm.reclaim_vlen_memory_count(
                this.#id,
                nameOf(path),
                "",
                BigInt(pointer),
                big(hyperslab.count),
              ),
        );
      }
    }
  }

  #readAt(path: string, hyperslab: Hyperslab | undefined, pointer: number): void {
    const { directory } = this.#mounted;
    // HDF5 takes the names of external raw storage from the current directory.
    if (directory !== undefined) this.#engine.wasm.FS.chdir(directory);
    this.#call(
      `reading the dataset ${path}`,
      (wasm) =>
        wasm.get_dataset_data(this.#id, nameOf(path), ...hyperslabArguments(hyperslab), BigInt(pointer)),
      ENUM_ORDER,
    );
  }

  createAttribute(path: string, name: string, creation: WasmCreation, bytes: Uint8Array): void {
    this.#createAttribute(path, name, creation, this.#put(bytes));
  }

  createStringAttribute(
    path: string,
    name: string,
    creation: WasmCreation,
    texts: readonly (string | Uint8Array)[],
  ): void {
    this.#withStrings(texts, (pointer) => this.#createAttribute(path, name, creation, pointer));
  }

  #createAttribute(path: string, name: string, creation: WasmCreation, pointer: number): void {
    this.#call(`writing the attribute "${name}" of ${path}`, (wasm) =>
      wasm.create_attribute(this.#id, nameOf(path), nameOf(name), BigInt(pointer), creation),
    );
  }

  deleteAttribute(path: string, name: string): void {
    this.#call(`removing the attribute "${name}" of ${path}`, (wasm) =>
      wasm.delete_attribute(this.#id, nameOf(path), nameOf(name)),
    );
  }

  /** Writes HDF5's caches to the port. */
  flush(): void {
    this.#call("flushing", (wasm) => wasm.flush(this.#id));
  }

  /** Writes what HDF5 holds to the port and closes. The handle is gone also where that fails. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#call("closing", (wasm) => wasm.close_file(this.#id));
    } catch (error) {
      this.#release();
      throw error;
    } finally {
      this.#mounted.unmount();
    }
  }

  /** Closes without writing anything more. */
  abandon(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#release();
    this.#mounted.unmount();
  }

  /** HDF5 closes the file, and what it still writes is discarded. */
  #release(): void {
    if (this.isLost) return;
    this.#mounted.discard();
    this.#engine.attempt((wasm) => wasm.close_file(this.#id));
  }

  #put(bytes: Uint8Array): number {
    const pointer = this.#engine.scratch(bytes.length);
    this.#engine.wasm.HEAPU8.set(bytes, pointer);
    return pointer;
  }

  #withStrings(texts: readonly (string | Uint8Array)[], use: (pointer: number) => void): void {
    const encoded = texts.map((text) => (typeof text === "string" ? encodeText(text) : text));
    const pointer = this.#engine.scratch(bytesForTexts(encoded));
    putTexts(this.#engine.wasm.HEAPU8, pointer, encoded);
    use(pointer);
  }
}

/** h5wasm asks for little-endian enumerations, which HDF5 refuses to convert; the data itself is read. */
const ENUM_ORDER = /operation not allowed after enum members are defined/;

/** Only one stack of errors, and that one is known to be harmless. */
function isTolerated(diagnosis: string, tolerated: RegExp | undefined): boolean {
  return tolerated?.test(diagnosis) === true && diagnosis.split("HDF5-DIAG").length === 2;
}
