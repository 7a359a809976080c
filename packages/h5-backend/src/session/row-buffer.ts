import { type NDArray, StorageBuffer } from "@tvb-storage/core";
import { arrayBytes, takeSteps } from "@tvb-storage/core/internal";

/** Buffered rows are written when they are so many bytes. */
const LIMIT_BYTES = 1024 * 1024;

export interface RowBufferOptions {
  /** The axis along which rows follow each other. */
  readonly axis: number;
  /** Steps of the dataset that come before the buffered ones. */
  readonly start: number;
  /** Steps of a chunk along the axis as it is now; flushes end where chunks end. */
  readonly chunkLength: () => number;
  readonly write: (rows: NDArray, start: number) => Promise<void>;
}

/** Buffers the rows of a dataset, and writes whole chunks where there are enough of them. */
export class RowBuffer {
  readonly #options: RowBufferOptions;
  readonly #rows: StorageBuffer;
  #start: number;

  constructor(options: RowBufferOptions) {
    this.#options = options;
    this.#start = options.start;
    this.#rows = new StorageBuffer({
      growDimension: options.axis,
      limitBytes: LIMIT_BYTES,
      write: (rows) => this.#write(rows),
    });
  }

  /** Steps of the dataset, buffered ones included. */
  get end(): number {
    return this.#start + this.#rows.length;
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  /** Whether rows can be taken without a write becoming due. */
  hasRoomFor(rows: NDArray): boolean {
    return this.#rows.bytes + arrayBytes(rows) < LIMIT_BYTES;
  }

  /** Takes rows; false when `flushChunks` is due. Those that are `owned` need not be copied. */
  add(rows: NDArray, options: { readonly owned: boolean }): boolean {
    return this.#rows.bufferData(rows, options);
  }

  /** Writes as many rows as end on the boundary of a chunk, and keeps the rest. */
  async flushChunks(): Promise<void> {
    const chunkLength = this.#options.chunkLength();
    const boundary = Math.floor(this.end / chunkLength) * chunkLength;
    await this.#rows.flushBufferedData(boundary - this.#start);
  }

  /** Writes all rows. */
  async flush(): Promise<void> {
    await this.#rows.flushBufferedData();
  }

  /** The rows before `end` that are not written, also those that a flush is writing, and where they begin. */
  unwritten(end: number): { readonly rows: NDArray; readonly start: number } | undefined {
    const rows = this.#rows.peek();
    const count = end - this.#start;
    if (rows === undefined || count <= 0) return undefined;
    return { rows: takeSteps(rows, this.#options.axis, 0, count), start: this.#start };
  }

  async #write(rows: NDArray): Promise<void> {
    await this.#options.write(rows, this.#start);
    this.#start += rows.shape[this.#options.axis] ?? 0;
  }
}
