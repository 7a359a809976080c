import { throughStream } from "@tvb-storage/files/internal";

export { crc32 } from "./crc.js";

// Replaces `zlib.node.ts` in a browser, whose streams choose the level themselves.

type Format = "gzip" | "zlib";

/** Compressed by the browser, at its own level. */
export async function compress(bytes: Uint8Array, format: Format, _level: number): Promise<Uint8Array> {
  const stream = new CompressionStream(format === "gzip" ? "gzip" : "deflate");
  return throughStream(bytes, stream, Number.POSITIVE_INFINITY);
}

/** As `decompress` of `zlib.node.ts`. */
export async function decompress(bytes: Uint8Array, format: Format, limit: number): Promise<Uint8Array> {
  return throughStream(bytes, new DecompressionStream(format === "gzip" ? "gzip" : "deflate"), limit);
}

/** As `inflateRaw` of `zlib.node.ts`. */
export async function inflateRaw(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  return throughStream(bytes, new DecompressionStream("deflate-raw"), limit);
}
