import { concatenatedBytes } from "@tvb-storage/files/internal";

export { crc32 } from "./crc.js";

// Replaces `zlib.node.ts` in a browser, whose streams choose the level themselves.

type Format = "gzip" | "zlib";

/** Compressed by the browser, at its own level. */
export async function compress(bytes: Uint8Array, format: Format, _level: number): Promise<Uint8Array> {
  const stream = new CompressionStream(format === "gzip" ? "gzip" : "deflate");
  return piped(bytes, stream, Number.POSITIVE_INFINITY);
}

/** As `decompress` of `zlib.node.ts`. */
export async function decompress(bytes: Uint8Array, format: Format, limit: number): Promise<Uint8Array> {
  return piped(bytes, new DecompressionStream(format === "gzip" ? "gzip" : "deflate"), limit);
}

/** As `inflateRaw` of `zlib.node.ts`. */
export async function inflateRaw(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  return piped(bytes, new DecompressionStream("deflate-raw"), limit);
}

const PIECE_BYTES = 16 * 1024;

async function piped(
  bytes: Uint8Array,
  { readable, writable }: { readonly readable: ReadableStream; readonly writable: WritableStream },
  limit: number,
): Promise<Uint8Array> {
  const writing = (async () => {
    const writer = writable.getWriter();
    // In pieces: all of the output of one is made before any of it can be read.
    for (let at = 0; at < bytes.length; at += PIECE_BYTES)
      await writer.write(bytes.slice(at, at + PIECE_BYTES));
    await writer.close();
  })();
  // What fails in between fails where the result is read, too.
  writing.catch(() => undefined);
  const reader = (readable as ReadableStream<Uint8Array>).getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > limit) {
      await reader.cancel();
      throw new RangeError(`longer than ${limit} bytes`);
    }
    pieces.push(next.value);
  }
  return concatenatedBytes(pieces);
}
