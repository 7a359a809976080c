import type { ZlibOptions } from "node:zlib";
import { zlib } from "./zlib.node.js";

// A browser gets `inflate.browser.ts` instead.

/** Up to this length, inflating takes less time than handing it to another thread. */
const SHORT_BYTES = 1024 * 1024;
/** Longer results come in pieces, so that they are never in memory twice. */
const AT_ONCE_BYTES = 16 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
/** Room in which zlib sees that the stream ends, which saves another buffer. */
const END_BYTES = 16;

/**
 * The content of a zlib stream. What follows the stream counts for nothing. Works
 * in the thread pool, a short one that is the only one (`isOnly`) at once.
 *
 * @throws RangeError it is longer than `limit` bytes.
 * @throws Error it is no zlib stream, is cut short, or has another checksum.
 */
export async function inflate(bytes: Uint8Array, limit: number, isOnly: boolean): Promise<Uint8Array> {
  if (limit > AT_ONCE_BYTES) return inflateLong(bytes, limit);
  if (isOnly && limit <= SHORT_BYTES) return inflateNow(bytes, limit);
  try {
    return await inflateElsewhere(bytes, optionsFor(limit));
  } catch (error) {
    throw orTooLong(error);
  }
}

/** The same at once. */
export function inflateNow(bytes: Uint8Array, limit: number): Uint8Array {
  try {
    return zlib().inflateSync(bytes, optionsFor(limit));
  } catch (error) {
    throw orTooLong(error);
  }
}

function optionsFor(limit: number): ZlibOptions {
  return { chunkSize: Math.max(64, limit + END_BYTES), maxOutputLength: Math.max(1, limit) };
}

function orTooLong(error: unknown): unknown {
  const isTooLong = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
  return isTooLong ? new RangeError(error.message, { cause: error }) : error;
}

function inflateElsewhere(bytes: Uint8Array, options: ZlibOptions): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zlib().inflate(bytes, options, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
}

function inflateLong(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // The system gives it pages as they are written.
    const result = new Uint8Array(limit);
    let length = 0;
    const stream = zlib().createInflate({ chunkSize: PIECE_BYTES });
    stream.on("data", (piece: Buffer) => {
      if (length + piece.length > limit) {
        stream.destroy(new RangeError(`longer than ${limit} bytes`));
        return;
      }
      result.set(piece, length);
      length += piece.length;
    });
    stream.on("error", reject);
    stream.on("end", () => resolve(result.subarray(0, length)));
    stream.end(bytes);
  });
}
