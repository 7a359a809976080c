import { FileStorageException } from "@tvb-storage/errors";
import type { FilePort } from "@tvb-storage/files";
import { ErrorCapture } from "./error-capture.js";
import { loadWasm, type Wasm } from "./h5wasm.js";
import { MemorySnapshot } from "./memory-snapshot.js";
import { type MountedFile, PortMount, type SiblingFiles } from "./mount.js";
import { WasmStack } from "./wasm-stack.js";

/** The largest piece of data that is in the WASM heap at a time. */
export const IO_BLOCK_BYTES = 4 * 1024 * 1024;
/** Data that cannot be cut into blocks: a damaged file may say that an element has 2 GiB, and the heap never shrinks. */
const MAX_SCRATCH_BYTES = 512 * 1024 * 1024;
const KEPT_SCRATCH_BYTES = 16 * 1024 * 1024;

/** The outcome of a call of h5wasm. */
export interface Attempt<T> {
  readonly result: T | undefined;
  readonly thrown: unknown;
  /** What HDF5 wrote to stderr meanwhile. */
  readonly diagnosis: string | undefined;
}

/**
 * HDF5, with every failure an exception. One for the process: it owns the WASM heap, the mount and
 * HDF5's stderr. Where a damaged file makes HDF5 crash, its memory is restored from a snapshot of
 * its start; the files that were open are not open in it any more.
 */
export class Engine {
  readonly #errors: ErrorCapture;
  readonly #mount: PortMount;
  readonly #stack: WasmStack;
  readonly #initialMemory: MemorySnapshot;
  #scratch = 0;
  #scratchBytes = 0;
  #isSuspect = false;
  /** The open file whose content HDF5 may have in its memory. */
  #content: object | "several" | undefined;
  /** How many times HDF5 was reset. */
  starts = 0;

  constructor(readonly wasm: Wasm) {
    const id = crypto.randomUUID().slice(0, 8);
    this.#errors = new ErrorCapture(wasm, `/tvb-storage-stderr-${id}`);
    this.#mount = new PortMount(wasm, `/tvb-storage-${id}`);
    this.#stack = new WasmStack(wasm);
    this.#initialMemory = new MemorySnapshot(wasm.HEAPU8);
  }

  /** Runs a call of h5wasm. Never throws, and HDF5 can be used afterwards. */
  attempt<T>(call: (wasm: Wasm) => T): Attempt<T> {
    try {
      const result = this.#stack.protect(() => call(this.wasm));
      return { result, thrown: undefined, diagnosis: this.#errors.take() };
    } catch (thrown) {
      const diagnosis = this.#errors.take();
      if (isRefusal(thrown)) return { result: undefined, thrown, diagnosis };
      this.#reset();
      return {
        result: undefined,
        thrown: new Error(`HDF5 crashed: ${String(thrown)}`, { cause: thrown }),
        diagnosis: undefined,
      };
    }
  }

  /**
   * HDF5 has failed on a file, which may be damaged and have made it damage its
   * own memory without a crash. It is reset when nothing is open.
   */
  markSuspect(): void {
    this.#isSuspect = true;
  }

  /** To be called before each call on an open file. */
  uses(file: object): void {
    if (this.#content !== file) this.#content = this.#content === undefined ? file : "several";
  }

  /**
   * To be called before HDF5 reads data that were not checked, which may return parts of its
   * memory: resets HDF5 if it has content of other files in memory and nothing is lost by that.
   * Files that were open must then be opened again.
   */
  forgetOthers(file: object): void {
    if (this.#content !== file && this.#mount.isLosable) this.#reset(true);
  }

  #reset(clear = false): void {
    this.starts += 1;
    this.#isSuspect = false;
    this.#content = undefined;
    this.#mount.closeStreams();
    this.#initialMemory.restore(this.wasm.HEAPU8, clear);
    this.#scratch = 0;
    this.#scratchBytes = 0;
  }

  /** Mounts a port as a file that HDF5 can open. */
  mount(port: FilePort, siblings: SiblingFiles | undefined): MountedFile {
    if (this.#isSuspect && this.#mount.isIdle) this.#reset();
    if (this.#content !== undefined) this.#content = "several";
    return this.#mount.add(port, siblings);
  }

  /** A pointer to `bytes` bytes in the heap, valid until the next call of this method. */
  scratch(bytes: number): number {
    const needed = Math.max(bytes, 8);
    const isKept = this.#scratchBytes <= Math.max(needed, KEPT_SCRATCH_BYTES);
    if (needed <= this.#scratchBytes && isKept) return this.#scratch;
    if (needed > MAX_SCRATCH_BYTES) {
      throw new FileStorageException(
        `${needed} bytes at once are more than the ${MAX_SCRATCH_BYTES} that an element, or the texts of a block, may have`,
      );
    }
    const { result: pointer = 0 } = this.attempt((wasm) => {
      if (this.#scratch !== 0) wasm._free(this.#scratch);
      return wasm._malloc(needed);
    });
    this.#scratch = pointer;
    this.#scratchBytes = pointer === 0 ? 0 : needed;
    if (pointer === 0) {
      throw new FileStorageException(
        `${needed} bytes at once are more than HDF5's memory has left; read or store smaller blocks`,
      );
    }
    return pointer;
  }
}

/** Whether h5wasm itself threw, because it found no object of that name: it has changed nothing. */
function isRefusal(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.constructor === Error;
}

const KEY = Symbol.for("@tvb-storage/engine/1");

let known: Engine | "unused" | "loading" = "unused";

/** The engine of the process where it is made already. */
export function engineIfReady(): Engine | undefined {
  return known instanceof Engine ? known : undefined;
}

/** The engine of the process; made at the first call. Two copies of this package share it where they share h5wasm. */
export async function getEngine(): Promise<Engine> {
  if (known instanceof Engine) return known;
  known = "loading";
  const wasm = await loadWasm().catch((error: unknown) => {
    known = "unused";
    throw error;
  });
  const holder: Wasm & { [KEY]?: Engine } = wasm;
  holder[KEY] ??= new Engine(wasm);
  known = holder[KEY];
  return known;
}
