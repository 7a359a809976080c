export { allocateBytes, FilterError, PAUSE_BYTES } from "@tvb-storage/core/internal";

/** What the decoder of a filter knows of its chunk. */
export interface FilterContext {
  /** The filter's parameters in the file ("client data"). */
  readonly clientData: readonly number[];
  /** More bytes than this no sound chunk has at this step of its pipeline; a decoder stops there. */
  readonly limit: number;
  /** Nothing else is decoded meanwhile, so that a short chunk need not go to another thread. */
  readonly isOnly: boolean;
  /** To be awaited after each few MiB of work, so that others may run; throws where the caller has cancelled. */
  readonly pause: () => Promise<void>;
}

/**
 * Undoes one filter of a chunk, and leaves `bytes` as they are. The result is memory that nothing else uses. An error,
 * also of a result longer than `limit`, is one of the chunk: the call that reads it then names the dataset and the chunk.
 */
export type FilterDecoder = (bytes: Uint8Array, context: FilterContext) => Uint8Array | Promise<Uint8Array>;

/** Decoders by HDF5's registered numbers of filters: `{ 32015: decode }`. */
export type FilterDecoders = Readonly<Record<number, FilterDecoder>>;

/** Whether it is an object of functions by numbers of filters. */
export function isFilterDecoders(value: unknown): value is FilterDecoders {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).every(
    ([id, decode]) => /^[1-9][0-9]{0,4}$/.test(id) && Number(id) <= 0xffff && typeof decode === "function",
  );
}
