import { elementCount } from "./shape.js";

/**
 * What HDF5 before 2.0 (h5py's, at this time) keeps of chunks in memory while a
 * dataset is open. It reads larger ones in place, byte for byte, where they have
 * no filter: one row of a time series then costs one row. Filtered chunks are
 * coded as a whole, and should fit. HDF5 2.0, which h5wasm is, keeps 8 MiB and
 * would write a whole chunk for a row: see `appendDirectly` of h5-backend.
 */
const CHUNK_CACHE_BYTES = 1024 * 1024;

export interface ChunkOptions {
  readonly shape: readonly number[];
  /** The axis that grows; undefined for a dataset of fixed shape. */
  readonly growAxis: number | undefined;
  readonly itemBytes: number;
  readonly filtered: boolean;
}

/**
 * The chunk shape for a dataset: about 1 MiB, whole in the axes that do not
 * grow where they fit, so that a block of steps is one piece of the file. An
 * unfiltered chunk is just above HDF5's cache, a filtered one at most as large.
 */
export function defaultChunkShape(options: ChunkOptions): number[] {
  const { shape, growAxis = 0, itemBytes, filtered } = options;
  const chunk = shape.map((length, axis) => (axis === growAxis ? 1 : Math.max(1, length)));
  // Where one step alone is too large, the longest axes are halved until it fits.
  while (elementCount(chunk) * itemBytes > CHUNK_CACHE_BYTES && chunk.some((length) => length > 1)) {
    const longest = chunk.indexOf(Math.max(...chunk));
    chunk[longest] = Math.ceil((chunk[longest] ?? 1) / 2);
  }
  const stepBytes = elementCount(chunk) * itemBytes;
  const steps = filtered
    ? Math.floor(CHUNK_CACHE_BYTES / stepBytes)
    : Math.floor(CHUNK_CACHE_BYTES / stepBytes) + 1;
  chunk[growAxis] = Math.max(1, steps);
  return chunk;
}

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
