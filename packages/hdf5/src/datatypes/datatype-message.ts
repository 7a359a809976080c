import { elementCount } from "@tvb-storage/core/arrays";
import type { ByteReader } from "../bytes/byte-reader.js";
import type {
  ArrayType,
  ByteOrder,
  CompoundType,
  Datatype,
  EnumType,
  FloatingPointType,
  StringPadding,
  StringType,
  VlenType,
} from "./datatype.js";

// File Format Specification, "The Datatype Message".

/** Types nest; HDF5 itself gives up near this depth too. */
const DEEPEST = 32;

/** Decodes the datatype at the reader's position and leaves the reader behind it. */
export function decodeDatatype(reader: ByteReader, depth = 0): Datatype {
  if (depth > DEEPEST) throw reader.damage(`datatypes nest deeper than ${DEEPEST}`);
  const head = reader.u8();
  const version = head >> 4;
  const typeClass = head & 0x0f;
  if (version < 1 || version > 5) throw reader.unknown(`datatype version ${version}`);
  const bits = reader.u8() | (reader.u8() << 8) | (reader.u8() << 16);
  const size = reader.u32();
  if (size === 0 && typeClass !== 3) throw reader.damage("a datatype of no bytes");
  switch (typeClass) {
    case 0: {
      const { bitOffset, precision } = bitField(reader, size);
      const byteOrder = littleOrBig(bits);
      return { class: "fixed-point", size, byteOrder, signed: (bits & 0x08) !== 0, bitOffset, precision };
    }
    case 1:
      return floatingPoint(reader, bits, size);
    case 2:
      return { class: "time", size, byteOrder: littleOrBig(bits), precision: reader.u16() };
    case 3:
      return { class: "string", size, ...textOf(reader, bits) };
    case 4:
      return { class: "bitfield", size, byteOrder: littleOrBig(bits), ...bitField(reader, size) };
    case 5: {
      const tag = reader.take(bits & 0xff);
      const end = tag.indexOf(0);
      return {
        class: "opaque",
        size,
        tag: String.fromCharCode(...tag.subarray(0, end < 0 ? undefined : end)),
      };
    }
    case 6:
      return compound(reader, version, bits & 0xffff, size, depth);
    case 7:
      return { class: "reference", size, to: referenceTarget(bits & 0x0f) };
    case 8:
      return enumeration(reader, version, bits & 0xffff, size, depth);
    case 9:
      return vlen(reader, bits, size, depth);
    case 10:
      return array(reader, version, size, depth);
    case 11:
      return { class: "complex", size, base: decodeDatatype(reader, depth + 1) };
    default:
      throw reader.unknown(`datatype class ${typeClass}`);
  }
}

function littleOrBig(bits: number): ByteOrder {
  return (bits & 0x01) === 0 ? "little" : "big";
}

function bitField(reader: ByteReader, size: number): { bitOffset: number; precision: number } {
  const bitOffset = reader.u16();
  const precision = reader.u16();
  if (precision === 0 || bitOffset + precision > size * 8) {
    throw reader.damage(`a number of ${precision} bits at bit ${bitOffset} in ${size} bytes`);
  }
  return { bitOffset, precision };
}

function floatingPoint(reader: ByteReader, bits: number, size: number): FloatingPointType {
  const order = (bits & 0x01) | ((bits & 0x40) >> 5);
  if (order === 2) throw reader.unknown("a floating-point byte order of 2");
  const { bitOffset, precision } = bitField(reader, size);
  return {
    class: "floating-point",
    size,
    byteOrder: order === 3 ? "vax" : littleOrBig(bits),
    bitOffset,
    precision,
    signLocation: (bits >> 8) & 0xff,
    exponentLocation: reader.u8(),
    exponentSize: reader.u8(),
    mantissaLocation: reader.u8(),
    mantissaSize: reader.u8(),
    exponentBias: reader.u32(),
    /** "Mantissa Normalization": 2 is the implied leading 1 of IEEE 754. */
    impliedBit: ((bits >> 4) & 0x03) === 2,
  };
}

function textOf(reader: ByteReader, bits: number): Pick<StringType, "padding" | "charset"> {
  const padding: StringPadding | undefined = (["null-term", "null-pad", "space-pad"] as const)[bits & 0x0f];
  const charset = (["ascii", "utf8"] as const)[(bits >> 4) & 0x0f];
  if (padding === undefined || charset === undefined) throw reader.unknown(`string flags ${bits}`);
  return { padding, charset };
}

function referenceTarget(kind: number): "object" | "region" | "attribute" | "unknown" {
  return (["object", "region", "object", "region", "attribute"] as const)[kind] ?? "unknown";
}

/** A name of a compound's or enumeration's member, padded to eight bytes before version 3. */
function memberName(reader: ByteReader, version: number): string {
  const start = reader.position;
  const name = reader.textToNul();
  if (version < 3) reader.skip((8 - ((reader.position - start) % 8)) % 8);
  return name;
}

/** Bytes that a number up to `limit` needs. */
export function bytesFor(limit: number): number {
  let size = 1;
  for (let rest = Math.floor(limit / 256); rest > 0; rest = Math.floor(rest / 256)) size += 1;
  return size;
}

function compound(
  reader: ByteReader,
  version: number,
  count: number,
  size: number,
  depth: number,
): CompoundType {
  const members: CompoundType["members"][number][] = [];
  for (let index = 0; index < count; index += 1) {
    const name = memberName(reader, version);
    const offset = version >= 3 ? reader.plainUint(bytesFor(size)) : reader.u32();
    const dims: number[] = [];
    if (version === 1) {
      const rank = reader.u8();
      if (rank > 4) throw reader.damage(`member "${name}" has ${rank} dimensions, at most 4 are possible`);
      reader.skip(11); // reserved, dimension permutation, reserved
      for (let axis = 0; axis < 4; axis += 1) {
        const extent = reader.u32();
        if (axis < rank) dims.push(extent);
      }
    }
    const base = decodeDatatype(reader, depth + 1);
    const type: Datatype =
      dims.length === 0 ? base : { class: "array", size: elementCount(dims) * base.size, dims, base };
    if (offset + type.size > size) {
      throw reader.damage(`member "${name}" ends at byte ${offset + type.size} of a compound of ${size}`);
    }
    members.push({ name, offset, type });
  }
  return { class: "compound", size, members };
}

function enumeration(
  reader: ByteReader,
  version: number,
  count: number,
  size: number,
  depth: number,
): EnumType {
  const base = decodeDatatype(reader, depth + 1);
  if (base.class !== "fixed-point") throw reader.damage("an enumeration whose base is not an integer");
  if (base.size !== size) throw reader.damage(`an enumeration of ${size} bytes with a base of ${base.size}`);
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) names.push(memberName(reader, version));
  const members = names.map((name) => ({ name, value: integer(reader.take(size), base) }));
  return { class: "enum", size, base, members };
}

/** One integer of any size and byte order. */
function integer(bytes: Uint8Array, type: { byteOrder: ByteOrder; signed: boolean }): bigint {
  let value = 0n;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[type.byteOrder === "big" ? index : bytes.length - 1 - index] ?? 0;
    value = (value << 8n) | BigInt(byte);
  }
  return type.signed ? BigInt.asIntN(bytes.length * 8, value) : value;
}

function vlen(reader: ByteReader, bits: number, size: number, depth: number): VlenType {
  const kind = bits & 0x0f;
  if (kind > 1) throw reader.unknown(`a variable-length type of kind ${kind}`);
  // The text flags of a variable-length string are where a string's are, four bits higher.
  const text = kind === 1 ? textOf(reader, bits >> 4) : undefined;
  const base = decodeDatatype(reader, depth + 1);
  if (text === undefined) return { class: "vlen", size, base };
  return { class: "vlen-string", size, ...text };
}

function array(reader: ByteReader, version: number, size: number, depth: number): ArrayType {
  const rank = reader.u8();
  if (version < 3) reader.skip(3);
  const dims: number[] = [];
  for (let axis = 0; axis < rank; axis += 1) dims.push(reader.u32());
  if (version < 3) reader.skip(4 * rank); // dimension permutation, never used
  const base = decodeDatatype(reader, depth + 1);
  const expected = elementCount(dims) * base.size;
  if (expected !== size) throw reader.damage(`an array of ${dims.join("x")} elements in ${size} bytes`);
  return { class: "array", size, dims, base };
}
