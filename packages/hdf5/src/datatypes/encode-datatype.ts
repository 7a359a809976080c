import { encodeText } from "@tvb-storage/files";
import { ByteList } from "../bytes/byte-list.js";
import type { CompoundType, Datatype, EnumType, FloatingPointType, StringPadding } from "./datatype.js";

// File Format Specification, "The Datatype Message", as HDF5 1.8 writes it: version 1, and 3 for compounds and enumerations.

const PADDINGS: readonly StringPadding[] = ["null-term", "null-pad", "space-pad"];

/** The encoding of a datatype; undefined for classes of types that are never created here. */
export function encodeDatatype(type: Datatype): Uint8Array | undefined {
  const list = new ByteList();
  return put(list, type) ? list.bytes : undefined;
}

function put(list: ByteList, type: Datatype): boolean {
  const head = (typeClass: number, bits: number, version = 1): void => {
    list.u8((version << 4) | typeClass).uint(bits, 3);
    list.u32(type.size);
  };
  switch (type.class) {
    case "fixed-point":
      head(0, (type.byteOrder === "big" ? 1 : 0) | (type.signed ? 0x08 : 0));
      list.u16(type.bitOffset).u16(type.precision);
      return true;
    case "floating-point":
      if (type.byteOrder === "vax" || !type.impliedBit) return false;
      head(1, (type.byteOrder === "big" ? 1 : 0) | 0x20 | (type.signLocation << 8));
      putFloat(list, type);
      return true;
    case "string":
      head(3, PADDINGS.indexOf(type.padding) | (type.charset === "utf8" ? 0x10 : 0));
      return true;
    case "vlen-string":
      head(9, 1 | (PADDINGS.indexOf(type.padding) << 4) | (type.charset === "utf8" ? 0x100 : 0));
      return put(list, CHARACTER);
    case "compound":
      head(6, type.members.length, 3);
      return putMembers(list, type);
    case "enum":
      head(8, type.members.length, 3);
      return putEnum(list, type);
    default:
      return false;
  }
}

function putFloat(list: ByteList, type: FloatingPointType): void {
  list.u16(type.bitOffset).u16(type.precision);
  list.u8(type.exponentLocation).u8(type.exponentSize);
  list.u8(type.mantissaLocation).u8(type.mantissaSize).u32(type.exponentBias);
}

/** Offsets take as many bytes as the size of the whole type needs. */
function putMembers(list: ByteList, { members, size }: CompoundType): boolean {
  const offsetBytes = Math.max(1, Math.ceil(Math.log2(size + 1) / 8));
  return members.every(({ name, offset, type }) => {
    list.put(encodeText(name)).u8(0).uint(offset, offsetBytes);
    return put(list, type);
  });
}

function putEnum(list: ByteList, { base, members }: EnumType): boolean {
  if (base.byteOrder === "big" && base.size > 1) return false;
  put(list, base);
  for (const { name } of members) list.put(encodeText(name)).u8(0);
  for (const { value } of members) {
    for (let byte = 0; byte < base.size; byte += 1)
      list.u8(Number(BigInt.asUintN(8, value >> BigInt(8 * byte))));
  }
  return true;
}

/** What a text of variable length is a sequence of. */
const CHARACTER: Datatype = {
  class: "fixed-point",
  size: 1,
  byteOrder: "little",
  signed: false,
  bitOffset: 0,
  precision: 8,
};
