import { createInflate, inflate as inflateAtOnce } from "node:zlib";

// The one file of this package that knows Node; a browser gets `inflate.browser.ts` in its place.

/** Longer results come in pieces, so that they are never in memory twice. */
const AT_ONCE_BYTES = 16 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
/** Room in which zlib sees that the stream ends, which saves another buffer. */
const END_BYTES = 16;

/**
 * The content of a zlib stream, in the thread pool. What follows the stream counts for nothing.
 *
 * @throws RangeError it is longer than `limit` bytes.
 * @throws Error it is no zlib stream, is cut short, or has another checksum.
 */
export function inflate(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  return limit > AT_ONCE_BYTES ? inflateLong(bytes, limit) : inflateShort(bytes, limit);
}

function inflateShort(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  const options = { chunkSize: Math.max(64, limit + END_BYTES), maxOutputLength: Math.max(1, limit) };
  return new Promise((resolve, reject) => {
    inflateAtOnce(bytes, options, (error, result) => {
      if (error === null) resolve(result);
      else reject(isTooLong(error) ? new RangeError(error.message, { cause: error }) : error);
    });
  });
}

function isTooLong(error: Error): boolean {
  return "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

function inflateLong(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // The system gives it pages as they are written.
    const result = new Uint8Array(limit);
    let length = 0;
    const stream = createInflate({ chunkSize: PIECE_BYTES });
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
