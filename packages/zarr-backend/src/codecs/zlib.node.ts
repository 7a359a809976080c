import type { ZlibOptions } from "node:zlib";

// With this file, the package knows Node; a browser gets `zlib.browser.ts` instead.

type Format = "gzip" | "zlib";

/** zlib allocates so much at a time; for most chunks that is all of their content. */
const MAX_PIECE_BYTES = 4 * 1024 * 1024;
/** Room in which zlib sees that the stream ends. */
const END_BYTES = 16;

/** Loaded when it is first used. */
function zlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}

/** A stream of level 0 to 9, made in the thread pool. */
export function compress(bytes: Uint8Array, format: Format, level: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const done = settled(resolve, reject);
    if (format === "gzip") zlib().gzip(bytes, { level }, done);
    else zlib().deflate(bytes, { level }, done);
  });
}

/**
 * The content of a stream.
 *
 * @throws RangeError it is longer than `limit` bytes.
 * @throws Error it is no such stream, or damaged.
 */
export function decompress(bytes: Uint8Array, format: Format, limit: number): Promise<Uint8Array> {
  const chunkSize = Math.min(Math.max(64, limit + END_BYTES), MAX_PIECE_BYTES);
  const options: ZlibOptions = { chunkSize, maxOutputLength: Math.max(1, limit) };
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

/** A plain array: the `slice` of a Buffer is no copy. */
function settled(resolve: (bytes: Uint8Array) => void, reject: (error: Error) => void) {
  return (error: Error | null, result: Uint8Array): void => {
    if (error) reject(error);
    else resolve(new Uint8Array(result.buffer, result.byteOffset, result.byteLength));
  };
}
