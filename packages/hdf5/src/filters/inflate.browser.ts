import { type TransformOfBytes, throughStream } from "@tvb-storage/files/internal";

// Replaces `inflate.node.ts` in a browser, which has an inflater of its own.

/** The streams of a browser, as far as they are used here; Node's types do not have them all. */
interface Streams {
  readonly DecompressionStream: new (format: "deflate") => TransformOfBytes;
}

/** As `inflate` of `inflate.node.ts`; but bytes that follow the stream are an error. */
export async function inflate(bytes: Uint8Array, limit: number, _isOnly: boolean): Promise<Uint8Array> {
  const { DecompressionStream } = globalThis as unknown as Streams;
  return throughStream(bytes, new DecompressionStream("deflate"), limit);
}

/** No browser does it at once; it is for the end of a process, which a page has not. */
export function inflateNow(_bytes: Uint8Array, _limit: number): Uint8Array {
  throw new Error("a browser inflates in turns with other work only");
}
