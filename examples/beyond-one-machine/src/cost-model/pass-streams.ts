import { objectShape, product, REGION, type SeriesLayout, TIME } from "./series-layout.js";

/** Parts of a whole pass that are alike; each is streamed by one worker. */
export interface PassStreams {
  readonly regions: number;
  /** Parts beside each other, by their regions. */
  readonly groups: number;
  readonly rows: number;
  /** Parts of the same regions, by their times. */
  readonly shares: number;
  /** Times of one block: whole layers of chunks, that do not cross the end of a shard. */
  readonly blockRows: number;
}

/**
 * Cuts a series into parts of whole objects: all regions where a layer of chunks is at most `blockBytes`, else as many
 * regions as a block has room for; and along time where there are more workers than that.
 */
export function passStreams(layout: SeriesLayout, workers: number, blockBytes: number): PassStreams[] {
  const groups = pieces(layout.shape[REGION] ?? 1, regionsAtOnce(layout, blockBytes));
  const groupCount = groups.reduce((total, { count }) => total + count, 0);
  const workersOfGroup = Math.max(1, Math.floor(workers / groupCount));
  const layer = objectShape(layout)[TIME] ?? 1;
  const times = layout.shape[TIME] ?? 1;
  const shares = pieces(times, Math.ceil(Math.ceil(times / layer) / workersOfGroup) * layer);
  return groups.flatMap((group) =>
    shares.map((share) => ({
      regions: group.length,
      groups: group.count,
      rows: share.length,
      shares: share.count,
      blockRows:
        layersOfBlock(layout, blockBytes / layerBytes(layout, group.length)) * (layout.chunks[TIME] ?? 1),
    })),
  );
}

/** Layers of chunks: whole shards, or equal parts of one, of which no index is fetched twice for nothing. */
function layersOfBlock({ chunks, shards = chunks }: SeriesLayout, most: number): number {
  const ofShard = (shards[TIME] ?? 1) / (chunks[TIME] ?? 1);
  let layers = Math.max(1, Math.floor(most));
  if (layers >= ofShard) return layers - (layers % ofShard);
  while (ofShard % layers !== 0) layers--;
  return layers;
}

function regionsAtOnce(layout: SeriesLayout, blockBytes: number): number {
  const regions = objectShape(layout)[REGION] ?? 1;
  return Math.max(1, Math.floor(blockBytes / layerBytes(layout, regions))) * regions;
}

/** Of the chunks that begin at the same time. */
function layerBytes({ shape, chunks, itemBytes }: SeriesLayout, regions: number): number {
  const lengths = shape.map((length, axis) =>
    axis === TIME ? (chunks[TIME] ?? 1) : axis === REGION ? regions : length,
  );
  return product(lengths) * itemBytes;
}

/** A length in pieces, of which the last may be shorter. */
function pieces(length: number, piece: number): { readonly length: number; readonly count: number }[] {
  const whole = Math.floor(length / piece);
  const all = [
    { length: piece, count: whole },
    { length: length - whole * piece, count: 1 },
  ];
  return all.filter((each) => each.length > 0 && each.count > 0);
}
