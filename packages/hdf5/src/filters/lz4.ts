import { allocateBytes, type FilterDecoder, FilterError } from "./filter.js";

// "LZ4 Block Format Description", and HDF5's filter 32004, which puts blocks of it one behind the other.

/** A byte of a length stands for at most 255 bytes. */
const MAX_RATIO = 255;
const MIN_MATCH = 4;
const HEADER_BYTES = 12;

/**
 * Decodes one block of LZ4 to the end of `target`.
 *
 * @throws FilterError it is damaged, or has another length.
 */
export function decodeLz4Block(bytes: Uint8Array, target: Uint8Array): void {
  let at = 0;
  let to = 0;
  const byte = (): number => {
    const value = bytes[at++];
    if (value === undefined) throw new FilterError("ends in the middle of a block of LZ4");
    return value;
  };
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15) {
      let more: number;
      do {
        more = byte();
        length += more;
      } while (more === 255);
    }
    return length;
  };
  while (at < bytes.length) {
    const token = byte();
    const literals = lengthFrom(token >> 4);
    if (at + literals > bytes.length) throw new FilterError("ends in the middle of a block of LZ4");
    if (to + literals > target.length) throw new FilterError("unpacks to more than its block of LZ4 has");
    target.set(bytes.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    // The last sequence has literals only.
    if (at === bytes.length) break;
    const distance = byte() | (byte() << 8);
    const length = lengthFrom(token & 15) + MIN_MATCH;
    if (distance === 0 || distance > to) throw new FilterError("refers to bytes before its beginning");
    if (to + length > target.length) throw new FilterError("unpacks to more than its block of LZ4 has");
    copyWithin(target, to, distance, length);
    to += length;
  }
  if (to !== target.length)
    throw new FilterError(`unpacks to ${to} bytes of ${target.length} in a block of LZ4`);
}

/** Repeats what is `distance` before `to`, also where it reaches into what is written. */
export function copyWithin(target: Uint8Array, to: number, distance: number, length: number): void {
  if (distance >= length) target.copyWithin(to, to - distance, to - distance + length);
  else for (let at = to; at < to + length; at += 1) target[at] = target[at - distance] as number; // before `at`
}

/** HDF5's filter 32004: the length, that of its blocks, and each block with its length; numbers are big-endian. */
export const decodeLz4: FilterDecoder = async (bytes, { limit, pause }) => {
  if (bytes.length < HEADER_BYTES) throw new FilterError("ends in the middle of its header of LZ4");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0));
  const blockBytes = view.getUint32(8);
  if (length > Math.min(limit, bytes.length * MAX_RATIO))
    throw new FilterError(`would unpack to ${length} bytes of ${limit}`);
  if (length > 0 && blockBytes === 0) throw new FilterError("has blocks of LZ4 without length");
  const result = allocateBytes(length);
  let at = HEADER_BYTES;
  for (let to = 0; to < length; to += blockBytes) {
    const target = result.subarray(to, to + blockBytes);
    if (at + 4 > bytes.length) throw new FilterError("ends before a block of LZ4");
    const size = view.getUint32(at);
    at += 4;
    if (at + size > bytes.length) throw new FilterError("ends in the middle of a block of LZ4");
    const block = bytes.subarray(at, at + size);
    at += size;
    // A block that does not become shorter is stored as it is.
    if (size === target.length) target.set(block);
    else decodeLz4Block(block, target);
    await pause();
  }
  return result;
};
