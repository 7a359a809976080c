import { FileStructureException } from "@tvb-storage/errors";
import { concatenate } from "./concatenate.js";
import { type DataType, itemSize } from "./data-type.js";
import { copyArray } from "./ndarray.js";
import type { NDArray } from "./ndarray-type.js";
import { resolveAxis, sameShape, shapeText } from "./shape.js";

export interface StorageBufferOptions {
  /** The axis along which rows follow each other. */
  growDimension: number;
  /** A flush is due when the buffered rows reach this many bytes. */
  limitBytes: number;
  /** Writes rows to where they belong. */
  write: (rows: NDArray) => Promise<void>;
}

/** Bytes that an array occupies, strings counted by their characters. */
export function arrayBytes(array: NDArray): number {
  if (!Array.isArray(array.data)) return array.data.byteLength;
  return array.data.reduce((sum, text) => sum + text.length, array.data.length * itemSize("string"));
}

/**
 * Rows waiting to be written in one piece: the original's `H5pyStorageBuffer`,
 * for any backend. It copies what it is given, so the caller may reuse its
 * arrays, and never writes by itself.
 */
export class StorageBuffer {
  readonly #options: StorageBufferOptions;
  #blocks: NDArray[] = [];
  /** Whether the first block is being written; it then stays as it is. */
  #writing = false;
  #flushes: Promise<void> = Promise.resolve();
  #bytes = 0;
  #length = 0;

  constructor(options: StorageBufferOptions) {
    if (!(options.limitBytes > 0)) throw new FileStructureException("a buffer's limitBytes must be above 0");
    this.#options = options;
  }

  /** Rows that are buffered, counted along the growing axis. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that are buffered. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes rows. True while the buffer has room, false when a flush is due.
   *
   * @throws FileStructureException rows that do not fit those already here; nothing is taken then.
   */
  bufferData(rows: NDArray): boolean {
    const axis = resolveAxis(this.#options.growDimension, rows.shape.length);
    const first = this.#blocks[0];
    if (first !== undefined) checkFit(first, rows, axis);
    // Rows without elements count too: a dataset of shape (n, 0) grows by them.
    if (rows.shape[axis] !== 0) {
      this.#blocks.push(copyArray(rows));
      this.#bytes += arrayBytes(rows);
      this.#length += rows.shape[axis] ?? 0;
    }
    return this.#bytes < this.#options.limitBytes;
  }

  /** The buffered rows as one array, which is the buffer's own: copy it before you give it away. Undefined when there are none. */
  peek<T extends DataType = DataType>(): NDArray<T> | undefined;
  peek(): NDArray | undefined {
    const first = this.#blocks[0];
    if (first === undefined) return undefined;
    if (this.#blocks.length === 1) return first;
    const rows = concatenate(this.#blocks, resolveAxis(this.#options.growDimension, first.shape.length));
    if (!this.#writing) this.#blocks = [rows];
    return rows;
  }

  /** Forgets the buffered rows. */
  clear(): void {
    this.#blocks = [];
    this.#bytes = 0;
    this.#length = 0;
  }

  /**
   * Writes the buffered rows in one call. Where that rejects, they stay buffered,
   * and the caller decides. Rows that come while it runs stay for the next flush.
   */
  flushBufferedData(): Promise<void> {
    const flush = this.#flushes.then(() => this.#flush());
    this.#flushes = flush.catch(() => undefined); // a flush that failed does not keep the next from trying
    return flush;
  }

  async #flush(): Promise<void> {
    const rows = this.peek();
    if (rows === undefined) return;
    this.#writing = true;
    try {
      await this.#options.write(rows);
    } finally {
      this.#writing = false;
    }
    if (this.#blocks[0] !== rows) return; // cleared meanwhile
    this.#blocks.shift();
    this.#bytes -= arrayBytes(rows);
    this.#length -= rows.shape[resolveAxis(this.#options.growDimension, rows.shape.length)] ?? 0;
  }
}

function checkFit(first: NDArray, rows: NDArray, axis: number): void {
  const agree = sameShape(
    first.shape.filter((_, i) => i !== axis),
    rows.shape.filter((_, i) => i !== axis),
  );
  if (rows.dtype === first.dtype && rows.shape.length === first.shape.length && agree) return;
  throw new FileStructureException(
    `rows of ${rows.dtype} ${shapeText(rows.shape)} do not fit buffered rows of ${first.dtype} ${shapeText(first.shape)} along axis ${axis}`,
  );
}
