import { atOnce, type Cost, costOf, type Link, type Round } from "./cost.js";
import { type PassStreams, passStreams } from "./pass-streams.js";
import { fetchedChunks, fetchedIndexes, type Range } from "./selected-chunks.js";
import {
  objectBytes,
  objectCount,
  objectShape,
  REGION,
  type SeriesLayout,
  shardIndexBytes,
  TIME,
} from "./series-layout.js";

// The requests that `@tvb-storage/zarr-backend` makes, in their order. The tests count them.

/** The document at the root: a reader gets it before and after. */
const ROOT: Round = { kind: "get", requests: 1, bytes: 0 };

/** Before and after the chunks of the first dataset of a new hierarchy. */
const NEW_HIERARCHY: Readonly<
  Record<2 | 3, { readonly before: readonly Round[]; readonly after: readonly Round[] }>
> = {
  2: { before: opening(), after: closing(5) },
  3: { before: opening(), after: closing(2) },
};

/** A new hierarchy with one series, whose blocks come one after the other: one dataset, one commit. */
export function writing(layout: SeriesLayout, format: 2 | 3, link: Link): Cost {
  const requests = objectCount(layout);
  const { before, after } = NEW_HIERARCHY[format];
  const chunks = { kind: "put", requests, bytes: requests * objectBytes(layout) } as const;
  return atOnce([{ cost: costOf([...before, chunks, ...after], link), count: 1 }], link);
}

/** All elements of one index of an axis: of one region over all times, or of one time. */
export function reading(layout: SeriesLayout, axis: number, link: Link): Cost {
  const ranges = layout.shape.map((count, each) =>
    each === axis ? { start: 0, count: 1 } : { start: 0, count },
  );
  return atOnce([{ cost: costOf([ROOT, ...fetching(layout, ranges), ROOT], link), count: 1 }], link);
}

/**
 * All elements once, by workers that have a part of the series each. A worker streams its part in blocks of about
 * `blockBytes`.
 */
export function wholePass(layout: SeriesLayout, workers: number, blockBytes: number, link: Link): Cost {
  const streams = passStreams(layout, workers, blockBytes);
  const parts = streams.map((stream) => ({
    cost: streaming(layout, stream, link),
    count: stream.groups * stream.shares,
  }));
  const count = parts.reduce((total, part) => total + part.count, 0);
  return atOnce(parts, link, Math.ceil(count / workers));
}

function streaming(layout: SeriesLayout, { rows, regions, blockRows }: PassStreams, link: Link): Cost {
  const lengths = layout.shape.map((length, axis) =>
    axis === TIME ? rows : axis === REGION ? regions : length,
  );
  const ranges = lengths.map((count) => ({ start: 0, count }));
  const layer = objectShape(layout)[TIME] ?? 1;
  const layers = Math.ceil(rows / layer);
  const blocks = Math.ceil(rows / blockRows);
  // An index is fetched for each block that has a part of its shard: once more where a shard ends in a block.
  const ends = layers - Math.ceil(rows / leastCommonMultiple(layer, blockRows));
  const indexes = (fetchedIndexes(layout, ranges).requests / layers) * (blocks + ends);
  const rounds: readonly Round[] = [
    ROOT,
    { ...ROOT, requests: 2 * blocks, parts: 2 * blocks },
    { kind: "get", requests: indexes, bytes: indexes * shardIndexBytes(layout), parts: blocks },
    { kind: "get", ...fetchedChunks(layout, ranges), parts: blocks },
  ];
  return costOf(rounds, link);
}

function fetching(layout: SeriesLayout, ranges: readonly Range[]): Round[] {
  return [fetchedIndexes(layout, ranges), fetchedChunks(layout, ranges)].map((fetched) => ({
    kind: "get",
    ...fetched,
  }));
}

/** Whether there is a hierarchy, of either version; whether a writer has died; what is about to change. */
function opening(): Round[] {
  return [
    { kind: "get", requests: 4, bytes: 0, parts: 4 },
    { kind: "list", requests: 1, bytes: 0 },
    { kind: "get", requests: 1, bytes: 0 },
    { kind: "put", requests: 1, bytes: 0 },
  ];
}

/** The document at the root, those of nodes, and the end of the intent. */
function closing(documents: number): Round[] {
  return [
    { kind: "put", requests: documents, bytes: 0, parts: documents },
    { kind: "delete", requests: 1, bytes: 0 },
  ];
}

function leastCommonMultiple(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small > 0) [large, small] = [small, large % small];
  return (a / large) * b;
}
