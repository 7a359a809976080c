import { doPart } from "./part.js";
import { DATASET, openHierarchy } from "./place.js";
import { REGIONS, seriesRows } from "./series.js";

/** Rows of the series that one process makes and writes: whole chunks, or up to the end. */
export interface WriteTask {
  readonly start: number;
  readonly stop: number;
  readonly rowsOfChunk: number;
}

/** So many chunks are made at a time, and put at once. */
const CHUNKS_AT_ONCE = 4;

await doPart<WriteTask>(async ({ start, stop, rowsOfChunk }, onProgress) => {
  const manager = openHierarchy();
  for (let row = start; row < stop; row += CHUNKS_AT_ONCE * rowsOfChunk) {
    const rows = Math.min(CHUNKS_AT_ONCE * rowsOfChunk, stop - row);
    await manager.writeRegion(seriesRows(row, rows), DATASET, { offset: [row, 0, 0, 0] });
    onProgress((row + rows - start) * REGIONS * 8);
  }
});
