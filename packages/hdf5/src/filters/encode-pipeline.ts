import { shuffle, unshuffle } from "@tvb-storage/core/internal";
import { deflate, deflateNow } from "#deflate";
import { decodeDeflateNow } from "./deflate.js";
import { decodeFletcher32Now, fletcher32Now } from "./fletcher32.js";
import { FILTER, limitsOf, type PipelineFilter } from "./pipeline.js";

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

/**
 * Undoes filters that `canEncode` knows, at once.
 *
 * @param filters Those that the chunk went through, in the order of writing.
 * @param length Bytes of the chunk without filters.
 * @throws FilterError the bytes are not what the filters write, or the result has another length.
 */
export function decodePipelineNow(
  bytes: Uint8Array,
  filters: readonly PipelineFilter[],
  length: number,
): Uint8Array {
  const limits = limitsOf(filters, length);
  return filters.reduceRight((result, { id, clientData: [size = 1] }, index) => {
    if (id === FILTER.deflate) return decodeDeflateNow(result, limits[index] ?? length);
    return id === FILTER.shuffle ? unshuffle(result, size) : decodeFletcher32Now(result);
  }, bytes);
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
