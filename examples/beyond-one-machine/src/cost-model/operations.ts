import { atOnce, type Cost, costOf, inTurn, type Link, type Round } from "./cost.js";
import { type PassStreams, passStreams } from "./pass-streams.js";
import { fetchedChunks, fetchedIndexes, type Range } from "./selected-chunks.js";
import { objectBytes, objectCount, objectShape, REGION, type SeriesLayout, TIME } from "./series-layout.js";

// The requests that `@tvb-storage/zarr-backend` makes, in their order. The tests count them.

/** The document at the root: a reader gets it before and after. */
const ROOT = oneByOne("get", 1);

/**
 * Documents that are put for a new hierarchy with one array, and where the array is complete, which changes the root and one
 * of its own; and how many that has.
 */
const DOCUMENTS = {
  2: { hierarchy: 5, complete: 2, own: 2 },
  3: { hierarchy: 2, complete: 2, own: 1 },
} as const;
/** Keys that one request lists, in object storage. */
const KEYS_OF_LIST = 1000;

/**
 * A new hierarchy with one series, by workers that write regions at the same time: an array is created, and marked complete when all
 * is there. Regions are whole objects, of about `blockBytes`.
 */
export function writing(
  layout: SeriesLayout,
  format: 2 | 3,
  workers: number,
  blockBytes: number,
  link: Link,
): Cost {
  const objects = { ...layout, chunks: objectShape(layout), shards: undefined };
  const parts = passStreams(objects, workers, blockBytes).map((streams) => {
    const blocks = Math.ceil(streams.rows / streams.blockRows);
    const requests = objectCount({ ...layout, shape: shapeOf(layout, streams) });
    const rounds: Round[] = [
      oneByOne("get", 2 * blocks),
      { kind: "put", requests, bytes: requests * objectBytes(layout), parts: blocks },
    ];
    return { cost: costOf(rounds, link), count: streams.groups * streams.shares };
  });
  const { hierarchy, complete, own } = DOCUMENTS[format];
  const lists = Math.ceil((objectCount(layout) + own) / KEYS_OF_LIST);
  return inTurn([
    costOf([...opening(), oneByOne("put", hierarchy)], link),
    atOnce(parts, link, turnsOf(parts, workers)),
    costOf([ROOT, oneByOne("list", lists), oneByOne("put", complete)], link),
  ]);
}

/** All elements of one index of an axis: of one region over all times, or of one time. */
export function reading(layout: SeriesLayout, axis: number, link: Link): Cost {
  const ranges = layout.shape.map((count, each) =>
    each === axis ? { start: 0, count: 1 } : { start: 0, count },
  );
  return costOf([ROOT, ...fetching(layout, ranges), ROOT], link);
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
  return atOnce(parts, link, turnsOf(parts, workers));
}

/** Parts that a worker has, one after the other. */
function turnsOf(parts: readonly { readonly count: number }[], workers: number): number {
  return Math.ceil(parts.reduce((total, { count }) => total + count, 0) / workers);
}

function shapeOf(layout: SeriesLayout, { rows, regions }: PassStreams): number[] {
  return layout.shape.map((length, axis) => (axis === TIME ? rows : axis === REGION ? regions : length));
}

function streaming(layout: SeriesLayout, streams: PassStreams, link: Link): Cost {
  const { rows, blockRows } = streams;
  const blocks = Math.floor(rows / blockRows);
  const whole = blockRounds(layout, { ...streams, rows: blockRows }, blocks);
  const rest = rows - blocks * blockRows;
  const last = rest === 0 ? [] : blockRounds(layout, { ...streams, rows: rest }, 1);
  return costOf([ROOT, ...whole, ...last], link);
}

/** Blocks that begin with a shard, or at an equal part of one. */
function blockRounds(layout: SeriesLayout, streams: PassStreams, blocks: number): Round[] {
  const ranges = shapeOf(layout, streams).map((count) => ({ start: 0, count }));
  const fetched = fetching(layout, ranges).map(({ requests, bytes, ...round }) => ({
    ...round,
    requests: requests * blocks,
    bytes: bytes * blocks,
    parts: blocks,
  }));
  return [oneByOne("get", 2 * blocks), ...fetched];
}

function fetching(layout: SeriesLayout, ranges: readonly Range[]): Round[] {
  return [fetchedIndexes(layout, ranges), fetchedChunks(layout, ranges)].map((fetched) => ({
    kind: "get",
    ...fetched,
  }));
}

/** Whether there is a hierarchy, of either version, or anything else beneath its keys; and a root without a commit. */
function opening(): Round[] {
  return [oneByOne("get", 4), oneByOne("list", 2), oneByOne("put", 1)];
}

/** Requests for metadata, each after the one before. */
function oneByOne(kind: Round["kind"], requests: number): Round {
  return { kind, requests, bytes: 0, parts: requests };
}
