import { itemSize, type NDArray, type PlacedBlock } from "@tvb-storage/core";
import { RowAccumulator, takeSteps } from "@tvb-storage/core/internal";
import type { ArrayLayout } from "../metadata/array-layout.js";

/** Rows are gathered up to this many bytes, where a layer of chunks has more: then its chunks are written in parts. */
const MAX_GATHERED_BYTES = 64 * 1024 * 1024;

/**
 * The rows of blocks in other blocks, which end where chunks end, so that every chunk is written once. Few rows are
 * gathered; of a block that has many, the part up to the end of a chunk is given as it is.
 */
export async function* chunkLayers(
  blocks: AsyncIterable<PlacedBlock>,
  { dtype, shape }: { readonly dtype: NDArray["dtype"]; readonly shape: readonly number[] },
  { chunks }: ArrayLayout,
): AsyncGenerator<PlacedBlock> {
  const layer = chunks[0] ?? 1;
  const rowBytes = shape.slice(1).reduce((product, length) => product * length, itemSize(dtype));
  let gathered: RowAccumulator | undefined;
  /** The row that comes next. */
  let row = 0;
  for await (const { block } of blocks) {
    let rest = block;
    if (gathered !== undefined) {
      const missing = layer - (row % layer);
      const taken = Math.min(missing - gathered.length, rest.shape[0] ?? 0);
      gathered.add(taken === rest.shape[0] ? rest : takeSteps(rest, 0, 0, taken));
      rest = takeSteps(rest, 0, taken, (rest.shape[0] ?? 0) - taken);
      if (gathered.length === missing || gathered.length * rowBytes >= MAX_GATHERED_BYTES) {
        yield { start: row, block: gathered.rows };
        row += gathered.length;
        gathered = undefined;
      }
    }
    const count = rest.shape[0] ?? 0;
    if (count === 0) continue;
    const end = Math.floor((row + count) / layer) * layer;
    const whole = Math.max(0, end - row);
    if (whole > 0) {
      yield { start: row, block: whole === count ? rest : takeSteps(rest, 0, 0, whole) };
      row += whole;
    }
    if (whole < count) gathered = new RowAccumulator(takeSteps(rest, 0, whole, count - whole), 0, 0, true);
  }
  if (gathered !== undefined) yield { start: row, block: gathered.rows };
}
