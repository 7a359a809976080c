/** HDF5's datatypes as a discriminated union: `class` is the specification's name of the class. */
export type Datatype =
  | FixedPointType
  | FloatingPointType
  | TimeType
  | StringType
  | BitfieldType
  | OpaqueType
  | CompoundType
  | ReferenceType
  | EnumType
  | VlenType
  | ArrayType
  | ComplexType;

export type ByteOrder = "little" | "big";
export type StringPadding = "null-term" | "null-pad" | "space-pad";
type Charset = "ascii" | "utf8";

interface Sized {
  /** Bytes of one element. */
  readonly size: number;
}

interface FixedPointType extends Sized {
  readonly class: "fixed-point";
  readonly byteOrder: ByteOrder;
  readonly signed: boolean;
  /** The lowest of the bits that count. */
  readonly bitOffset: number;
  /** How many bits count: 8 * size for ordinary integers. */
  readonly precision: number;
}

export interface FloatingPointType extends Sized {
  readonly class: "floating-point";
  readonly byteOrder: ByteOrder | "vax";
  readonly bitOffset: number;
  readonly precision: number;
  readonly signLocation: number;
  readonly exponentLocation: number;
  readonly exponentSize: number;
  readonly mantissaLocation: number;
  readonly mantissaSize: number;
  readonly exponentBias: number;
  /** The mantissa's leading 1 is not stored, as in IEEE 754. */
  readonly impliedBit: boolean;
}

interface TimeType extends Sized {
  readonly class: "time";
  readonly byteOrder: ByteOrder;
  readonly precision: number;
}

/** Text of a fixed number of bytes. */
export interface StringType extends Sized {
  readonly class: "string";
  readonly padding: StringPadding;
  readonly charset: Charset;
}

interface BitfieldType extends Sized {
  readonly class: "bitfield";
  readonly byteOrder: ByteOrder;
  readonly bitOffset: number;
  readonly precision: number;
}

interface OpaqueType extends Sized {
  readonly class: "opaque";
  readonly tag: string;
}

export interface CompoundType extends Sized {
  readonly class: "compound";
  readonly members: readonly { readonly name: string; readonly offset: number; readonly type: Datatype }[];
}

interface ReferenceType extends Sized {
  readonly class: "reference";
  readonly to: "object" | "region" | "attribute" | "unknown";
}

export interface EnumType extends Sized {
  readonly class: "enum";
  readonly base: FixedPointType;
  readonly members: readonly { readonly name: string; readonly value: bigint }[];
}

/** A sequence or a text of any length: each element is a length and a global heap ID. */
export type VlenType =
  | (Sized & { readonly class: "vlen"; readonly base: Datatype })
  | (Sized & { readonly class: "vlen-string"; readonly padding: StringPadding; readonly charset: Charset });

export interface ArrayType extends Sized {
  readonly class: "array";
  readonly dims: readonly number[];
  readonly base: Datatype;
}

/** Complex numbers of HDF5 2.0; older files use a compound of r and i. */
interface ComplexType extends Sized {
  readonly class: "complex";
  readonly base: Datatype;
}

/** Whether this is h5py's numpy bool: an enumeration of int8 with FALSE = 0 and TRUE = 1. */
export function isBoolean(type: Datatype): boolean {
  if (type.class !== "enum" || type.size !== 1 || type.members.length !== 2) return false;
  const value = (name: string) => type.members.find((member) => member.name === name)?.value;
  return value("FALSE") === 0n && value("TRUE") === 1n;
}

/** Which IEEE 754 (or similar) format this is, by its fields: float16 and bfloat16 have the same size. */
export function floatFormat(
  type: FloatingPointType,
): "float16" | "bfloat16" | "float32" | "float64" | undefined {
  if (!type.impliedBit || type.bitOffset !== 0 || type.byteOrder === "vax" || type.mantissaLocation !== 0) {
    return undefined;
  }
  for (const [name, size, exponentSize, exponentBias] of IEEE) {
    if (
      type.size === size &&
      type.precision === size * 8 &&
      type.signLocation === size * 8 - 1 &&
      type.exponentSize === exponentSize &&
      type.exponentBias === exponentBias &&
      type.mantissaSize === size * 8 - 1 - exponentSize &&
      type.exponentLocation === type.mantissaSize
    ) {
      return name;
    }
  }
  return undefined;
}

const IEEE = [
  ["float16", 2, 5, 15],
  ["bfloat16", 2, 8, 127],
  ["float32", 4, 8, 127],
  ["float64", 8, 11, 1023],
] as const;

/** The components of a complex number: h5py's compound of r and i, or HDF5 2.0's own class. */
export function complexBase(type: Datatype): FloatingPointType | undefined {
  if (type.class === "complex") return type.base.class === "floating-point" ? type.base : undefined;
  if (type.class !== "compound" || type.members.length !== 2) return undefined;
  const [re, im] = type.members;
  if (re?.name !== "r" || im?.name !== "i") return undefined;
  if (re.type.class !== "floating-point" || im.type.class !== "floating-point") return undefined;
  if (re.offset !== 0 || im.offset !== re.type.size || type.size !== 2 * re.type.size) return undefined;
  const same = re.type.byteOrder === im.type.byteOrder && floatFormat(re.type) === floatFormat(im.type);
  return same ? re.type : undefined;
}
