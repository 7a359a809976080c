import { concatenatedBytes } from "./concatenated-bytes.js";
import { Turns } from "./turns.js";

/** What is used of a browser's `DecompressionStream` and its like; Node's types do not have them all. */
export interface TransformOfBytes {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/**
 * Bytes that are given at a time: a browser makes all of the output of a piece before any of it can be read, which is up to
 * a thousand times as much.
 */
const PIECE_BYTES = 16 * 1024;

/** A browser works on the thread that asks it, in steps that follow each other without a turn of the event loop. */
const turns = /* @__PURE__ */ new Turns(512 * 1024);

/**
 * All that a stream makes of bytes.
 *
 * @throws RangeError it is longer than `limit` bytes.
 */
export async function throughStream(
  bytes: Uint8Array,
  { readable, writable }: TransformOfBytes,
  limit: number,
): Promise<Uint8Array> {
  // What fails in between fails where the result is read, too.
  piecesOf(bytes)
    .pipeTo(writable)
    .catch(() => undefined);
  const reader = readable.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > limit) {
      await reader.cancel();
      throw new RangeError(`longer than ${limit} bytes`);
    }
    pieces.push(next.value);
    await turns.spend(next.value.length);
  }
  return concatenatedBytes(pieces);
}

/** The bytes piece by piece, each when it is asked for. */
function piecesOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        // A copy: memory that threads share cannot be given.
        if (at < bytes.length) controller.enqueue(bytes.slice(at, at + PIECE_BYTES));
        else controller.close();
        at += PIECE_BYTES;
      },
    },
    { highWaterMark: 0 },
  );
}
