import { type FilterDecoder, FilterError, PAUSE_BYTES } from "./filter.js";

const CHECKSUM_BYTES = 4;
/** Words that are summed before the sums are folded: no more, or they exceed 32 bits. */
const WORDS_EACH = 360;

/** HDF5's filter 3: Fletcher's checksum of 32 bits behind the bytes. */
export const decodeFletcher32: FilterDecoder = async (bytes, { pause }) => {
  const length = bytes.length - CHECKSUM_BYTES;
  if (length < 0) throw new FilterError(`has ${bytes.length} bytes, fewer than its checksum`);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + length, CHECKSUM_BYTES).getUint32(0, true);
  const data = bytes.subarray(0, length);
  const found = await fletcher32(data, pause);
  // HDF5 before 1.6.3 stored the two bytes of each half the other way round on little-endian hosts.
  const swapped = (((found & 0x00ff00ff) << 8) | ((found >>> 8) & 0x00ff00ff)) >>> 0;
  if (stored !== found && stored !== swapped) {
    throw new FilterError(
      `has the checksum 0x${stored.toString(16)}, its bytes have 0x${found.toString(16)}`,
    );
  }
  return data;
};

/** H5_checksum_fletcher32: sums of big-endian words; an odd byte is the upper one of a word. */
async function fletcher32(bytes: Uint8Array, pause: () => Promise<void>): Promise<number> {
  let sum1 = 0;
  let sum2 = 0;
  const even = bytes.length - (bytes.length % 2);
  for (let block = 0; block < even; block += PAUSE_BYTES) {
    if (block > 0) await pause();
    const blockEnd = Math.min(even, block + PAUSE_BYTES);
    for (let at = block; at < blockEnd; ) {
      const end = Math.min(blockEnd, at + 2 * WORDS_EACH);
      for (; at < end; at += 2) {
        sum1 += ((bytes[at] as number) << 8) | (bytes[at + 1] as number); // within the bytes
        sum2 += sum1;
      }
      sum1 = fold(sum1);
      sum2 = fold(sum2);
    }
  }
  if (even < bytes.length) {
    sum1 += (bytes[even] as number) << 8; // within the bytes
    sum2 += sum1;
    sum1 = fold(sum1);
    sum2 = fold(sum2);
  }
  sum1 = fold(sum1);
  sum2 = fold(sum2);
  return ((sum2 << 16) | sum1) >>> 0;
}

function fold(sum: number): number {
  return (sum & 0xffff) + (sum >>> 16);
}
