import { elementCount, type NodeInfo, type StorageManager, slice } from "@tvb-storage/core";
import {
  areComparable,
  compareElements,
  type ElementDifferences,
  noDifferences,
} from "./compare-elements.js";
import type { DiffOptions } from "./diff-options.js";

/** How the values of a dataset differ, or that their types cannot be compared. */
export type ComparedValues = ElementDifferences | "incomparable";

/**
 * Compares the values of a dataset that has one shape in both files, block by block: a block of the first file is
 * streamed, the same part of the second one is read. `onElements` gets the number of elements of each block.
 *
 * @param field The field of a compound type; undefined for other types.
 */
export async function compareValues(
  [a, b]: readonly [StorageManager, StorageManager],
  { path }: NodeInfo,
  { tolerance, listed, signal }: DiffOptions,
  { field, onElements }: { readonly field: string | undefined; onElements(count: number): void },
): Promise<ComparedValues> {
  const found = noDifferences();
  const options = field === undefined ? { signal } : { signal, field };
  for await (const { offset, block } of a.streamData(path, options)) {
    const selection = block.shape.map((length, axis) => {
      const start = offset[axis] ?? 0;
      return slice(start, start + length);
    });
    const other = await b.getData(path, { ...options, selection, closeFile: false });
    if (!areComparable(block, other)) return "incomparable";
    compareElements(block, other, tolerance, found, { listed, offset });
    onElements(elementCount(block.shape));
  }
  return found;
}
