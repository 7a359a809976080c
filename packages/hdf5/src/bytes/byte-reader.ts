import { decodeText } from "@tvb-storage/files";
import { damaged, type Source, unsupported } from "./damage.js";

/**
 * Reads the fields of one structure in order. Every field is checked against
 * the structure's end; all numbers are little-endian, as HDF5's metadata is.
 */
export class ByteReader {
  /** Where the next field begins, in bytes from the structure's start. */
  position = 0;

  /** `address` and `structure` are for messages: what the bytes are and where they come from. */
  constructor(
    readonly bytes: Uint8Array,
    readonly source: Source,
    readonly structure: string,
    readonly address: number,
  ) {}

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** An error about this structure. */
  damage(what: string): Error {
    return damaged(this.source, this.structure, this.address, what);
  }

  /** An error about a valid but unknown variant of this structure. */
  unknown(what: string): Error {
    return unsupported(this.source, this.structure, this.address, what);
  }

  /** Takes `count` bytes and returns where they begin. */
  private advance(count: number): number {
    const at = this.position;
    if (count > this.bytes.length - at) {
      throw this.damage(
        `it ends after ${this.bytes.length} bytes, where a field of ${count} bytes at byte ${at} is expected`,
      );
    }
    this.position = at + count;
    return at;
  }

  // Not by a DataView: making one takes longer than a structure has fields. `advance` has checked that all is there.

  #byte(at: number): number {
    return this.bytes[at] ?? 0;
  }

  #two(at: number): number {
    return this.#byte(at) | (this.#byte(at + 1) << 8);
  }

  #four(at: number): number {
    return (this.#two(at) | (this.#two(at + 2) << 16)) >>> 0;
  }

  u8(): number {
    return this.#byte(this.advance(1));
  }

  u16(): number {
    return this.#two(this.advance(2));
  }

  u32(): number {
    return this.#four(this.advance(4));
  }

  /** An unsigned number of `size` (1 to 8) bytes, which must be exact as a JavaScript number. */
  uint(size: number): number {
    const value = this.uintOrUndefined(size);
    if (value === undefined) throw this.damage(`the number at byte ${this.position - size} is out of range`);
    return value;
  }

  /** Like `uint`; undefined where all bits are set ("undefined address", "unlimited"). */
  uintOrUndefined(size: number): number | undefined {
    const at = this.advance(size);
    switch (size) {
      case 1:
        return allBits(this.#byte(at), 0xff);
      case 2:
        return allBits(this.#two(at), 0xffff);
      case 4:
        return allBits(this.#four(at), 0xffffffff);
      case 8: {
        const low = this.#four(at);
        const high = this.#four(at + 4);
        if (high === 0xffffffff && low === 0xffffffff) return undefined;
        if (high > 0x1fffff) throw this.damage(`the number at byte ${at} exceeds 2^53`);
        return high * 0x100000000 + low;
      }
      default: {
        if (size < 1 || size > 7) throw this.unknown(`a number of ${size} bytes`);
        let value = 0;
        for (let index = size - 1; index >= 0; index -= 1) {
          value = value * 256 + this.#byte(at + index);
        }
        if (value > Number.MAX_SAFE_INTEGER) throw this.damage(`the number at byte ${at} exceeds 2^53`);
        return allBits(value, 2 ** (8 * size) - 1);
      }
    }
  }

  /** An unsigned number of `size` bytes in which all bits set has no special meaning. */
  plainUint(size: number): number {
    if (size === 1) return this.u8();
    if (size === 2) return this.u16();
    if (size === 4) return this.u32();
    const value = this.uintOrUndefined(size);
    if (value !== undefined) return value;
    if (size < 7) return 2 ** (8 * size) - 1;
    throw this.damage(`the number at byte ${this.position - size} exceeds 2^53`);
  }

  /** A file address, or undefined for the undefined address. */
  fileAddress(): number | undefined {
    return this.uintOrUndefined(this.source.offsetSize);
  }

  /** A file address that has to be defined. `what` names it in the message. */
  definedAddress(what: string): number {
    const address = this.fileAddress();
    if (address === undefined) throw this.damage(`the address of ${what} is undefined`);
    return address;
  }

  /** A number of "Size of Lengths" bytes. */
  length(): number {
    return this.uint(this.source.lengthSize);
  }

  /** A view of the next `count` bytes, not a copy. */
  take(count: number): Uint8Array {
    const at = this.advance(count);
    return this.bytes.subarray(at, at + count);
  }

  skip(count: number): void {
    this.advance(count);
  }

  /** Skips to a multiple of eight bytes from the structure's start. */
  alignTo8(): void {
    const over = this.position % 8;
    if (over !== 0) this.advance(8 - over);
  }

  /** Text up to a NUL byte, which is consumed. */
  textToNul(): string {
    const end = this.bytes.indexOf(0, this.position);
    if (end < 0) throw this.damage(`the text at byte ${this.position} does not end`);
    const text = decodeText(this.bytes.subarray(this.position, end));
    this.position = end + 1;
    return text;
  }

  expectSignature(signature: string): void {
    const at = this.advance(signature.length);
    for (let index = 0; index < signature.length; index++) {
      if (this.bytes[at + index] === signature.charCodeAt(index)) continue;
      const found = String.fromCharCode(...this.bytes.subarray(at, this.position));
      throw this.damage(`it begins with ${JSON.stringify(found)}, not with its signature "${signature}"`);
    }
  }

  expectVersion(...versions: readonly number[]): number {
    const version = this.u8();
    if (!versions.includes(version)) {
      throw this.unknown(`version ${version}, known are ${versions.join(", ")}`);
    }
    return version;
  }
}

function allBits(value: number, mark: number): number | undefined {
  return value === mark ? undefined : value;
}
