import { FilterError } from "./filter-error.js";
import { copyWithin } from "./lz4-block.js";

// `blosclz_decompress` of c-blosc: FastLZ at its second level.

const MAX_NEAR = 8191;

/**
 * Decodes one block of BloscLZ to the end of `target`.
 *
 * @throws FilterError it is damaged, or has another length.
 */
export function decodeBlosclz(bytes: Uint8Array, target: Uint8Array): void {
  let at = 0;
  let to = 0;
  const byte = (): number => {
    const value = bytes[at++];
    if (value === undefined) throw new FilterError("ends in the middle of a block of BloscLZ");
    return value;
  };
  const checkRoom = (length: number): void => {
    if (to + length > target.length) throw new FilterError("unpacks to more than its block of BloscLZ has");
  };
  // The first is always a run of literals.
  let control = byte() & 31;
  for (;;) {
    if (control < 32) {
      const length = control + 1;
      if (at + length > bytes.length) throw new FilterError("ends in the middle of a block of BloscLZ");
      checkRoom(length);
      target.set(bytes.subarray(at, at + length), to);
      at += length;
      to += length;
    } else {
      let length = (control >> 5) - 1;
      if (length === 6) {
        let more: number;
        do {
          more = byte();
          length += more;
        } while (more === 255);
      }
      const low = byte();
      let distance = ((control & 31) << 8) + low;
      if (low === 255 && (control & 31) === 31) distance = (byte() << 8) + byte() + MAX_NEAR;
      distance += 1;
      length += 3;
      if (distance > to) throw new FilterError("refers to bytes before its beginning");
      checkRoom(length);
      copyWithin(target, to, distance, length);
      to += length;
    }
    if (at >= bytes.length) break;
    control = byte();
  }
  if (to !== target.length)
    throw new FilterError(`unpacks to ${to} bytes of ${target.length} in a block of BloscLZ`);
}
