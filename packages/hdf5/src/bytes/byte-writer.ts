/** Writes the fields of one structure in order, little-endian, into bytes of a known size. */
export class ByteWriter {
  position: number;
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    position = 0,
  ) {
    this.position = position;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(value: number): this {
    this.view.setUint8(this.position, value);
    this.position += 1;
    return this;
  }

  u16(value: number): this {
    this.view.setUint16(this.position, value, true);
    this.position += 2;
    return this;
  }

  u32(value: number): this {
    this.view.setUint32(this.position, value, true);
    this.position += 4;
    return this;
  }

  /** An unsigned number of `size` bytes; undefined sets all bits ("undefined address"). */
  uint(value: number | undefined, size: number): this {
    let rest = value ?? 0;
    for (let index = 0; index < size; index += 1) {
      this.view.setUint8(this.position + index, value === undefined ? 0xff : rest % 256);
      rest = Math.floor(rest / 256);
    }
    this.position += size;
    return this;
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
    return this;
  }
}
