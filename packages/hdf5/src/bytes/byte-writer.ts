/** Writes the fields of one structure in order, little-endian, into bytes of a known size. */
export class ByteWriter {
  position: number;

  constructor(
    readonly bytes: Uint8Array,
    position = 0,
  ) {
    this.position = position;
  }

  /** Takes `count` bytes and returns where they begin. */
  #advance(count: number): number {
    const at = this.position;
    this.position = at + count;
    if (this.position > this.bytes.length)
      throw new RangeError(`${count} bytes at byte ${at} of a structure of ${this.bytes.length}`);
    return at;
  }

  u8(value: number): this {
    this.bytes[this.#advance(1)] = value;
    return this;
  }

  u16(value: number): this {
    return this.uint(value, 2);
  }

  u32(value: number): this {
    return this.uint(value, 4);
  }

  /** An unsigned number of `size` bytes; undefined sets all bits ("undefined address"). */
  uint(value: number | undefined, size: number): this {
    const at = this.#advance(size);
    let rest = value ?? 0;
    for (let index = 0; index < size; index += 1) {
      // What is stored is the lowest byte.
      this.bytes[at + index] = value === undefined ? 0xff : rest;
      rest = Math.floor(rest / 256);
    }
    return this;
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#advance(bytes.length));
    return this;
  }
}
