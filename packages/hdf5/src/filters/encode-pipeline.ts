import { deflate, deflateNow } from "#deflate";
import { fletcher32Now } from "./fletcher32.js";
import { FILTER, type PipelineFilter } from "./pipeline.js";
import { shuffle } from "./shuffle.js";

const DEFAULT_LEVEL = 6;
const CODED: ReadonlySet<number> = new Set([FILTER.deflate, FILTER.shuffle, FILTER.fletcher32]);

/** Whether chunks can be coded here with these filters. */
export function canEncode(filters: readonly PipelineFilter[]): boolean {
  return filters.every(({ id }) => CODED.has(id));
}

/** Codes a chunk with filters that `canEncode` knows; other threads do the long part. */
export async function encodePipeline(
  bytes: Uint8Array,
  filters: readonly PipelineFilter[],
): Promise<Uint8Array> {
  let result = bytes;
  for (const filter of filters) {
    result =
      filter.id === FILTER.deflate ? await deflate(result, levelOf(filter)) : encodeShort(result, filter);
  }
  return result;
}

/** The same at once. */
export function encodePipelineNow(bytes: Uint8Array, filters: readonly PipelineFilter[]): Uint8Array {
  let result = bytes;
  for (const filter of filters) {
    result = filter.id === FILTER.deflate ? deflateNow(result, levelOf(filter)) : encodeShort(result, filter);
  }
  return result;
}

function levelOf({ clientData: [level = DEFAULT_LEVEL] }: PipelineFilter): number {
  return level;
}

function encodeShort(bytes: Uint8Array, { id, clientData: [size = 1] }: PipelineFilter): Uint8Array {
  if (id === FILTER.shuffle) return shuffle(bytes, size);
  const result = new Uint8Array(bytes.length + 4);
  result.set(bytes);
  new DataView(result.buffer).setUint32(bytes.length, fletcher32Now(bytes), true);
  return result;
}
