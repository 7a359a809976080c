import { zstdFrame } from "@tvb-storage/core/internal";

// The length of what a frame of zstd holds, by its headers (RFC 8878, 3.1.1): numcodecs allocates it before it decodes.

/** A block holds no more. */
const MAX_BLOCK_BYTES = 128 * 1024;
/** Writers that flush make blocks that are not full. */
const SLACK_BYTES = 64 * 1024 * 1024;

/**
 * Before a frame is decoded: of one that does not tell its length, the blocks are counted, so that the result is bounded.
 *
 * @throws RangeError it would hold more than `limit` bytes.
 * @throws FilterError it is no frame.
 */
export function checkZstdLength(bytes: Uint8Array, limit: number): void {
  const { contentSize, blocks } = zstdFrame(bytes);
  if (contentSize === undefined ? bytesOfBlocks(bytes, blocks) > limit + SLACK_BYTES : contentSize > limit)
    throw new RangeError(`it says that it holds more than ${limit} bytes`);
}

/** Bytes that the blocks of a frame hold at most. */
function bytesOfBlocks(frame: Uint8Array, start: number): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let bytes = 0;
  for (let at = start; at + 3 <= view.byteLength; ) {
    const header = view.getUint16(at, true) + view.getUint8(at + 2) * 2 ** 16;
    const [isLast, type, size] = [(header & 1) !== 0, (header >> 1) & 3, header >> 3];
    bytes += type === 2 ? MAX_BLOCK_BYTES : size;
    if (isLast) break;
    at += 3 + (type === 1 ? 1 : size);
  }
  return bytes;
}
