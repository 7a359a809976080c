import { isTVBException } from "@tvb-storage/errors";
import { decodeDeflate } from "./deflate.js";
import { type FilterContext, type FilterDecoder, type FilterDecoders, FilterError } from "./filter.js";
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

/** Those of the filters that neither this package nor `more` can undo. */
export function unknownFilters<T extends PipelineFilter>(filters: readonly T[], more: FilterDecoders): T[] {
  return filters.filter(({ id }) => !DECODERS.has(id) && more[id] === undefined);
}

/** Why chunks with these filters cannot be read, in a few words; undefined where they can. */
export function undecodableReason(
  filters: readonly PipelineFilter[],
  more: FilterDecoders = {},
): string | undefined {
  const names = unknownFilters(filters, more).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return `no decoder for the ${names.length === 1 ? "filter" : "filters"} ${names.join(", ")}`;
}

/** A chunk that is to be decoded. */
export interface PipelineJob extends Pick<FilterContext, "isOnly" | "pause"> {
  /** Bytes of the chunk without filters. */
  readonly length: number;
  /** Decoders of the caller's, which go before those of this package. */
  readonly decoders: FilterDecoders;
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
  { length, decoders, isOnly, pause }: PipelineJob,
): Promise<Uint8Array> {
  const limits = limitsOf(filters, length);
  let result = bytes;
  for (let index = filters.length - 1; index >= 0; index--) {
    const filter = filters[index];
    if (filter === undefined) continue;
    const own = decoders[filter.id];
    const decode = own === undefined ? DECODERS.get(filter.id) : decodedBy(own, filter.name);
    if (decode === undefined) throw new FilterError(`is stored with the filter ${filter.name}`);
    const limit = limits[index] ?? length;
    result = await decode(result, { clientData: filter.clientData, limit, isOnly, pause });
  }
  return result;
}

/** A decoder of the caller's: whatever it throws is said of the chunk, and its result is looked at. */
function decodedBy(decode: FilterDecoder, name: string): FilterDecoder {
  return async (bytes, context) => {
    let result: Uint8Array;
    try {
      result = await decode(bytes, context);
    } catch (cause) {
      // Of this package, or the call was cancelled.
      if (cause instanceof FilterError || isTVBException(cause)) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new FilterError(`cannot be decoded by the decoder that was given for ${name} (${reason})`, {
        cause,
      });
    }
    if (Object.prototype.toString.call(result) !== "[object Uint8Array]")
      throw new FilterError(`is decoded to no Uint8Array by the decoder that was given for ${name}`);
    if (result.length > context.limit)
      throw new FilterError(`decodes to ${result.length} bytes, more than ${context.limit}`);
    return result;
  };
}

/** More bytes than this no chunk of that length is stored in, also where filters make it longer by much. */
export function maxStoredBytes(length: number): number {
  return 2 * length + 1024 * 1024;
}

/** The most bytes that a sound chunk has before each filter is applied. */
export function limitsOf(filters: readonly PipelineFilter[], length: number): number[] {
  let limit = length;
  return filters.map(({ id }) => {
    const before = limit;
    const added = ADDED_BYTES.get(id);
    // Compression makes some data longer, by little.
    limit = added === undefined ? limit + Math.ceil(limit / 8) + 1024 : limit + added;
    return before;
  });
}
