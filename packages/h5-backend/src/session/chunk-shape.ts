import { elementCount, shapeText } from "@tvb-storage/core";
import type { ChunkOptions } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";

/** HDF5's own limit. */
const MAX_CHUNK_BYTES = 2 ** 32 - 1;

/**
 * @throws FileStructureException a chunk shape that does not fit the dataset.
 */
export function checkChunkShape(chunks: readonly number[], options: ChunkOptions, path: string): void {
  const { shape, growAxis, itemBytes } = options;
  const refuse = (reason: string): never => {
    throw new FileStructureException(`chunks ${shapeText(chunks)} of ${path} ${reason}`);
  };
  if (chunks.length !== shape.length) refuse(`have ${chunks.length} axes, the dataset ${shape.length}`);
  chunks.forEach((length, axis) => {
    if (axis !== growAxis && length > Math.max(1, shape[axis] ?? 0)) {
      refuse(`are larger than the dataset ${shapeText(shape)} on axis ${axis}, which does not grow`);
    }
  });
  if (elementCount(chunks) * itemBytes > MAX_CHUNK_BYTES) refuse("are larger than HDF5's limit of 4 GiB");
}
