import { decodeBlosclz } from "./blosclz.js";
import { allocateBytes, FilterError } from "./filter-error.js";
import { decodeLz4Block } from "./lz4-block.js";
import { unshuffleInTurns } from "./shuffle.js";

// c-blosc, "Blosc Header Format": a header, where each block begins, and blocks of one or several streams. What
// numcodecs makes of it is not used: it gives memory that was never written where a chunk is damaged.

const HEADER_BYTES = 16;
const MAX_VERSION = 2;
const FLAG = { shuffle: 0x01, stored: 0x02, bitShuffle: 0x04, whole: 0x10 } as const;
/** A block is split into a stream for each byte of its elements where these have no more bytes ... */
const MAX_SPLITS = 16;
/** ... and it has at least this many of them. */
const MIN_SPLIT_ELEMENTS = 128;
/** No stream stands for more than this many times its bytes: Zstandard's. */
const MAX_RATIO = 32 * 1024;

/** What the caller decodes: a stream that stands for `length` bytes. */
type InnerDecoder = (bytes: Uint8Array, length: number) => Promise<Uint8Array>;

export interface BloscOptions {
  /** Bytes that the result has at most. */
  readonly limit: number;
  /** To be awaited after each block, so that others may run. */
  readonly pause: () => Promise<void>;
  readonly zlib: InnerDecoder;
  readonly zstd: InnerDecoder;
}

type StreamDecoder = (bytes: Uint8Array, target: Uint8Array, options: BloscOptions) => void | Promise<void>;

/** By the number in the header; LZ4HC writes LZ4. */
const STREAMS: readonly { readonly name: string; readonly decode?: StreamDecoder }[] = [
  { name: "BloscLZ", decode: decodeBlosclz },
  { name: "LZ4", decode: decodeLz4Block },
  { name: "Snappy" },
  { name: "zlib", decode: decodeZlib },
  { name: "Zstandard", decode: decodeZstd },
];

interface Header {
  readonly flags: number;
  readonly elementSize: number;
  readonly length: number;
  readonly blockBytes: number;
}

/**
 * A buffer of Blosc, version 1. The result is memory that nothing else uses.
 *
 * @throws FilterError it is damaged, or holds more than `limit` bytes.
 */
export async function decodeBlosc(bytes: Uint8Array, options: BloscOptions): Promise<Uint8Array> {
  const { limit, pause } = options;
  if (bytes.length < HEADER_BYTES) throw new FilterError("ends in the middle of its header of Blosc");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) > MAX_VERSION) throw new FilterError(`has version ${view.getUint8(0)} of Blosc`);
  const header: Header = {
    flags: view.getUint8(2),
    elementSize: Math.max(1, view.getUint8(3)),
    length: view.getUint32(4, true),
    blockBytes: view.getUint32(8, true),
  };
  const { flags, length, blockBytes } = header;
  if (length > Math.min(limit, bytes.length * MAX_RATIO))
    throw new FilterError(`would unpack to ${length} bytes of ${limit}`);
  if ((flags & FLAG.stored) !== 0) {
    if (bytes.length < HEADER_BYTES + length)
      throw new FilterError("ends in the middle of its bytes of Blosc");
    return bytes.slice(HEADER_BYTES, HEADER_BYTES + length);
  }
  if (length > 0 && blockBytes === 0) throw new FilterError("has blocks of Blosc without length");
  const count = length === 0 ? 0 : Math.ceil(length / blockBytes);
  if (HEADER_BYTES + 4 * count > bytes.length)
    throw new FilterError("ends in the middle of its blocks of Blosc");
  const result = allocateBytes(length);
  for (let block = 0; block < count; block += 1) {
    if (block > 0) await pause();
    const target = result.subarray(block * blockBytes, (block + 1) * blockBytes);
    await decodeBlock(bytes, view.getUint32(HEADER_BYTES + 4 * block, true), target, header, options);
  }
  return result;
}

/** Decodes the block that begins at `at`. */
async function decodeBlock(
  bytes: Uint8Array,
  at: number,
  target: Uint8Array,
  { flags, elementSize, blockBytes }: Header,
  options: BloscOptions,
): Promise<void> {
  const { name, decode } = STREAMS[flags >> 5] ?? { name: `number ${flags >> 5}` };
  if (decode === undefined) throw new FilterError(`has blocks of Blosc in ${name}, which is not known here`);
  const isSplit =
    (flags & FLAG.whole) === 0 &&
    elementSize <= MAX_SPLITS &&
    target.length === blockBytes &&
    blockBytes / elementSize >= MIN_SPLIT_ELEMENTS;
  const length = isSplit ? Math.floor(target.length / elementSize) : target.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let from = at;
  for (let to = 0; to + length <= target.length; to += length) {
    if (from + 4 > bytes.length) throw new FilterError("ends before a stream of Blosc");
    const size = view.getUint32(from, true);
    from += 4;
    if (from + size > bytes.length) throw new FilterError("ends in the middle of a stream of Blosc");
    const stream = bytes.subarray(from, from + size);
    from += size;
    if (size === length) target.set(stream, to);
    else await decode(stream, target.subarray(to, to + length), options);
  }
  if ((flags & FLAG.shuffle) !== 0) {
    target.set(await unshuffleInTurns(target, elementSize, options.pause));
  } else if ((flags & FLAG.bitShuffle) !== 0) unshuffleBits(target, elementSize);
}

async function decodeZlib(bytes: Uint8Array, target: Uint8Array, { zlib }: BloscOptions): Promise<void> {
  put(await zlib(bytes, target.length), target);
}

async function decodeZstd(bytes: Uint8Array, target: Uint8Array, { zstd }: BloscOptions): Promise<void> {
  put(await zstd(bytes, target.length), target);
}

function put(result: Uint8Array, target: Uint8Array): void {
  if (result.length !== target.length)
    throw new FilterError(`unpacks to ${result.length} bytes of ${target.length} in a stream of Blosc`);
  target.set(result);
}

/**
 * Undoes a shuffle of bits: the first bits of all elements, then their second ones, ... Blosc leaves a number of elements
 * that is no multiple of 8 as it is, and what is no element.
 */
function unshuffleBits(target: Uint8Array, elementSize: number): void {
  const count = Math.floor(target.length / elementSize);
  if (count === 0 || count % 8 !== 0) return;
  const bits = target.slice(0, count * elementSize);
  target.fill(0, 0, bits.length);
  const rowBytes = count / 8;
  for (let at = 0; at < bits.length; at += 1) {
    const row = Math.floor(at / rowBytes);
    const first = (at % rowBytes) * 8 * elementSize + (row >> 3);
    const value = bits[at] as number; // within the bytes
    const mask = 1 << (row & 7);
    for (let element = 0; element < 8; element += 1) {
      if (((value >> element) & 1) !== 0) (target[first + element * elementSize] as number) |= mask;
    }
  }
}
