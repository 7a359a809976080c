import type { DataType } from "@tvb-storage/core";
import { quoted } from "@tvb-storage/files";
import { formatJson, isJsonObject, type Json } from "../json/exact-json.js";

/** How the elements of an array are stored, and as what they are read. */
export interface StoredType {
  readonly dtype: DataType;
  /**
   * `plain`: as in memory (bool is a byte); `float16`: read as float32; texts: `text` of any length, `bytes` and `utf32`
   * of a fixed one, filled up with zeros.
   */
  readonly kind: "plain" | "float16" | "text" | "bytes" | "utf32";
  /** Bytes of an element in a chunk; 0 for texts of any length. */
  readonly itemBytes: number;
  /** Bytes of a number in it, which have an order: half of a complex number. */
  readonly swapBytes: number;
  readonly bigEndian: boolean;
}

/** A type that cannot be represented: the array is listed, and refused by its name when it is read. */
class UnknownType extends Error {
  constructor(name: string) {
    super(`its type is ${name}, which is not known here`);
  }
}

const PLAIN: Readonly<Record<string, readonly [DataType, itemBytes: number, swapBytes: number]>> = {
  bool: ["bool", 1, 1],
  int8: ["int8", 1, 1],
  uint8: ["uint8", 1, 1],
  int16: ["int16", 2, 2],
  uint16: ["uint16", 2, 2],
  int32: ["int32", 4, 4],
  uint32: ["uint32", 4, 4],
  int64: ["int64", 8, 8],
  uint64: ["uint64", 8, 8],
  float32: ["float32", 4, 4],
  float64: ["float64", 8, 8],
  complex64: ["complex64", 8, 4],
  complex128: ["complex128", 16, 8],
};

/** numpy's letters of version 2. */
const LETTERS: Readonly<Record<string, string>> = {
  b1: "bool",
  i1: "int8",
  u1: "uint8",
  i2: "int16",
  u2: "uint16",
  i4: "int32",
  u4: "uint32",
  i8: "int64",
  u8: "uint64",
  f4: "float32",
  f8: "float64",
  c8: "complex64",
  c16: "complex128",
};

const NAMES_OF_LETTERS = new Map(Object.entries(LETTERS).map(([letters, name]) => [name, letters]));

function plain(name: string, bigEndian: boolean): StoredType | undefined {
  const found = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (found === undefined) return undefined;
  const [dtype, itemBytes, swapBytes] = found;
  return { dtype, kind: "plain", itemBytes, swapBytes, bigEndian };
}

function text(kind: "text" | "bytes" | "utf32", itemBytes: number, bigEndian = false): StoredType {
  return { dtype: "string", kind, itemBytes, swapBytes: kind === "utf32" ? 4 : 1, bigEndian };
}

const half = (bigEndian: boolean): StoredType => {
  return { dtype: "float32", kind: "float16", itemBytes: 2, swapBytes: 2, bigEndian };
};

/** Longer elements are taken for damage. */
const MAX_ITEM_BYTES = 2 ** 31 - 1;

function lengthOf(value: Json | undefined, unit: number): number | undefined {
  const length = typeof value === "bigint" ? Number(value) : Number.NaN;
  return length >= unit && length % unit === 0 && length <= MAX_ITEM_BYTES ? length : undefined;
}

/**
 * The type of an array of version 2, by its `dtype`.
 *
 * @param isText An object array whose filter stores texts.
 * @throws UnknownType
 */
export function typeOfVersion2(dtype: Json | undefined, isText: boolean): StoredType {
  if (dtype === "|O" && isText) return text("text", 0);
  const match = typeof dtype === "string" ? /^([<>|])([a-zA-Z])(\d+)$/.exec(dtype) : null;
  const [, order, letter = "", digits = ""] = match ?? [];
  const isBig = order === ">";
  const name = LETTERS[letter + digits];
  const found =
    name !== undefined && Object.hasOwn(LETTERS, letter + digits) ? plain(name, isBig) : undefined;
  if (found !== undefined) return found;
  if (letter + digits === "f2") return half(isBig);
  const length = lengthOf(digits === "" ? undefined : BigInt(digits), 1);
  if (letter === "S" && length !== undefined) return text("bytes", length);
  if (letter === "U" && length !== undefined && length <= MAX_ITEM_BYTES / 4)
    return text("utf32", length * 4, isBig);
  if (Array.isArray(dtype)) throw new UnknownType(`compound (${formatJson(dtype)})`);
  throw new UnknownType(typeof dtype === "string" ? dtype : quoted(dtype));
}

/**
 * The type of an array of version 3, by its `data_type`; the order of bytes is that of its codec `bytes`.
 *
 * @throws UnknownType
 */
export function typeOfVersion3(dataType: Json | undefined, bigEndian: boolean): StoredType {
  const name = isJsonObject(dataType) ? dataType["name"] : dataType;
  const configuration = isJsonObject(dataType) ? dataType["configuration"] : undefined;
  if (typeof name === "string") {
    const found = plain(name, bigEndian);
    if (found !== undefined) return found;
    if (name === "float16") return half(bigEndian);
    if (name === "string") return text("text", 0);
    const bytes = isJsonObject(configuration) ? configuration["length_bytes"] : undefined;
    const fixed = name === "null_terminated_bytes" ? lengthOf(bytes, 1) : undefined;
    if (fixed !== undefined) return text("bytes", fixed);
    const wide = name === "fixed_length_utf32" ? lengthOf(bytes, 4) : undefined;
    if (wide !== undefined) return text("utf32", wide, bigEndian);
  }
  throw new UnknownType(typeof name === "string" ? name : quoted(dataType));
}

/** How a new array stores a dtype. */
export function newStoredType(dtype: DataType, stringLength: number | undefined): StoredType {
  if (dtype === "string") return stringLength === undefined ? text("text", 0) : text("bytes", stringLength);
  const found = plain(dtype, false);
  if (found === undefined) throw new RangeError(`there is no dtype ${dtype}`); // all others are plain
  return found;
}

/** The `dtype` of version 2 for a type that is written. */
export function dtypeOfVersion2({ kind, dtype, itemBytes }: StoredType): string {
  if (kind === "text") return "|O";
  if (kind === "bytes") return `|S${itemBytes}`;
  return `${itemBytes === 1 ? "|" : "<"}${NAMES_OF_LETTERS.get(dtype) ?? ""}`;
}

/** The `data_type` of version 3 for a type that is written. */
export function dataTypeOfVersion3({ kind, dtype, itemBytes }: StoredType): Json {
  if (kind === "text") return "string";
  if (kind === "bytes")
    return { name: "null_terminated_bytes", configuration: { length_bytes: BigInt(itemBytes) } };
  return dtype;
}
