import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { decodeText, quoted } from "@tvb-storage/files";
import { allocate, bytesOf } from "../data-type.js";
import { halfToNumber } from "../half-float.js";
import type { NDArray } from "../ndarray-type.js";
import { elementCount } from "../shape.js";
import type { NpyType } from "./npy-type.js";

const LITTLE_ENDIAN_HERE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Bytes of the parts of an element that have an order: complex numbers are two numbers, strings their characters. */
function unitBytes({ dtype, kind, elementBytes }: Pick<NpyType, "dtype" | "kind" | "elementBytes">): number {
  if (dtype === "string") return kind === "U" ? 4 : 1;
  return kind === "c" ? elementBytes / 2 : elementBytes;
}

/** Reverses the bytes of each unit, in place. */
function swapBytes(bytes: Uint8Array, unit: number): Uint8Array {
  if (unit > 1) for (let at = 0; at < bytes.length; at += unit) bytes.subarray(at, at + unit).reverse();
  return bytes;
}

/** The code points of a text: more of them than numpy's strings have, or a NUL at its end, would be lost. */
export function charactersOf(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(at + 1);
      if (next >= 0xdc00 && next < 0xe000) count--;
    }
  }
  return count;
}

/**
 * Elements as `npyHeader` says: little-endian, strings as UTF-32 of `width` characters.
 *
 * @throws FileStorageException a text that ends with NUL, which numpy would drop.
 */
export function encodeNpyElements(array: NDArray, width: number): Uint8Array {
  if (array.dtype !== "string") {
    const bytes = bytesOf(array.data);
    if (LITTLE_ENDIAN_HERE) return bytes;
    return swapBytes(bytes.slice(), array.data.BYTES_PER_ELEMENT);
  }
  const bytes = new Uint8Array(array.data.length * width * 4);
  const view = new DataView(bytes.buffer);
  array.data.forEach((text, index) => {
    if (text.endsWith("\0"))
      throw new FileStorageException(`the text ${quoted(text)} ends with NUL, which numpy's strings cannot`);
    let at = index * width * 4;
    for (const character of text) {
      view.setUint32(at, character.codePointAt(0) ?? 0, true);
      at += 4;
    }
  });
  return bytes;
}

/**
 * The elements that lie in `bytes`, which are used up, as an array of `shape`.
 *
 * @throws FileStructureException a string that is none.
 */
export function decodeNpyElements(type: NpyType, shape: readonly number[], bytes: Uint8Array): NDArray {
  const { dtype, kind, elementBytes, bigEndian } = type;
  const count = elementCount(shape);
  if (bigEndian === LITTLE_ENDIAN_HERE) swapBytes(bytes, unitBytes(type));
  if (dtype === "string") {
    const decode = kind === "S" ? decodeBytes : decodeUtf32;
    const data = Array.from({ length: count }, (_, index) =>
      decode(bytes.subarray(index * elementBytes, (index + 1) * elementBytes)),
    );
    return { dtype, shape, data };
  }
  if (kind === "f" && elementBytes === 2) return { dtype: "float32", shape, data: widened(bytes, count) };
  const data = allocate(dtype, count);
  bytesOf(data as Uint8Array).set(bytes); // a typed array, of whatever kind
  if (dtype === "bool" && bytes.some((byte) => byte > 1))
    throw new FileStructureException("it has a bool that is neither 0 nor 1");
  return { dtype, shape, data } as NDArray; // `allocate` gave the container of its type
}

function decodeBytes(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return decodeText(bytes.subarray(0, end));
}

function decodeUtf32(bytes: Uint8Array): string {
  const points = new Uint32Array(bytes.slice().buffer);
  let end = points.length;
  while (end > 0 && points[end - 1] === 0) end--;
  let text = "";
  for (const point of points.subarray(0, end)) {
    if (point > 0x10ffff)
      throw new FileStructureException(`it has the character ${point}, which does not exist`);
    text += String.fromCodePoint(point);
  }
  return text;
}

/** float16 as float32, of which each has one. */
function widened(bytes: Uint8Array, count: number): Float32Array {
  const halves = new Uint16Array(bytes.slice().buffer);
  const wide = new Float32Array(count);
  for (let i = 0; i < count; i++) wide[i] = halfToNumber(halves[i] ?? 0);
  return wide;
}
