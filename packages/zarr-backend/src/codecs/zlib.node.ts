import type { ZlibOptions } from "node:zlib";

// With this file, the package knows Node; a browser gets `zlib.browser.ts` instead.

type Format = "gzip" | "zlib";

/**
 * zlib allocates so much at a time: all of a chunk, since it joins pieces on the thread that called it. Memory that is not
 * used has no pages.
 */
const MAX_PIECE_BYTES = 256 * 1024 * 1024;
/** All that Node takes: no buffer of its oldest version is longer. */
const MAX_BYTES = 2 ** 32;
/** A stream has no more bytes for each of its own. */
const MAX_RATIO = 1032;
/** Room in which zlib sees that the stream ends, and for its header. */
const END_BYTES = 32;
/** Up to this length, handing it to another thread takes longer than doing it here. */
const SHORT_BYTES = { compress: 16 * 1024, decompress: 64 * 1024 };

/** Loaded when it is first used. */
function zlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}

/** A stream of level 0 to 9, made in the thread pool; a short one at once. */
export async function compress(bytes: Uint8Array, format: Format, level: number): Promise<Uint8Array> {
  // Bytes that do not compress grow by 5 in each block of at least 16,000. More pieces would be as many ways to the pool.
  const options = { level, chunkSize: pieceFor(bytes.length + bytes.length / 2048) };
  if (bytes.length <= SHORT_BYTES.compress)
    return plain(format === "gzip" ? zlib().gzipSync(bytes, options) : zlib().deflateSync(bytes, options));
  return new Promise((resolve, reject) => {
    const done = settled(resolve, reject);
    if (format === "gzip") zlib().gzip(bytes, options, done);
    else zlib().deflate(bytes, options, done);
  });
}

function pieceFor(length: number): number {
  return Math.min(Math.max(64, Math.ceil(length) + END_BYTES), MAX_PIECE_BYTES);
}

/**
 * The content of a stream, by the thread pool; a short one at once.
 *
 * @throws RangeError it is longer than `limit` bytes.
 * @throws Error it is no such stream, or damaged.
 */
export async function decompress(bytes: Uint8Array, format: Format, limit: number): Promise<Uint8Array> {
  const options: ZlibOptions = {
    chunkSize: pieceFor(Math.min(limit, bytes.length * MAX_RATIO)),
    maxOutputLength: Math.min(Math.max(1, limit), MAX_BYTES),
  };
  if (Math.max(bytes.length, limit) <= SHORT_BYTES.decompress)
    return plain(format === "gzip" ? zlib().gunzipSync(bytes, options) : zlib().inflateSync(bytes, options));
  return new Promise((resolve, reject) => {
    const done = settled(resolve, reject);
    if (format === "gzip") zlib().gunzip(bytes, options, done);
    else zlib().inflate(bytes, options, done);
  });
}

/** The content of a deflate stream without a header, as in ZIP archives; throws as `decompress`. */
export function inflateRaw(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zlib().inflateRaw(bytes, { maxOutputLength: Math.max(1, limit) }, settled(resolve, reject));
  });
}

/** As `crc32` of `crc.ts`. */
export function crc32(bytes: Uint8Array, before?: number): number {
  return zlib().crc32(bytes, before);
}

/** A plain array: the `slice` of a Buffer is no copy. */
function plain({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function settled(resolve: (bytes: Uint8Array) => void, reject: (error: Error) => void) {
  return (error: Error | null, result: Uint8Array): void => {
    if (error) reject(error);
    else resolve(plain(result));
  };
}
