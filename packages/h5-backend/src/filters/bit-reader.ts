import { FilterError } from "./filter.js";

/** Reads numbers of a few bits, the highest bit first, across the bounds of bytes. */
export class BitReader {
  /** In bits. */
  #position: number;

  constructor(
    readonly bytes: Uint8Array,
    start: number,
  ) {
    this.#position = start * 8;
  }

  /**
   * The next `count` (0 to 32) bits.
   *
   * @throws FilterError there are not so many.
   */
  read(count: number): number {
    if (this.#position + count > this.bytes.length * 8)
      throw new FilterError("ends in the middle of a number");
    let value = 0;
    for (let left = count; left > 0; ) {
      const used = this.#position & 7;
      const take = Math.min(left, 8 - used);
      const byte = this.bytes[this.#position >> 3] as number; // within the bytes: see above
      value = value * 2 ** take + ((byte >> (8 - used - take)) & (0xff >> (8 - take)));
      this.#position += take;
      left -= take;
    }
    return value;
  }
}
