/** What a decoder knows of its chunk. */
export interface FilterContext {
  /** The filter's parameters in the file. */
  readonly clientData: readonly number[];
  /** More bytes than this no sound chunk has at this step of its pipeline; a decoder stops there. */
  readonly limit: number;
  /** Nothing else is decoded meanwhile, so that a short chunk need not go to another thread. */
  readonly isOnly: boolean;
  /** To be awaited after each few MiB of work, so that others may run; throws where the caller has cancelled. */
  readonly pause: () => Promise<void>;
}

/**
 * Undoes one filter of a chunk.
 *
 * @throws FilterError the bytes are not what the filter writes.
 */
export type FilterDecoder = (bytes: Uint8Array, context: FilterContext) => Promise<Uint8Array>;

/** Bytes after which a decoder lets others run. */
export const PAUSE_BYTES: number = 4 * 1024 * 1024;

/** What is wrong with a chunk, in words that go on after "the chunk at ...". */
export class FilterError extends Error {}

/** Memory for the result of a filter. */
export function allocateBytes(length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new FilterError(`needs ${length} bytes of memory, which are not there`, { cause });
  }
}
