import { elementCount, type Region, regions } from "@tvb-storage/core";
import { IO_BLOCK_BYTES } from "../engine/engine.js";

/** Chunks that are filtered are coded as a whole; a block of them is kept to what does not hold up the event loop. */
const FILTERED_BLOCK_BYTES = 1024 * 1024;
/** A layer of chunks across the whole dataset may be this large before it is cut. */
const MAX_LAYER_BYTES = 16 * 1024 * 1024;

export interface IoBlockOptions {
  /** Bytes of one element in memory. */
  readonly itemBytes: number;
  readonly chunks: readonly number[] | undefined;
  readonly filtered: boolean;
  /** Where axis 0 of the region starts in the dataset, for cuts to fall between chunks. */
  readonly firstRow: number;
}

/** Whether `ioBlocks` of a whole dataset of that shape hold whole layers of chunks. */
export function isWrittenInLayers(
  shape: readonly number[],
  chunks: readonly number[],
  itemBytes: number,
): boolean {
  return (chunks[0] ?? 1) * elementCount(shape.slice(1)) * itemBytes <= MAX_LAYER_BYTES;
}

/**
 * Cuts a region of a dataset into blocks, each of which is read or written in
 * one go. Blocks of chunked data end where chunks end, so that no chunk is
 * coded twice. Each block is contiguous in C order.
 */
export function* ioBlocks(shape: readonly number[], options: IoBlockOptions): Generator<Region> {
  const { itemBytes, chunks, filtered, firstRow } = options;
  const limit = filtered ? FILTERED_BLOCK_BYTES : IO_BLOCK_BYTES;
  const [rows = 1, ...rest] = shape;
  const rowBytes = elementCount(rest) * itemBytes;
  const chunkRows = chunks?.[0];
  if (chunkRows === undefined || chunkRows * rowBytes > MAX_LAYER_BYTES || elementCount(shape) === 0) {
    yield* regions(shape, limit / itemBytes);
    return;
  }
  const layers = Math.max(1, Math.floor(limit / (chunkRows * rowBytes)));
  const step = layers * chunkRows;
  const zeros = rest.map(() => 0);
  for (let row = 0; row < rows; ) {
    const boundary = (Math.floor((firstRow + row) / step) + 1) * step - firstRow;
    const end = Math.min(rows, boundary);
    yield { offset: [row, ...zeros], shape: [end - row, ...rest] };
    row = end;
  }
}
