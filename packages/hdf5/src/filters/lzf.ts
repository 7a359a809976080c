import { allocateBytes, type FilterDecoder, FilterError, PAUSE_BYTES } from "./filter.js";

/** A reference of three bytes copies at most 264. */
const MAX_RATIO = 88;

/** h5py's filter 32000: LibLZF, runs of literal bytes and references to what came before. */
export const decodeLzf: FilterDecoder = async (bytes, { limit, pause }) => {
  const result = allocateBytes(Math.min(limit, bytes.length * MAX_RATIO));
  let at = 0;
  let to = 0;
  let nextPause = PAUSE_BYTES;
  const byte = (): number => {
    const value = bytes[at++];
    if (value === undefined) throw new FilterError("ends in the middle of an LZF reference");
    return value;
  };
  while (at < bytes.length) {
    if (to >= nextPause) {
      nextPause += PAUSE_BYTES;
      await pause();
    }
    const control = byte();
    if (control < 32) {
      const length = control + 1;
      if (at + length > bytes.length) throw new FilterError("ends in the middle of a run of LZF");
      if (to + length > result.length) throw new FilterError(`unpacks to more than ${limit} bytes`);
      result.set(bytes.subarray(at, at + length), to);
      at += length;
      to += length;
      continue;
    }
    const length = (control >> 5) + (control >> 5 === 7 ? byte() : 0) + 2;
    let from = to - ((control & 0x1f) << 8) - byte() - 1;
    if (from < 0) throw new FilterError("refers to bytes before its beginning");
    if (to + length > result.length) throw new FilterError(`unpacks to more than ${limit} bytes`);
    // Byte by byte: the reference may reach into what it writes.
    for (let left = length; left > 0; left--) result[to++] = result[from++] as number; // from < to
  }
  return result.subarray(0, to);
};
