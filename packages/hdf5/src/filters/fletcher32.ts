import { type FilterDecoder, FilterError, PAUSE_BYTES } from "./filter.js";

const CHECKSUM_BYTES = 4;
/** Words that are summed before the sums are folded: no more, or they exceed 32 bits. */
const WORDS_EACH = 360;

/** HDF5's filter 3: Fletcher's checksum of 32 bits behind the bytes. */
export const decodeFletcher32: FilterDecoder = async (bytes, { pause }) => {
  const data = withoutChecksum(bytes);
  return checked(bytes, data, await fletcher32(data, pause));
};

/** The same at once. */
export function decodeFletcher32Now(bytes: Uint8Array): Uint8Array {
  const data = withoutChecksum(bytes);
  return checked(bytes, data, fletcher32Now(data));
}

function withoutChecksum(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= CHECKSUM_BYTES) return bytes.subarray(0, -CHECKSUM_BYTES);
  throw new FilterError(`has ${bytes.length} bytes, fewer than its checksum`);
}

/** `data`, whose checksum is `found`, where `bytes` end with the same. */
function checked(bytes: Uint8Array, data: Uint8Array, found: number): Uint8Array {
  const stored = new DataView(bytes.buffer, bytes.byteOffset + data.length, CHECKSUM_BYTES).getUint32(
    0,
    true,
  );
  // HDF5 before 1.6.3 stored the two bytes of each half the other way round on little-endian hosts.
  const swapped = (((found & 0x00ff00ff) << 8) | ((found >>> 8) & 0x00ff00ff)) >>> 0;
  if (stored !== found && stored !== swapped) {
    throw new FilterError(
      `has the checksum 0x${stored.toString(16)}, its bytes have 0x${found.toString(16)}`,
    );
  }
  return data;
}

/** H5_checksum_fletcher32, with pauses. */
async function fletcher32(bytes: Uint8Array, pause: () => Promise<void>): Promise<number> {
  const sums = new Sums();
  for (let block = 0; block < bytes.length; block += PAUSE_BYTES) {
    if (block > 0) await pause();
    sums.add(bytes.subarray(block, block + PAUSE_BYTES));
  }
  return sums.value;
}

/** The same at once. */
export function fletcher32Now(bytes: Uint8Array): number {
  const sums = new Sums();
  sums.add(bytes);
  return sums.value;
}

/** Sums of big-endian words; an odd byte at the end is the upper one of a word. */
class Sums {
  #sum1 = 0;
  #sum2 = 0;

  /** All parts but the last have an even number of bytes. */
  add(bytes: Uint8Array): void {
    let sum1 = this.#sum1;
    let sum2 = this.#sum2;
    const even = bytes.length - (bytes.length % 2);
    for (let at = 0; at < even; ) {
      const end = Math.min(even, at + 2 * WORDS_EACH);
      for (; at < end; at += 2) {
        sum1 += ((bytes[at] as number) << 8) | (bytes[at + 1] as number); // within the bytes
        sum2 += sum1;
      }
      sum1 = fold(sum1);
      sum2 = fold(sum2);
    }
    if (even < bytes.length) {
      sum1 += (bytes[even] as number) << 8; // within the bytes
      sum2 += sum1;
      sum1 = fold(sum1);
      sum2 = fold(sum2);
    }
    this.#sum1 = sum1;
    this.#sum2 = sum2;
  }

  get value(): number {
    return ((fold(this.#sum2) << 16) | fold(this.#sum1)) >>> 0;
  }
}

function fold(sum: number): number {
  return (sum & 0xffff) + (sum >>> 16);
}
