import { decodeBlosc as decode } from "@tvb-storage/core/internal";
import { inflate } from "#inflate";
import { type FilterDecoder, FilterError } from "./filter.js";
import { decodeZstd } from "./zstd.js";

/** HDF5's filter 32001: a buffer of Blosc, version 1. */
export const decodeBlosc: FilterDecoder = (bytes, context) =>
  decode(bytes, {
    limit: context.limit,
    pause: context.pause,
    zlib: async (stream, length) => {
      try {
        return await inflate(stream, length, context.isOnly);
      } catch (cause) {
        throw new FilterError("has a stream of Blosc that cannot be inflated", { cause });
      }
    },
    zstd: async (stream, length) => decodeZstd(stream, { ...context, limit: length }),
  });
