import { elementCount, shapeText } from "@tvb-storage/core";
import { type ChunkOptions, defaultChunkShape } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";

/** HDF5's own limit. */
const MAX_CHUNK_BYTES = 2 ** 32 - 1;

/** Of a dataset that grows, before it is worth a chunk of full size. */
const SMALL_CHUNK_BYTES = [4 * 1024, 64 * 1024];
/** A chunk of fewer steps would be outgrown at once. */
const MIN_STEPS = 4;

/**
 * The lengths along the growing axis that the chunks of a dataset have while it
 * grows, the default chunk shape's last. Only that one where a step is large, or
 * fills more than one chunk.
 */
export function growingLevels(options: ChunkOptions): number[] {
  const { shape, growAxis = 0, itemBytes } = options;
  const full = defaultChunkShape(options);
  const isWhole = full.every((length, axis) => axis === growAxis || length === Math.max(1, shape[axis] ?? 1));
  const fullLength = full[growAxis] ?? 1;
  if (!isWhole) return [fullLength];
  const stepBytes = elementCount(full.filter((_, axis) => axis !== growAxis)) * itemBytes;
  const small = SMALL_CHUNK_BYTES.map((bytes) => Math.floor(bytes / stepBytes) + 1);
  return [...small.filter((length) => length >= MIN_STEPS && length < fullLength), fullLength];
}

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
