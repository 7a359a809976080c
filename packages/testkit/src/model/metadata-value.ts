import type { MetadataInput, MetadataValue, NDArray } from "@tvb-storage/core";
import { DateTime } from "@tvb-storage/files";
import { arrayOf, cloneArray, kindOf } from "./element-types.js";

/** The types of typed arrays by class. */
const TYPED: Readonly<
  Record<string, Exclude<NDArray["dtype"], "string" | "bool" | "complex64" | "complex128">>
> = {
  Int8Array: "int8",
  Uint8Array: "uint8",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int32Array: "int32",
  Uint32Array: "uint32",
  BigInt64Array: "int64",
  BigUint64Array: "uint64",
  Float32Array: "float32",
  Float64Array: "float64",
};

/** What comes back of a metadata value; undefined where it is refused. */
export function metadataBack(value: MetadataInput): MetadataValue | undefined {
  if (value === null) return "";
  if (typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "bigint") return bigintBack(value);
  if (typeof value === "string") return textBack(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : new DateTime(value);
  if (Array.isArray(value)) return listBack(value as readonly (number | string | boolean)[]);
  if ("dtype" in value) return arrayBack(value);
  const dtype = TYPED[value.constructor.name];
  if (dtype === undefined) throw new TypeError("no metadata");
  const { length } = value as { readonly length: number };
  return cloneArray({ dtype, shape: [length], data: value } as NDArray); // the table has the type of the class
}

function bigintBack(value: bigint): MetadataValue | undefined {
  if (value < -(2n ** 63n) || value >= 2n ** 64n) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function textBack(text: string): string | undefined {
  return text.includes("\0") || text.startsWith("bool:") || text.startsWith("datetime:") ? undefined : text;
}

function listBack(list: readonly (number | string | boolean)[]): NDArray | undefined {
  const kinds = new Set(list.map((entry) => typeof entry));
  if (kinds.size > 1) return undefined;
  const shape = [list.length];
  if (kinds.has("string")) {
    const texts = list.map(String);
    return texts.some((text) => text.includes("\0")) ? undefined : arrayOf("string", shape, texts);
  }
  const numbers = list.map(Number);
  if (kinds.has("boolean")) return arrayOf("bool", shape, numbers);
  const isWhole =
    numbers.length > 0 && numbers.every((one) => Number.isSafeInteger(one) && !Object.is(one, -0));
  return isWhole ? arrayOf("int64", shape, numbers.map(BigInt)) : arrayOf("float64", shape, numbers);
}

/** An array of shape () comes back as its value, a complex number as the array. */
function arrayBack(array: NDArray): MetadataValue | undefined {
  if (array.shape.length > 0 || kindOf(array.dtype) === "complex") return cloneArray(array);
  const entry: unknown = array.data[0];
  if (typeof entry === "bigint") return bigintBack(entry);
  if (typeof entry === "string") return textBack(entry);
  return array.dtype === "bool" ? entry !== 0 : Number(entry);
}
