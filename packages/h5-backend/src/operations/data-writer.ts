import { bytesOf, elementCount, itemSize, type NDArray, type Region } from "@tvb-storage/core";
import { arrayBytes } from "@tvb-storage/core/internal";
import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { atOnce, inTurns, type LongCall } from "@tvb-storage/files/internal";
import {
  type DatasetWriter,
  encodeFixedStrings,
  isAscii,
  type WriterOptions,
} from "@tvb-storage/hdf5/internal";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { H5Handle } from "../session/h5-handle.js";
import { ioBlocks } from "../session/io-blocks.js";

/**
 * Writes arrays of the dataset's own type into regions of it, in blocks, yielding to the event loop
 * between them.
 */
export class DataWriter {
  readonly #options: WriterOptions;
  #writer: DatasetWriter | undefined;

  constructor(
    readonly handle: H5Handle,
    readonly dataset: DatasetInfo,
    readonly call: LongCall,
    options: WriterOptions = {},
  ) {
    this.#options = options;
  }

  /** The writer that needs no HDF5; undefined where HDF5 has to write. */
  #own(): DatasetWriter | undefined {
    const { handle, dataset } = this;
    const before = this.#writer;
    if (before !== undefined && handle.isCurrent(before)) return before;
    const isNew = this.#options.isNew === true && before === undefined;
    this.#writer = handle.writer(dataset, { ...this.#options, isNew });
    return this.#writer;
  }

  /** To be called after the dataset got other chunks. */
  reopen(): void {
    this.#writer = undefined;
  }

  /**
   * To be awaited before anything is written: loads HDF5 where it has to write, and looks at the chunks that are
   * written in part.
   *
   * @throws FileStorageException a chunk is damaged, or has a filter that is not known.
   */
  async prepare(offset: readonly number[], shape: readonly number[]): Promise<"own" | "HDF5"> {
    const own = this.#own();
    if (own === undefined) await this.handle.loadHdf5();
    else await own.prepare({ offset, shape }, this.call);
    return own === undefined ? "HDF5" : "own";
  }

  /** Writes `array` so that its first element is at `offset`. */
  async write(array: NDArray, offset: readonly number[]): Promise<void> {
    const own = this.#own();
    if (own === undefined) {
      await this.handle.loadHdf5();
      await inTurns(this.#hdf5Steps(array, offset));
      return;
    }
    this.handle.wrote();
    await own.write(array, offset, this.call);
    own.save();
    this.handle.wrote();
  }

  /** `write` at once. HDF5 is loaded where it has to write. */
  writeNow(array: NDArray, offset: readonly number[]): void {
    const own = this.#own();
    if (own === undefined) {
      atOnce(this.#hdf5Steps(array, offset));
      return;
    }
    this.handle.wrote();
    own.writeNow(array, offset);
    own.save();
    this.handle.wrote();
  }

  /** Gives the dataset other lengths. HDF5 is loaded where it has to do it. */
  resize(shape: readonly number[]): void {
    const { handle, dataset } = this;
    const own = this.#own();
    if (own === undefined) handle.forWriting().resize(dataset.path, shape);
    else {
      own.resize(shape);
      own.save();
      handle.wrote();
    }
    handle.update(dataset, { shape });
  }

  /** `write` by HDF5 in steps of a block each. */
  *#hdf5Steps(array: NDArray, offset: readonly number[]): Generator<void, void> {
    const { dataset } = this;
    if (elementCount(array.shape) === 0) return;
    const itemBytes =
      array.dtype === "string"
        ? Math.max(64, arrayBytes(array) / elementCount(array.shape))
        : itemSize(array.dtype);
    const options = {
      itemBytes,
      chunks: dataset.chunks,
      filtered: dataset.filtered,
      firstRow: offset[0] ?? 0,
    };
    let first = true;
    let start = 0;
    for (const block of ioBlocks(array.shape, options)) {
      if (!first) yield;
      first = false;
      this.call.check();
      const count = elementCount(block.shape);
      this.#writeBlock(array, start, count, offset, block);
      start += count;
      this.call.advance(count * (array.dtype === "string" ? 1 : itemSize(array.dtype)));
    }
  }

  #writeBlock(array: NDArray, start: number, count: number, offset: readonly number[], block: Region): void {
    const { handle, dataset } = this;
    const hyperslab =
      dataset.shape.length === 0
        ? undefined
        : {
            offset: block.offset.map((at, axis) => at + (offset[axis] ?? 0)),
            stride: block.shape.map(() => 1),
            count: block.shape,
          };
    const { data } = array;
    if (!Array.isArray(data)) {
      const perElement = data.length / elementCount(array.shape);
      const part = data.subarray(start * perElement, (start + count) * perElement);
      handle.forWriting().write(dataset.path, hyperslab, bytesOf(part));
      return;
    }
    const texts = data.slice(start, start + count);
    if (dataset.type.class === "string") {
      handle
        .forWriting()
        .write(
          dataset.path,
          hyperslab,
          encodeFixedStrings(texts, dataset.type, `${handle.label} ${dataset.path}`),
        );
    } else {
      handle.forWriting().writeStrings(dataset.path, hyperslab, texts);
    }
  }
}

/** Whether texts can be written to the dataset, before anything is written. */
export function checkTexts(handle: H5Handle, dataset: DatasetInfo, array: NDArray): void {
  if (!Array.isArray(array.data)) return;
  const what = `${handle.label} ${dataset.path}`;
  if (dataset.type.class === "string") {
    encodeFixedStrings(array.data, dataset.type, what);
  } else if (dataset.type.class === "vlen-string" && dataset.type.charset === "ascii") {
    const misfit = array.data.find((text) => !isAscii(text));
    if (misfit !== undefined) {
      throw new IncompatibleFileManagerException(
        `${what}: ${quoted(misfit)} is not ASCII, which the dataset is declared to be`,
      );
    }
  }
}
