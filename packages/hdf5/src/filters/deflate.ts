import { inflate } from "#inflate";
import { type FilterDecoder, FilterError } from "./filter.js";

/** Deflate makes nothing smaller than by this factor. */
const MAX_RATIO = 1032;
const STREAM_BYTES = 64;

/** HDF5's filter 1: a zlib stream. */
export const decodeDeflate: FilterDecoder = async (bytes, { limit, isOnly }) => {
  // No more memory is allocated than the stream can fill, also where the shape needs more.
  const maxBytes = Math.min(limit, bytes.length * MAX_RATIO + STREAM_BYTES);
  try {
    return await inflate(bytes, maxBytes, isOnly);
  } catch (cause) {
    if (cause instanceof RangeError) throw new FilterError(`inflates to more than ${limit} bytes`, { cause });
    throw new FilterError(`cannot be inflated (${cause instanceof Error ? cause.message : String(cause)})`, {
      cause,
    });
  }
};
