import { bytesOf, elementCount, itemSize, type NDArray, type Region } from "@tvb-storage/core";
import { arrayBytes } from "@tvb-storage/core/internal";
import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import type { LongCall } from "@tvb-storage/files/internal";
import { encodeFixedStrings, isAscii } from "../elements/encode.js";
import { IO_BLOCK_BYTES } from "../engine/engine.js";
import type { DatasetInfo } from "../session/dataset-info.js";
import type { H5Handle } from "../session/h5-handle.js";
import { ioBlocks } from "../session/io-blocks.js";
import { inTurns } from "../session/steps.js";
import { writeDirectly } from "./write-directly.js";

/**
 * Writes arrays of the dataset's own type into regions of it, in blocks, yielding to the event loop
 * between them.
 */
export class DatasetWriter {
  constructor(
    readonly handle: H5Handle,
    readonly dataset: DatasetInfo,
    readonly call: LongCall,
  ) {}

  /** Writes `array` so that its first element is at `offset`. */
  async write(array: NDArray, offset: readonly number[]): Promise<void> {
    await inTurns(this.writeSteps(array, offset));
  }

  /** `write` in steps of a block each. */
  *writeSteps(array: NDArray, offset: readonly number[]): Generator<void, void> {
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
      if (!writeDirectly(handle, dataset, hyperslab, part, array.dtype))
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

/** Whether a dataset of this size goes into HDF5 with the call that creates it. */
export function fitsOneBlock(array: NDArray): boolean {
  return arrayBytes(array) <= IO_BLOCK_BYTES;
}
