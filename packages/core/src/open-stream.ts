import { type Region, regions } from "./blocks.js";
import type { NDArray } from "./ndarray-type.js";
import type { ResolvedSelection } from "./selection.js";
import { elementCount } from "./shape.js";
import type { StreamOptions } from "./storage-manager.js";

/** A dataset that is read block by block. */
export interface OpenStream {
  /** What is read, in terms of the shape at the beginning. */
  readonly selection: ResolvedSelection;
  /** Bytes of an element. */
  readonly itemBytes: number;
  /** The shape of its chunks, where each is fetched and decoded for every block that has a part of it. */
  readonly chunks?: readonly number[] | null | undefined;
  /** Reads a part of the selection; throws where the dataset is not the same any more. */
  read(part: ResolvedSelection): Promise<NDArray>;
  close?(): Promise<void>;
}

const DEFAULT_BLOCK_BYTES = 4 * 1024 * 1024;
/** A layer of chunks is one block by default, up to this size. */
const MAX_LAYER_BYTES = 64 * 1024 * 1024;

/** The blocks of a stream, in terms of the result. They end where chunks end, where they have room for a whole chunk. */
export function streamRegions(stream: OpenStream, options: StreamOptions): Generator<Region> {
  const { itemBytes } = stream;
  const { shape } = stream.selection;
  const rows = rowsOfChunk(stream, options);
  const layerBytes = Math.min(rows, shape[0] ?? 1) * elementCount(shape.slice(1)) * itemBytes;
  const fitting = layerBytes <= MAX_LAYER_BYTES ? layerBytes : 0;
  const { blockBytes = Math.max(DEFAULT_BLOCK_BYTES, fitting) } = options;
  return regions(shape, blockBytes / itemBytes, rows);
}

/** Rows of the result that one chunk has; 1 where chunks do not begin with its rows. */
function rowsOfChunk({ chunks, selection }: OpenStream, options: StreamOptions): number {
  const rows = chunks?.[0] ?? 1;
  const range = selection.ranges[0];
  // An integer's axis is not in the result.
  const isAligned =
    typeof options.selection?.[0] !== "number" && range?.step === 1 && range.start % rows === 0;
  return isAligned ? rows : 1;
}
