import { decodeDeflate } from "./deflate.js";
import { type FilterContext, type FilterDecoder, FilterError } from "./filter.js";
import { decodeFletcher32 } from "./fletcher32.js";
import { decodeLzf } from "./lzf.js";
import { decodeNbit } from "./nbit.js";
import { decodeScaleOffset } from "./scale-offset.js";
import { decodeShuffle } from "./shuffle.js";
import { decodeSzip } from "./szip.js";

/** HDF5's numbers of filters. */
export const FILTER = {
  deflate: 1,
  shuffle: 2,
  fletcher32: 3,
  szip: 4,
  nbit: 5,
  scaleOffset: 6,
  lzf: 32000,
} as const;

const DECODERS: ReadonlyMap<number, FilterDecoder> = new Map([
  [FILTER.deflate, decodeDeflate],
  [FILTER.shuffle, decodeShuffle],
  [FILTER.fletcher32, decodeFletcher32],
  [FILTER.szip, decodeSzip],
  [FILTER.nbit, decodeNbit],
  [FILTER.scaleOffset, decodeScaleOffset],
  [FILTER.lzf, decodeLzf],
]);

/** Filters whose result has as many bytes as what they were given, and how many more. */
const ADDED_BYTES: ReadonlyMap<number, number> = new Map([
  [FILTER.shuffle, 0],
  [FILTER.fletcher32, 4],
]);

/** A filter as a dataset names it. */
export interface PipelineFilter {
  readonly id: number;
  readonly name: string;
  readonly clientData: readonly number[];
}

/** Whether a chunk with this mask was stored without the filter of that number in the pipeline. */
function isLeftOut(filterMask: number, index: number): boolean {
  // Filters beyond the mask's 32 bits cannot be left out.
  return index < 32 && ((filterMask >>> index) & 1) !== 0;
}

/** The filters, in the order of writing, that a chunk with this mask went through. */
export function appliedFilters<T extends PipelineFilter>(filters: readonly T[], filterMask: number): T[] {
  return filters.filter((_, index) => !isLeftOut(filterMask, index));
}

/** Those of the filters that cannot be undone here. */
export function unknownFilters<T extends PipelineFilter>(filters: readonly T[]): T[] {
  return filters.filter(({ id }) => !DECODERS.has(id));
}

/** A chunk that is to be decoded. */
export interface PipelineJob extends Pick<FilterContext, "isOnly" | "pause"> {
  /** Bytes of the chunk without filters. */
  readonly length: number;
}

/**
 * Undoes the filters of a chunk.
 *
 * @param filters Those that the chunk went through, in the order of writing.
 * @throws FilterError the bytes are not what the filters write, or the result has another length.
 */
export async function decodePipeline(
  bytes: Uint8Array,
  filters: readonly PipelineFilter[],
  { length, isOnly, pause }: PipelineJob,
): Promise<Uint8Array> {
  const limits = limitsOf(filters, length);
  let result = bytes;
  for (let index = filters.length - 1; index >= 0; index--) {
    const filter = filters[index];
    if (filter === undefined) continue;
    const decode = DECODERS.get(filter.id);
    if (decode === undefined) throw new FilterError(`is stored with the filter ${filter.name}`);
    const limit = limits[index] ?? length;
    result = await decode(result, { clientData: filter.clientData, limit, isOnly, pause });
  }
  return result;
}

/** The most bytes that a sound chunk has before each filter is applied. */
function limitsOf(filters: readonly PipelineFilter[], length: number): number[] {
  let limit = length;
  return filters.map(({ id }) => {
    const before = limit;
    const added = ADDED_BYTES.get(id);
    // Compression makes some data longer, by little.
    limit = added === undefined ? limit + Math.ceil(limit / 8) + 1024 : limit + added;
    return before;
  });
}
