import { bytesOf, type DataType, type TypedArray } from "@tvb-storage/core/arrays";
import { complexBase, type Datatype } from "../datatypes/datatype.js";
import { mappedType } from "../datatypes/mapped-type.js";
import { isPlainCopy } from "./decode.js";

/** Whether numbers of the mapped dtype can be stored as elements of a type. */
export function storesNumbers(type: Datatype): boolean {
  const mapped = mappedType(type);
  if (mapped === undefined || mapped.dtype === "string" || mapped.dims.length > 0) return false;
  return isPlainCopy(type, mapped.dtype) || swappedSize(type) !== undefined;
}

/**
 * The bytes of elements in the file: those of the numbers, which must be of the mapped dtype, or a copy of them in the
 * other byte order.
 */
export function encodeNumbers(type: Datatype, dtype: DataType, data: TypedArray): Uint8Array {
  const bytes = bytesOf(data);
  if (isPlainCopy(type, dtype)) return bytes;
  const size = swappedSize(type) ?? 1;
  const swapped = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += size) {
    for (let byte = 0; byte < size; byte += 1) swapped[at + byte] = bytes[at + size - 1 - byte] ?? 0;
  }
  return swapped;
}

/** Bytes of a number that is stored in the other byte order, and as in memory but for that. */
function swappedSize(type: Datatype): number | undefined {
  const number = complexBase(type) ?? type;
  const isNumber = number.class === "fixed-point" || number.class === "floating-point";
  if (!isNumber || number.byteOrder !== "big") return undefined;
  // A float16 is read as float32, and not written.
  return number.class === "floating-point" && number.size < 4 ? undefined : number.size;
}
