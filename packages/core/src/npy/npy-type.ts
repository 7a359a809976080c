import { FileStorageException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { type DataType, itemSize } from "../data-type.js";

/** How elements lie in a .npy file. */
export interface NpyType {
  /** What they are read as. */
  readonly dtype: DataType;
  /** numpy's letter of the kind: `S` has strings as bytes, `U` as UTF-32; float16 (`f` of 2 bytes) is read as float32. */
  readonly kind: string;
  /** Bytes of one element. */
  readonly elementBytes: number;
  readonly bigEndian: boolean;
}

/** numpy's kind and size of what is not a string. */
const CODES: Readonly<Record<Exclude<DataType, "string">, string>> = {
  bool: "b1",
  int8: "i1",
  uint8: "u1",
  int16: "i2",
  uint16: "u2",
  int32: "i4",
  uint32: "u4",
  int64: "i8",
  uint64: "u8",
  float32: "f4",
  float64: "f8",
  complex64: "c8",
  complex128: "c16",
};

const TYPES = new Map<string, DataType>([
  ...Object.entries(CODES).map(([dtype, code]) => [code, dtype as DataType] as const), // a key of CODES
  ["f2", "float32"],
]);

/** numpy's name of a type, little-endian; `width` is the characters of a string. */
export function npyTypeName(dtype: DataType, width: number): string {
  if (dtype === "string") return `<U${width}`;
  return `${itemSize(dtype) === 1 ? "|" : "<"}${CODES[dtype]}`;
}

const REFUSED: Readonly<Record<string, string>> = {
  O: "Python objects, which only Python can read, and which could run its code",
  V: "structures or bytes without a type; save their fields one by one",
  M: "dates; save them as int64: numpy.save(path, dates.astype('int64'))",
  m: "time spans; save them as int64: numpy.save(path, spans.astype('int64'))",
};

/** @throws FileStorageException a type that has no counterpart here. */
export function parseNpyType(name: string): NpyType {
  const [, order = "", kind = "", size = ""] = /^([<>|=]?)([A-Za-z])(\d*)/.exec(name) ?? [];
  const elementBytes = Number(size) * (kind === "U" ? 4 : 1);
  const isWhole = name === `${order}${kind}${size}`;
  const dtype = kind === "S" || kind === "U" ? "string" : TYPES.get(`${kind}${size}`);
  if (dtype === undefined || !isWhole || size === "" || !Number.isSafeInteger(elementBytes)) {
    const reason = REFUSED[kind] ?? "a type that is not read here; save it as one that is, such as float64";
    throw new FileStorageException(`its elements are ${quoted(name)}: ${reason}`);
  }
  return { dtype, kind, elementBytes, bigEndian: order === ">" };
}
