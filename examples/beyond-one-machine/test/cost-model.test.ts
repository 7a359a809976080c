import { type DataType, elementCount, slice } from "@tvb-storage/core";
import { type ZarrOptions, ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { describe, expect, it } from "vitest";
import type { Cost, Link } from "../src/cost-model/cost.js";
import { reading, wholePass, writing } from "../src/cost-model/operations.js";
import { passStreams } from "../src/cost-model/pass-streams.js";
import { objectBytes, objectCount, type SeriesLayout } from "../src/cost-model/series-layout.js";
import { type Counted, CountingStore } from "./counting-store.js";

// What the model predicts is what the backend asks of a store.

const LINK: Link = {
  latencySeconds: 0.1,
  bytesPerSecond: 1e6,
  connections: 8,
  machineBytesPerSecond: 4e6,
  getsPerSecond: 1000,
  putsPerSecond: 500,
};

interface Case extends SeriesLayout {
  readonly title: string;
  readonly format: 2 | 3;
}

/** More than a layer of some chunks, and less than one of others. */
const BLOCK_BYTES = 200 * 2 * 30 * 8;
const SHAPE = [1000, 2, 30, 1];
const layouts: readonly (Omit<SeriesLayout, "shape" | "itemBytes"> & { readonly title: string })[] = [
  { title: "all regions in a chunk", chunks: [64, 2, 30, 1] },
  { title: "a chunk for each region", chunks: [500, 1, 1, 1] },
  { title: "tiles", chunks: [150, 1, 7, 1] },
  { title: "a chunk larger than the series", chunks: [2000, 2, 40, 1] },
  { title: "compressed", chunks: [64, 2, 30, 1], compressionRatio: 1 },
  { title: "compressed tiles", chunks: [150, 1, 7, 1], compressionRatio: 1 },
];
const sharded: typeof layouts = [
  { title: "shards", chunks: [50, 2, 30, 1], shards: [200, 2, 30, 1] },
  { title: "shards of tiles", chunks: [50, 1, 6, 1], shards: [300, 2, 12, 1] },
  { title: "compressed shards", chunks: [50, 1, 6, 1], shards: [300, 2, 12, 1], compressionRatio: 1 },
];
const cases: readonly Case[] = [
  ...layouts.flatMap((layout) => [2, 3].map((format) => ({ ...layout, format }))),
  ...sharded.map((layout) => ({ ...layout, format: 3 })),
].map((each) => ({ ...each, shape: SHAPE, itemBytes: 8, format: each.format === 2 ? 2 : 3 }));

const counts = ({ gets, puts, others, bytes }: Cost | Counted) => ({ gets, puts, others, bytes });

describe.each(cases)("$title, version $format", (layout) => {
  const { shape, chunks, shards, format } = layout;
  const store = new CountingStore();
  const options: ZarrOptions = {
    store,
    format,
    ...(shards === undefined ? {} : { layout: () => ({ shards: [...shards] }) }),
  };
  const open = () => new ZarrStorageManager("series.zarr", options);
  // Level 0 stores what it gets, with 5 bytes for each block of 64 KiB, and 18 for header and checksum of gzip.
  const compression = layout.compressionRatio === undefined ? {} : ({ compression: { gzip: 0 } } as const);
  const stored = compressedLayout(layout);

  it("storing blocks puts each object once", async () => {
    const made = await store.counted(() =>
      open().storeData({ dtype: "float64", shape, blocks: blocks("float64", shape) }, "data", {
        chunks: [...chunks],
        ...compression,
      }),
    );
    const objects = objectCount(layout);
    const documents = format === 2 ? 6 : 3;
    expect(made).toMatchObject({ puts: objects + documents, bytes: objects * objectBytes(stored) });
  });

  it.each([1, 3, 100])("writing regions by %i workers", async (workers) => {
    const regions = new CountingStore();
    const objects = { ...layout, chunks: shards ?? chunks, shards: undefined };
    const make = () => new ZarrStorageManager("series.zarr", { store: regions, format });
    const made = await regions.counted(async () => {
      const shape = [...SHAPE];
      const creator = make();
      await creator.createArray("data", {
        dtype: "float64",
        shape,
        chunks: [...chunks],
        ...compression,
        ...(shards && { shards: [...shards] }),
      });
      for (const { start, rows, region, regions, blockRows } of placed(objects, workers, BLOCK_BYTES))
        for (let row = 0; row < rows; row += blockRows) {
          const part = [Math.min(blockRows, rows - row), 2, regions, 1];
          const data = new Float64Array(elementCount(part));
          await make().writeRegion({ dtype: "float64", shape: part, data }, "data", {
            offset: [start + row, 0, region, 0],
          });
        }
      await creator.completeArray("data");
    });
    expect(made).toEqual(counts(writing(stored, format, workers, BLOCK_BYTES, LINK)));
  });

  it.each([0, 2])("one index of axis %i", async (axis) => {
    const selection = shape.map((_, each) => (each === axis ? 0 : null));
    const made = await store.counted(() => open().getData("data", { selection }));
    expect(made).toEqual(counts(reading(stored, axis, LINK)));
  });

  it.each([1, 3, 100])("a whole pass by %i workers", async (workers) => {
    const made = await store.counted(() => passBy(workers, BLOCK_BYTES));
    expect(made).toEqual(counts(wholePass(stored, workers, BLOCK_BYTES, LINK)));
  });

  async function passBy(workers: number, blockBytes: number): Promise<void> {
    let elements = 0;
    for (const { start, region, rows, regions, blockRows } of placed(layout, workers, blockBytes)) {
      const selection = [slice(start, start + rows), null, slice(region, region + regions), null];
      const exact = blockRows * 2 * regions * 8;
      for await (const { block } of open().streamData("data", { selection, blockBytes: exact }))
        elements += elementCount(block.shape);
    }
    expect(elements).toBe(elementCount(shape));
  }
});

it("chunks of a shard are joined to requests of at most 8 MiB", async () => {
  const store = new CountingStore();
  const shape = [1000, 1, 2000, 1];
  const layout = { shape, itemBytes: 8, chunks: [100, 1, 1000, 1], shards: [1000, 1, 2000, 1] };
  const manager = new ZarrStorageManager("a.zarr", { store, layout: () => ({ shards: layout.shards }) });
  const data = new Float64Array(elementCount(shape));
  await manager.storeData({ dtype: "float64", shape, data }, "data", { chunks: layout.chunks });
  const blockBytes = 16e6;
  const made = await store.counted(async () => {
    for await (const { block } of manager.streamData("data", { blockBytes }))
      expect(block.shape).toEqual(shape);
  });
  const predicted = wholePass(layout, 1, blockBytes, LINK);
  expect(made).toEqual(counts(predicted));
  // Twenty chunks of 0.8 MB, ten at a time; the index; the root.
  expect(predicted.gets).toBe(2 + 1 + 3);
});

/** The parts of a pass, each in its place. */
function* placed(layout: SeriesLayout, workers: number, blockBytes: number) {
  const alike = passStreams(layout, workers, blockBytes);
  let region = 0;
  for (const regions of new Set(alike.map((streams) => streams.regions))) {
    const ofWidth = alike.filter((streams) => streams.regions === regions);
    for (let group = 0; group < (ofWidth[0]?.groups ?? 0); group++, region += regions) {
      let start = 0;
      for (const { rows, shares, blockRows } of ofWidth)
        for (let share = 0; share < shares; share++, start += rows)
          yield { start, rows, region, regions, blockRows };
    }
  }
}

/** With the ratio that level 0 of gzip has. */
function compressedLayout(layout: SeriesLayout): SeriesLayout {
  if (layout.compressionRatio === undefined) return layout;
  const bytes = elementCount(layout.chunks) * layout.itemBytes;
  const blocks = Math.ceil(bytes / 65535);
  return { ...layout, compressionRatio: (bytes + 18 + 5 * blocks) / bytes };
}

/** Blocks of other lengths than chunks have. */
function* blocks(dtype: DataType & "float64", shape: readonly number[]) {
  const [times = 0, ...rest] = shape;
  for (let start = 0; start < times; start += 170) {
    const block = [Math.min(170, times - start), ...rest];
    yield { dtype, shape: block, data: new Float64Array(elementCount(block)) };
  }
}
