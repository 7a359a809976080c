import { type Region, shapeText } from "@tvb-storage/core";
import { FileStorageException, IncompatibleFileManagerException } from "@tvb-storage/errors";
import type { ArrayLayout } from "../metadata/array-layout.js";

/**
 * Before a region is written: several writers at once must not need the same chunk (or shard).
 *
 * @throws IncompatibleFileManagerException another number of axes, or a region beyond the shape.
 * @throws FileStorageException an edge that is neither between two chunks nor at the end of the array.
 */
export function checkRegion({ shape, chunks, shard }: ArrayLayout, region: Region): void {
  const { offset, shape: lengths } = region;
  if (lengths.length !== shape.length || offset.length !== shape.length)
    throw new IncompatibleFileManagerException(
      `the data have shape ${shapeText(lengths)} and the option offset is ${shapeText(offset)}, which is no region of the dataset's shape ${shapeText(shape)}; give both an entry for each axis`,
    );
  shape.forEach((length, axis) => {
    const start = offset[axis] ?? 0;
    const stop = start + (lengths[axis] ?? 0);
    if (stop > length)
      throw new IncompatibleFileManagerException(
        `the region ${start}:${stop} along axis ${axis} ends beyond the dataset's shape ${shapeText(shape)}`,
      );
    const chunk = chunks[axis] ?? 1;
    const fixes = [
      ...(start % chunk === 0 ? [] : [`begin it at ${bordersOf(start, chunk, length)}`]),
      ...(stop % chunk === 0 || stop === length ? [] : [`end it at ${bordersOf(stop, chunk, length)}`]),
    ];
    if (fixes.length > 0)
      throw new FileStorageException(
        `the region ${start}:${stop} along axis ${axis} is not made of whole ${shard === undefined ? "chunks" : "shards"} of ${chunk}: ${fixes.join(", ")}`,
      );
  });
}

/** The nearest borders before and behind an index that is between two. */
function bordersOf(index: number, chunk: number, length: number): string {
  const before = Math.floor(index / chunk) * chunk;
  return `${before} or ${Math.min(before + chunk, length)}`;
}
