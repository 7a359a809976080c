/** Bytes of a structure whose length is not known before, field after field, little-endian. */
export class ByteList {
  #bytes = new Uint8Array(64);
  #length = 0;

  /** All bytes so far. */
  get bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    return this.uint(value, 1);
  }

  u16(value: number): this {
    return this.uint(value, 2);
  }

  u32(value: number): this {
    return this.uint(value, 4);
  }

  /** An unsigned number of `size` bytes; undefined sets all bits ("undefined address"). */
  uint(value: number | undefined, size: number): this {
    this.#reserve(size);
    let rest = value ?? 0;
    for (let index = 0; index < size; index += 1) {
      this.#bytes[this.#length + index] = value === undefined ? 0xff : rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.#length += size;
    return this;
  }

  put(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
