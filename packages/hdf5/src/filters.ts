import { decodeBlosc } from "./filters/blosc.js";
import type { FilterDecoders } from "./filters/filter.js";
import { decodeLz4 } from "./filters/lz4.js";
import { decodeZstd } from "./filters/zstd.js";

/**
 * Filter 32001, Blosc, as PyTables and hdf5plugin write it: with BloscLZ, LZ4, zlib or, where the package `numcodecs` is
 * installed, Zstandard; shuffled by bytes or bits. Not with Snappy.
 */
export const blosc: FilterDecoders = { 32001: decodeBlosc };

/** Filter 32004, LZ4. */
export const lz4: FilterDecoders = { 32004: decodeLz4 };

/** Filter 32015, Zstandard; needs the package `numcodecs`, which is loaded by the first chunk. */
export const zstd: FilterDecoders = { 32015: decodeZstd };
