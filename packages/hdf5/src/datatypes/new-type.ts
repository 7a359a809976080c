import type { DataType } from "@tvb-storage/core/arrays";
import type { Datatype, FloatingPointType } from "./datatype.js";

const integer = (size: number, signed: boolean): Datatype & { class: "fixed-point" } => ({
  class: "fixed-point",
  size,
  byteOrder: "little",
  signed,
  bitOffset: 0,
  precision: 8 * size,
});

const float = (size: 4 | 8): FloatingPointType => {
  const mantissaSize = size === 4 ? 23 : 52;
  return {
    class: "floating-point",
    size,
    byteOrder: "little",
    bitOffset: 0,
    precision: 8 * size,
    signLocation: 8 * size - 1,
    exponentLocation: mantissaSize,
    exponentSize: size === 4 ? 8 : 11,
    mantissaLocation: 0,
    mantissaSize,
    exponentBias: size === 4 ? 127 : 1023,
    impliedBit: true,
  };
};

/** h5py's complex numbers. */
const complex = (size: 4 | 8): Datatype => ({
  class: "compound",
  size: 2 * size,
  members: [
    { name: "r", offset: 0, type: float(size) },
    { name: "i", offset: size, type: float(size) },
  ],
});

/** h5py's numpy bool. */
const boolean = (): Datatype => ({
  class: "enum",
  size: 1,
  base: integer(1, true),
  members: [
    { name: "FALSE", value: 0n },
    { name: "TRUE", value: 1n },
  ],
});

/** h5py's `string_dtype()`: its elements are a length and a global heap ID, in a file of 8-byte addresses. */
const text = (): Datatype => ({ class: "vlen-string", size: 16, padding: "null-term", charset: "utf8" });

/** Made when they are needed: a program that only reads does not have them. */
const TYPES: Readonly<Record<DataType, () => Datatype>> = {
  int8: () => integer(1, true),
  uint8: () => integer(1, false),
  int16: () => integer(2, true),
  uint16: () => integer(2, false),
  int32: () => integer(4, true),
  uint32: () => integer(4, false),
  int64: () => integer(8, true),
  uint64: () => integer(8, false),
  float32: () => float(4),
  float64: () => float(8),
  bool: boolean,
  complex64: () => complex(4),
  complex128: () => complex(8),
  string: text,
};

/** The type in which new elements of a dtype are stored, as h5py does; texts with a fixed number of bytes where it is given. */
export function newType(dtype: DataType, stringLength?: number): Datatype {
  if (dtype !== "string" || stringLength === undefined) return TYPES[dtype]();
  return { class: "string", size: stringLength, padding: "null-pad", charset: "utf8" };
}
