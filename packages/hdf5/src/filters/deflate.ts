import { inflate, inflateNow } from "#inflate";
import { type FilterDecoder, FilterError } from "./filter.js";

/** Deflate makes nothing smaller than by this factor. */
const MAX_RATIO = 1032;
const STREAM_BYTES = 64;

/** HDF5's filter 1: a zlib stream. */
export const decodeDeflate: FilterDecoder = async (bytes, { limit, isOnly }) => {
  try {
    return await inflate(bytes, maxBytes(bytes, limit), isOnly);
  } catch (cause) {
    throw notInflated(cause, limit);
  }
};

/** The same at once. */
export function decodeDeflateNow(bytes: Uint8Array, limit: number): Uint8Array {
  try {
    return inflateNow(bytes, maxBytes(bytes, limit));
  } catch (cause) {
    throw notInflated(cause, limit);
  }
}

/** No more memory is allocated than the stream can fill, also where the shape needs more. */
function maxBytes(bytes: Uint8Array, limit: number): number {
  return Math.min(limit, bytes.length * MAX_RATIO + STREAM_BYTES);
}

function notInflated(cause: unknown, limit: number): FilterError {
  const reason =
    cause instanceof RangeError
      ? `inflates to more than ${limit} bytes`
      : `cannot be inflated (${cause instanceof Error ? cause.message : String(cause)})`;
  return new FilterError(reason, { cause });
}
