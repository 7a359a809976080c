import { zlibSync } from "fflate";

// Replaces `deflate.node.ts` in a browser, whose own streams have no levels.

/** As `deflate` of `deflate.node.ts`, on this thread. */
export async function deflate(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  return deflateNow(bytes, level);
}

/** The same at once. */
export function deflateNow(bytes: Uint8Array, level: number): Uint8Array {
  if (level < 0 || level > 9) throw new RangeError(`gzip has levels 0 to 9, found ${level}`);
  return zlibSync(bytes, { level: level as 0 }); // one of its levels by the check
}
