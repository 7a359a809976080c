import { FilterError } from "./filter.js";

/** Of a word of 32 bits that begins within a byte, so many are there at least. */
const SURE_BITS = 25;

/** Reads numbers of a few bits, the highest bit first, across the bounds of bytes. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** The byte that the next bit is in, and how many bits of it were read. */
  #at: number;
  #used = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  /**
   * The next `count` (0 to 32) bits.
   *
   * @throws FilterError there are not so many.
   */
  read(count: number): number {
    if (count > SURE_BITS) {
      const high = this.read(count - 16);
      return high * 0x10000 + this.read(16);
    }
    if (count === 0) return 0;
    const at = this.#at;
    const used = this.#used;
    const end = used + count;
    if (at + ((end + 7) >> 3) > this.#bytes.length) throw new FilterError("ends in the middle of a number");
    this.#at = at + (end >> 3);
    this.#used = end & 7;
    return (this.#word(at) << used) >>> (32 - count);
  }

  /**
   * How many zeros come before the next one, which is read too.
   *
   * @throws FilterError there is none.
   */
  zeros(): number {
    let word = this.#word(this.#at) << this.#used;
    let count = 0;
    while (word === 0) {
      count += 32 - this.#used;
      this.#at += 4;
      this.#used = 0;
      if (this.#at >= this.#bytes.length) throw new FilterError("ends in the middle of a number");
      word = this.#word(this.#at);
    }
    const zeros = Math.clz32(word);
    const end = this.#used + zeros + 1;
    this.#at += end >> 3;
    this.#used = end & 7;
    return count + zeros;
  }

  /** Four bytes; zeros behind the end. */
  #word(at: number): number {
    const bytes = this.#bytes;
    if (at + 4 <= bytes.length)
      return (
        ((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number)
      ); // within the bytes, as just compared
    let word = 0;
    for (let byte = 0; byte < 4; byte++) word = (word << 8) | (bytes[at + byte] ?? 0);
    return word;
  }
}
