// The length of what a frame of zstd holds, by its headers (RFC 8878, 3.1.1): numcodecs allocates it before it decodes.

const MAGIC = 0xfd2fb528;
/** A block holds no more. */
const MAX_BLOCK_BYTES = 128 * 1024;
/** Writers that flush make blocks that are not full. */
const SLACK_BYTES = 64 * 1024 * 1024;

/**
 * Before a frame is decoded: of one that does not tell its length, the blocks are counted, so that the result is bounded.
 *
 * @throws RangeError it would hold more than `limit` bytes, or is no frame.
 */
export function checkZstdLength(bytes: Uint8Array, limit: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6 || view.getUint32(0, true) !== MAGIC) throw new RangeError("it is no frame of zstd");
  const descriptor = view.getUint8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + (isSingle ? 0 : 1) + dictionaryBytes;
  const lengthBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const length = lengthBytes === 0 ? undefined : readLength(view, at, lengthBytes);
  if (length === undefined ? blocksOf(view, at) > limit + SLACK_BYTES : length > limit)
    throw new RangeError(`it says that it holds more than ${limit} bytes`);
}

function readLength(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}

/** Bytes that the blocks of a frame hold at most. */
function blocksOf(view: DataView, start: number): number {
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
