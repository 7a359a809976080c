import { allocateBytes, PAUSE_BYTES } from "./filter-error.js";

// Bytes of elements sorted by their place in the element: HDF5's filter 2, and the codec `shuffle` of numcodecs.

/** Elements `start` to `end` of `count`, of `size` bytes each. */
interface ShuffledElements {
  readonly size: number;
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/** How many whole elements there are to sort; 0 where sorting changes nothing. */
function shuffledCount(bytes: Uint8Array, size: number): number {
  const count = size > 1 ? Math.floor(bytes.length / size) : 0;
  return count > 1 ? count : 0;
}

/** The first bytes of all elements, then their second ones, and so on; a rest that is no element stays at the end. */
export function shuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = shuffledCount(bytes, size);
  if (count === 0) return bytes;
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

/** The reverse of `shuffle`. */
export function unshuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = shuffledCount(bytes, size);
  if (count === 0) return bytes;
  const result = new Uint8Array(bytes.length);
  unshuffleElements(bytes, result, { size, count, start: 0, end: count });
  result.set(bytes.subarray(count * size), count * size);
  return result;
}

/** The same, with pauses. */
export async function unshuffleInTurns(
  bytes: Uint8Array,
  size: number,
  pause: () => Promise<void>,
): Promise<Uint8Array> {
  const count = shuffledCount(bytes, size);
  if (count === 0) return bytes;
  const result = allocateBytes(bytes.length);
  const perPause = Math.max(1, Math.floor(PAUSE_BYTES / size));
  for (let start = 0; start < count; start += perPause) {
    if (start > 0) await pause();
    unshuffleElements(bytes, result, { size, count, start, end: Math.min(count, start + perPause) });
  }
  result.set(bytes.subarray(count * size), count * size);
  return result;
}

/** The same for some of the elements. */
function unshuffleElements(
  bytes: Uint8Array,
  result: Uint8Array,
  { size, count, start, end }: ShuffledElements,
): void {
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
