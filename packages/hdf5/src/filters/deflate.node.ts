import { promisify } from "node:util";
import { deflate as deflateElsewhere, deflateSync, type ZlibOptions } from "node:zlib";

// With `inflate.node.ts` the files of this package that know Node; a browser gets `deflate.browser.ts` instead.

const elsewhere: (bytes: Uint8Array, options: ZlibOptions) => Promise<Uint8Array> =
  promisify(deflateElsewhere);

/** A zlib stream of the bytes, of level 0 to 9; made in the thread pool. */
export function deflate(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  return elsewhere(bytes, { level });
}

/** The same at once. */
export function deflateNow(bytes: Uint8Array, level: number): Uint8Array {
  return deflateSync(bytes, { level });
}
