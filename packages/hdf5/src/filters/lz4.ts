import { decodeLz4Block } from "@tvb-storage/core/internal";
import { allocateBytes, type FilterDecoder, FilterError } from "./filter.js";

// HDF5's filter 32004, which puts blocks of LZ4 one behind the other.

/** A byte of a length stands for at most 255 bytes. */
const MAX_RATIO = 255;
const HEADER_BYTES = 12;

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
