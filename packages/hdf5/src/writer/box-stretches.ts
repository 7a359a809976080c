import { type Box, boxCount, runsOf } from "../data/box.js";

/** Stretches that are shorter are put together. */
const SHORT_BYTES = 4096;

/** A box as stretches of elements that follow each other in the block, and in the region. */
export function* stretches(box: Box): Generator<{ source: number; target: number; count: number }> {
  for (const { source, step, target, count } of runsOf(box)) {
    if (step === 1 || count === 1) yield { source, target, count };
    else
      for (let index = 0; index < count; index += 1)
        yield { source: source + index * step, target: target + index, count: 1 };
  }
}

/** Whether writing a box stretch by stretch would take longer than writing the block around it. */
export function isScattered(box: Box, size: number): boolean {
  const [first] = stretches(box);
  return first !== undefined && first.count < boxCount(box) && first.count * size < SHORT_BYTES;
}
