import { FilterError } from "./filter-error.js";

// "LZ4 Block Format Description".

const MIN_MATCH = 4;

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
