import { concatenatedBytes, Turns } from "@tvb-storage/files/internal";
import { type DeflateOptions, Zlib, zlibSync } from "fflate";

// Replaces `deflate.node.ts` in a browser, whose own streams have no levels.

const PIECE_BYTES = 128 * 1024;
/** It takes some ten times as long as inflating. */
const turns = /* @__PURE__ */ new Turns(PIECE_BYTES);

/** As `deflate` of `deflate.node.ts`, on this thread, in turns with others. */
export async function deflate(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  if (bytes.length <= PIECE_BYTES) {
    await turns.spend(bytes.length);
    return deflateNow(bytes, level);
  }
  const pieces: Uint8Array[] = [];
  const stream = new Zlib({ level: checkedLevel(level) }, (piece) => pieces.push(piece));
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    await turns.spend(piece.length);
    stream.push(piece, at + PIECE_BYTES >= bytes.length);
  }
  return concatenatedBytes(pieces);
}

/** The same at once. */
export function deflateNow(bytes: Uint8Array, level: number): Uint8Array {
  return zlibSync(bytes, { level: checkedLevel(level) });
}

type Level = NonNullable<DeflateOptions["level"]>;

function checkedLevel(level: number): Level {
  if (level < 0 || level > 9) throw new RangeError(`gzip has levels 0 to 9, found ${level}`);
  return level as Level; // by the check
}
