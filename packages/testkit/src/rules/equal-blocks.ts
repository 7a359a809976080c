import { type DataBlock, elementCount } from "@tvb-storage/core";
import { equal, equalArray, isTrue } from "./expect.js";
import type { SampleData } from "./sample-data.js";

/**
 * Fails where the blocks of a stream are not the whole array that `numbers` stand for, each element once and in C order,
 * at the offsets that they give. How an array is cut into blocks is open, as long as none is larger than `blockBytes`.
 */
export function equalBlocks(
  { dtype, itemBytes, array }: SampleData,
  blocks: readonly DataBlock[],
  shape: readonly number[],
  numbers: ArrayLike<number>,
  blockBytes = Number.POSITIVE_INFINITY,
): void {
  const { data } = array(shape, numbers);
  const entries = data.length / Math.max(1, elementCount(shape));
  let next = 0;
  for (const { offset, block } of blocks) {
    const count = elementCount(block.shape);
    isTrue(count * itemBytes <= blockBytes, `a block of ${count} elements has more than ${blockBytes} bytes`);
    equal([...offset], indexOf(next, shape), "the offset of a block");
    equal(block.shape.length, shape.length, "the axes of a block");
    const last = offset.map((start, axis) => start + (block.shape[axis] ?? 0) - 1);
    if (count > 0) equal(last, indexOf(next + count - 1, shape), "the index of a block's last element");
    equalArray(block, dtype, block.shape, data.slice(next * entries, (next + count) * entries));
    next += count;
  }
  equal(next, elementCount(shape), "the elements of all blocks");
}

/** The index of an element by its number in C order. */
function indexOf(element: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = element;
  for (const length of [...shape].reverse()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}
