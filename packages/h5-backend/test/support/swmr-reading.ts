import nodeFs from "node:fs";
import { type NDArray, slice } from "@tvb-storage/core";
import { expect } from "vitest";
import { HDF5StorageManager } from "../../src/index.js";
import type { H5pyProcess } from "./h5py-process.js";

// Reading while a SWMR writer of h5py appends. Row n of every dataset has the value n in all
// elements; a row that is part of the shape and is anything else would be wrong.

/** Arguments: the path, the options of the dataset as JSON, a path that says "enough" when it is there. Says how many rows there are. */
const WRITER = `
import json
options = {k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(sys.argv[2]).items()}
f = h5py.File(sys.argv[1], "w", libver="latest")
f.attrs["TVB_kept"] = 7.0
d = f.create_dataset("rows", shape=(0, 4), dtype="f8", **options)
f.swmr_mode = True
for n in range(50_000):
    d.resize((n + 1, 4))
    d[n] = n
    if n % 3 == 0: d.flush()
    if n == 20: say()
    if n % 5 == 0:
        if os.path.exists(sys.argv[3]): break
        time.sleep(0.001)
f.close()
say(str(n + 1))
`;

/** Options of `create_dataset`, by the index or filter that they make. */
export const KINDS: Readonly<Record<string, object>> = {
  "extensible array": { maxshape: [null, 4], chunks: [3, 4] },
  "extensible array, large chunks": { maxshape: [null, 4], chunks: [700, 4] },
  "B-tree": { maxshape: [null, null], chunks: [3, 4] },
  "fixed array": { maxshape: [50_000, 4], chunks: [3, 4] },
  gzip: { maxshape: [null, 4], chunks: [5, 4], compression: "gzip", shuffle: true, fletcher32: true },
  lzf: { maxshape: [null, 4], chunks: [5, 4], compression: "lzf" },
  // Only HDF5 has this filter.
  "scale-offset": { maxshape: [null, 4], chunks: [5, 4], scaleoffset: 3 },
};

/** The first row of `array`, whose first is row `first` of the dataset, that is not as it was written; -1 where all are. */
function wrongRow(array: NDArray, first: number): number {
  const data = array.data as Float64Array;
  return Array.from(data.keys()).find((index) => data[index] !== first + Math.floor(index / 4)) ?? -1;
}

/** Reads in every way, as often as that. */
async function readAlong(manager: HDF5StorageManager, rounds: number): Promise<void> {
  let rows = 0;
  for (let round = 0; round < rounds; round++) {
    const whole = await manager.getData("rows");
    expect(wrongRow(whole, 0)).toBe(-1);
    const [length = 0] = whole.shape;
    expect(length).toBeGreaterThanOrEqual(rows);
    const [shape = 0] = await manager.getDataShape("rows");
    expect(shape).toBeGreaterThanOrEqual(length);
    const from = Math.max(0, shape - 7);
    const part = await manager.getData("rows", { selection: [slice(from, shape)] });
    expect(part.shape).toEqual([shape - from, 4]);
    expect(wrongRow(part, from)).toBe(-1);
    const kept = await manager.getData("rows", { selection: [-1], closeFile: false });
    expect((kept.data as Float64Array)[0]).toBeGreaterThanOrEqual(shape - 1);
    expect(new Set(kept.data as Float64Array).size).toBe(1);
    let streamed = 0;
    for await (const { block, offset } of manager.streamData("rows", { blockBytes: 65536 })) {
      expect(wrongRow(block, offset[0] ?? -1)).toBe(-1);
      streamed += block.shape[0] ?? 0;
    }
    expect(streamed).toBeGreaterThanOrEqual(shape);
    expect((await manager.listNodes()).map(({ path }) => path)).toEqual(["/rows"]);
    expect(await manager.getMetadata()).toEqual({ kept: 7 });
    rows = streamed;
  }
  expect(rows).toBeGreaterThan(20);
}

/**
 * Has a writer append to a dataset of that kind, and reads it `rounds` times in seven ways.
 *
 * @param start Starts a script of h5py.
 */
export async function readWhileAppended(
  start: (script: string, ...args: string[]) => Promise<H5pyProcess>,
  path: string,
  options: object,
  rounds: number,
): Promise<void> {
  const enough = `${path}.enough`;
  const writer = await start(WRITER, path, JSON.stringify(options), enough);
  // Open for SWMR writing.
  expect(nodeFs.readFileSync(path)[11]).toBe(5);
  const manager = new HDF5StorageManager(path);
  await readAlong(manager, rounds);
  nodeFs.writeFileSync(enough, "");
  const rows = Number(await writer.said());
  await writer.ended;
  expect(wrongRow(await manager.getData("rows"), 0)).toBe(-1);
  expect(await manager.getDataShape("rows")).toEqual([rows, 4]);
}
