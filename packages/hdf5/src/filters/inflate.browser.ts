import { concatenatedBytes, Turns } from "@tvb-storage/files/internal";

// Replaces `inflate.node.ts` in a browser, which has an inflater of its own. It works on the thread that asks it, in steps
// that follow each other without a turn of the event loop.

/** The streams of a browser, as far as they are used here; Node's types do not have them all. */
interface Streams {
  readonly DecompressionStream: new (
    format: "deflate",
  ) => {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array>;
  };
}

/**
 * Bytes that are inflated at a time: a browser inflates all of them before any of the result can be
 * read, which is up to a thousand times as much.
 */
const PIECE_BYTES = 16 * 1024;

const TURN_BYTES = 512 * 1024;
const turns = /* @__PURE__ */ new Turns(TURN_BYTES);

/** As `inflate` of `inflate.node.ts`; but bytes that follow the stream are an error. */
export async function inflate(bytes: Uint8Array, limit: number, _isOnly: boolean): Promise<Uint8Array> {
  const { DecompressionStream } = globalThis as unknown as Streams;
  const { readable, writable } = new DecompressionStream("deflate");
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

/** No browser does it at once; it is for the end of a process, which a page has not. */
export function inflateNow(_bytes: Uint8Array, _limit: number): Uint8Array {
  throw new Error("a browser inflates in turns with other work only");
}

/** The bytes piece by piece, each when it is asked for. */
function piecesOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (at < bytes.length) controller.enqueue(bytes.subarray(at, at + PIECE_BYTES));
        else controller.close();
        at += PIECE_BYTES;
      },
    },
    { highWaterMark: 0 },
  );
}
