import { allocateBytes, type FilterDecoder, PAUSE_BYTES } from "./filter.js";

/** HDF5's filter 2: the first bytes of all elements, then their second ones, ...; a rest that is no element stays as it is. */
export const decodeShuffle: FilterDecoder = async (bytes, { clientData, pause }) => {
  const [size = 1] = clientData;
  const count = size > 0 ? Math.floor(bytes.length / size) : 0;
  if (size <= 1 || count <= 1) return bytes;
  const result = allocateBytes(bytes.length);
  const perPause = Math.max(1, Math.floor(PAUSE_BYTES / size));
  for (let start = 0; start < count; start += perPause) {
    if (start > 0) await pause();
    unshuffle(bytes, result, { size, count, start, end: Math.min(count, start + perPause) });
  }
  result.set(bytes.subarray(count * size), count * size);
  return result;
};

interface Elements {
  readonly size: number;
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

function unshuffle(bytes: Uint8Array, result: Uint8Array, { size, count, start, end }: Elements): void {
  // Words where elements are words: one store instead of four, which is most of the time.
  if (size % 4 === 0 && result.byteOffset % 4 === 0) {
    const words = new Uint32Array(result.buffer, result.byteOffset, result.length >> 2);
    const wordsEach = size >> 2;
    for (let word = 0; word < wordsEach; word++) {
      const first = 4 * word * count;
      const second = first + count;
      const third = second + count;
      const fourth = third + count;
      for (let element = start, to = start * wordsEach + word; element < end; element++, to += wordsEach) {
        words[to] =
          ((bytes[first + element] as number) |
            ((bytes[second + element] as number) << 8) |
            ((bytes[third + element] as number) << 16) |
            ((bytes[fourth + element] as number) << 24)) >>>
          0; // the indices are within the bytes
      }
    }
    return;
  }
  for (let byte = 0; byte < size; byte++) {
    const from = byte * count;
    for (let element = start, to = start * size + byte; element < end; element++, to += size) {
      result[to] = bytes[from + element] as number; // within the bytes
    }
  }
}

/** `decodeShuffle` at once. */
export function unshuffleNow(bytes: Uint8Array, size: number): Uint8Array {
  const count = size > 0 ? Math.floor(bytes.length / size) : 0;
  if (size <= 1 || count <= 1) return bytes;
  const result = allocateBytes(bytes.length);
  unshuffle(bytes, result, { size, count, start: 0, end: count });
  result.set(bytes.subarray(count * size), count * size);
  return result;
}

/** The filter itself. */
export function shuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = size > 0 ? Math.floor(bytes.length / size) : 0;
  if (size <= 1 || count <= 1) return bytes;
  const result = new Uint8Array(bytes.length);
  for (let byte = 0; byte < size; byte++) {
    const to = byte * count;
    for (let element = 0, from = byte; element < count; element++, from += size) {
      result[to + element] = bytes[from] as number; // within the bytes
    }
  }
  result.set(bytes.subarray(count * size), count * size);
  return result;
}
