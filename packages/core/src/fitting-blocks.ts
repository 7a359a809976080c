import { type PlacedBlock, placedBlocks } from "./blocks.js";
import { checkStringLength } from "./check-supported.js";
import { itemSize } from "./data-type.js";
import { fitBlock } from "./existing-dataset.js";
import type { NDArray } from "./ndarray-type.js";
import { elementCount } from "./shape.js";
import type { BlockSource } from "./storage-manager.js";
import type { StoredDataset } from "./storage-transaction.js";

/** The blocks of a source in the type of a dataset; `step` is called before and after each with the bytes that are done. */
export async function* fittingBlocks(
  source: BlockSource,
  dataset: Pick<StoredDataset, "dtype" | "stringLength">,
  step: (done: number, total: number) => void,
): AsyncGenerator<PlacedBlock> {
  const total = elementCount(source.shape) * itemSize(source.dtype);
  let done = 0;
  step(done, total);
  for await (const { start, block } of placedBlocks(source)) {
    const fitting = fitBlock(dataset, block);
    checkStringLength(fitting, dataset.stringLength);
    yield { start, block: fitting };
    done += elementBytes(block);
    step(done, total);
  }
}

/** What progress is counted in. */
export function elementBytes({ shape, dtype }: Pick<NDArray, "dtype" | "shape">): number {
  return elementCount(shape) * itemSize(dtype);
}
