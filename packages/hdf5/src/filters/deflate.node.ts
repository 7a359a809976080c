import { zlib } from "./zlib.node.js";

// With `inflate.node.ts` and `zlib.node.ts` the files of this package that know Node; a browser gets `deflate.browser.ts` instead.

/** A zlib stream of the bytes, of level 0 to 9; made in the thread pool. */
export function deflate(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zlib().deflate(bytes, { level }, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
}

/** The same at once. */
export function deflateNow(bytes: Uint8Array, level: number): Uint8Array {
  return zlib().deflateSync(bytes, { level });
}
