import { CorrelationAccumulator } from "@tvb-storage/example-quickstart/correlation";
import { doPart } from "./part.js";
import { DATASET, openHierarchy } from "./place.js";
import { REGIONS } from "./series.js";

export interface CorrelateTask {
  readonly rowsOfChunk: number;
}

/** So many chunks are fetched at the same time. */
const CHUNKS_OF_BLOCK = 4;

/** The functional connectivity, shape (regions, regions), streamed: no more than a block is in memory. */
await doPart<CorrelateTask>(async ({ rowsOfChunk }, onProgress) => {
  const blockBytes = CHUNKS_OF_BLOCK * rowsOfChunk * REGIONS * 8;
  const accumulator = new CorrelationAccumulator(REGIONS);
  const selection = [null, 0, null, 0];
  for await (const { block } of openHierarchy().streamData(DATASET, { selection, blockBytes })) {
    if (!(block.data instanceof Float64Array)) throw new TypeError(`${DATASET} is ${block.dtype}`);
    accumulator.add(block.data);
    onProgress(accumulator.count * REGIONS * 8);
  }
  return [...accumulator.correlations()];
});
