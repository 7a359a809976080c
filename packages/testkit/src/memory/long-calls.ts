import {
  type BlockSource,
  checkBlockSource,
  concatenate,
  copyArray,
  elementCount,
  itemSize,
  type NDArray,
  ndarray,
  placedBlocks,
} from "@tvb-storage/core";
import { throwIfAborted } from "@tvb-storage/files";

/** All blocks of a source as one array. */
export async function joinBlocks(source: BlockSource, signal: AbortSignal | undefined): Promise<NDArray> {
  checkBlockSource(source);
  const blocks: NDArray[] = [ndarray([], { dtype: source.dtype, shape: [0, ...source.shape.slice(1)] })];
  for await (const { block } of placedBlocks(source)) {
    throwIfAborted(signal, "storing");
    blocks.push(copyArray(block));
  }
  return concatenate(blocks, 0);
}

/** What progress is counted in. */
export function bytesOf(array: NDArray): number {
  return elementCount(array.shape) * itemSize(array.dtype);
}
