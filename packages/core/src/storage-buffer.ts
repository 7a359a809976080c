import { FileStructureException } from "@tvb-storage/errors";
import { checkCallOptions, type OptionRules, optionRule, optionRules } from "@tvb-storage/files";
import { readArgument } from "@tvb-storage/files/internal";
import { takeSteps } from "./concatenate.js";
import { type DataType, itemSize } from "./data-type.js";
import { checkForm } from "./ndarray.js";
import type { NDArray } from "./ndarray-type.js";
import { RowAccumulator } from "./row-accumulator.js";
import { resolveAxis, sameShapeBut, shapeText } from "./shape.js";

export interface StorageBufferOptions {
  /** The axis along which rows follow each other. */
  growDimension: number;
  /** A flush is due when the buffered rows reach this many bytes. */
  limitBytes: number;
  /** Writes rows to the dataset. */
  write: (rows: NDArray) => Promise<void>;
}

const OPTIONS: OptionRules<StorageBufferOptions> = {
  growDimension: optionRules.whole,
  limitBytes: optionRule("a number above 0", (value) => typeof value === "number" && value > 0),
  write: optionRules.function,
};

/** Bytes that an array occupies, strings counted by their characters. */
export function arrayBytes(array: NDArray): number {
  if (!Array.isArray(array.data)) return array.data.byteLength;
  return array.data.reduce((sum, text) => sum + text.length, array.data.length * itemSize("string"));
}

/**
 * Rows waiting to be written in one piece: the original's `H5pyStorageBuffer`,
 * for any backend. It copies the rows, so the caller may reuse its
 * arrays, and it never flushes by itself.
 */
export class StorageBuffer {
  readonly #options: StorageBufferOptions;
  #rows: RowAccumulator | undefined;
  /** Rows that are being written; others follow in `#rows`. */
  #writing: { readonly rows: RowAccumulator; readonly bytes: number } | undefined;
  #flushes: Promise<void> = Promise.resolve();
  /** Bytes of `#rows`. */
  #bytes = 0;

  constructor(options: StorageBufferOptions) {
    const checked = checkCallOptions(options, OPTIONS, "StorageBuffer");
    this.#options = checked as StorageBufferOptions; // all three are there, by the rules below
    for (const name of Object.keys(OPTIONS))
      if (!(name in checked)) throw new FileStructureException(`StorageBuffer needs the option ${name}`);
  }

  /** Rows that are buffered, counted along the growing axis. */
  get length(): number {
    return (this.#rows?.length ?? 0) + (this.#writing?.rows.length ?? 0);
  }

  /** Bytes that are buffered. */
  get bytes(): number {
    return this.#bytes + (this.#writing?.bytes ?? 0);
  }

  /**
   * Takes rows. True while the buffer has room, false when a flush is due. Rows
   * that are `owned`, whose memory is not used elsewhere, are not copied.
   *
   * @throws FileStructureException rows that do not fit those already here; nothing is taken then.
   */
  bufferData(rows: NDArray, { owned = false } = {}): boolean {
    readArgument("the rows", () => checkForm(rows));
    const axis = resolveAxis(this.#options.growDimension, rows.shape.length);
    const first = this.#rows ?? this.#writing?.rows;
    if (first !== undefined) checkFit(first, rows, axis);
    // Rows without elements count too: a dataset of shape (n, 0) grows by them.
    if (rows.shape[axis] !== 0) {
      if (this.#rows === undefined)
        this.#rows = new RowAccumulator(rows, axis, this.#options.limitBytes, owned);
      else this.#rows.add(rows);
      this.#bytes += arrayBytes(rows);
    }
    return this.bytes < this.#options.limitBytes;
  }

  /** The buffered rows as one array, in the buffer's own memory: copy it before you pass it on. Undefined when there are none. */
  peek<T extends DataType = DataType>(): NDArray<T> | undefined;
  peek(): NDArray | undefined {
    if (this.#writing === undefined) return this.#rows?.rows;
    return this.#joined(this.#writing.rows).rows;
  }

  /** Rows that are being written and those that came since, as a copy. */
  #joined(writing: RowAccumulator): RowAccumulator {
    const axis = resolveAxis(this.#options.growDimension, writing.shape.length);
    const joined = new RowAccumulator(writing.rows, axis);
    if (this.#rows !== undefined) joined.add(this.#rows.rows);
    return joined;
  }

  /** Forgets the buffered rows. */
  clear(): void {
    this.#rows = undefined;
    this.#writing = undefined;
    this.#bytes = 0;
  }

  /**
   * Writes the buffered rows in one call, or the first `steps` of them. Where that
   * rejects, they stay buffered, and the caller decides. Rows that are added while it
   * runs stay for the next flush.
   */
  flushBufferedData(steps = Number.POSITIVE_INFINITY): Promise<void> {
    const flush = this.#flushes.then(() => this.#flush(steps));
    this.#flushes = flush.catch(() => undefined); // the next flush tries again after a failed one
    return flush;
  }

  async #flush(steps: number): Promise<void> {
    const all = this.#rows;
    if (all === undefined || steps <= 0) return;
    const axis = resolveAxis(this.#options.growDimension, all.shape.length);
    const head = steps >= all.length ? all : new RowAccumulator(takeSteps(all.rows, axis, 0, steps), axis);
    const bytes = arrayBytes(head.rows);
    const writing = { rows: head, bytes };
    this.#writing = writing;
    this.#rows = head === all ? undefined : all.from(steps);
    this.#bytes -= bytes;
    try {
      await this.#options.write(head.rows);
    } catch (error) {
      if (this.#writing === writing) {
        this.#rows = this.#joined(head);
        this.#bytes += bytes;
      }
      throw error;
    } finally {
      if (this.#writing === writing) this.#writing = undefined;
    }
  }
}

function checkFit(first: RowAccumulator, rows: NDArray, axis: number): void {
  if (rows.dtype === first.dtype && sameShapeBut(axis, first.shape, rows.shape)) return;
  throw new FileStructureException(
    `rows of ${rows.dtype} ${shapeText(rows.shape)} do not fit buffered rows of ${first.dtype} ${shapeText(first.shape)} along axis ${axis}`,
  );
}
