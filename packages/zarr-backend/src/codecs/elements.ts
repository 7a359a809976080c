import { allocate, bytesOf, elementCount, type NDArray } from "@tvb-storage/core";
import { entriesPerElement, halfToNumber, numbersIn } from "@tvb-storage/core/internal";
import { decodeText, encodeText } from "@tvb-storage/files";
import { copyStrided, stridesOf } from "../chunks/strided-copy.js";
import type { StoredType } from "../metadata/stored-type.js";

// The elements of a chunk as bytes: codecs `bytes` and `vlen-utf8`, with `transpose` before them.

const littleEndianHost = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Elements that may share the memory of the bytes.
 *
 * @param order The axes in the order in which they are stored; undefined: C order.
 * @throws RangeError bytes that are not those of such a chunk.
 */
export function decodeElements(
  bytes: Uint8Array,
  type: StoredType,
  shape: readonly number[],
  order: readonly number[] | undefined,
): NDArray {
  const count = elementCount(shape);
  if (type.kind !== "text" && bytes.length !== count * type.itemBytes)
    throw new RangeError(
      `it has ${bytes.length} bytes, where ${count} elements of ${type.itemBytes} bytes belong`,
    );
  const stored = storedElements(bytes, type, count);
  if (order === undefined) return { dtype: type.dtype, shape, data: stored } as NDArray; // of its type
  const data = allocate(type.dtype, count);
  copyTransposed(stored, data, shape, order, entriesPerElement(type.dtype), "decode");
  return { dtype: type.dtype, shape, data } as NDArray; // `allocate` gave the container of its type
}

export function encodeElements(
  array: NDArray,
  type: StoredType,
  order: readonly number[] | undefined,
): Uint8Array {
  let { data } = array;
  if (order !== undefined) {
    data = allocate(array.dtype, elementCount(array.shape));
    copyTransposed(array.data, data, array.shape, order, entriesPerElement(array.dtype), "encode");
  }
  if (Array.isArray(data))
    return type.kind === "bytes" ? fixedTexts(data, type.itemBytes) : lengthedTexts(data);
  const bytes = bytesOf(data);
  return type.swapBytes > 1 && type.bigEndian === littleEndianHost ? swapped(bytes, type.swapBytes) : bytes;
}

function copyTransposed(
  from: NDArray["data"],
  to: NDArray["data"],
  shape: readonly number[],
  order: readonly number[],
  entries: number,
  direction: "encode" | "decode",
): void {
  const stored = stridesOf(order.map((axis) => shape[axis] ?? 1));
  const plain = stridesOf(shape);
  const axes = shape.map((count, axis) => {
    const inStored = stored[order.indexOf(axis)] ?? 1;
    const inPlain = plain[axis] ?? 1;
    return direction === "decode"
      ? { count, from: inStored, to: inPlain }
      : { count, from: inPlain, to: inStored };
  });
  copyStrided(from, 0, to, 0, axes, entries);
}

function storedElements(bytes: Uint8Array, type: StoredType, count: number): NDArray["data"] {
  const { kind, dtype, itemBytes, swapBytes, bigEndian } = type;
  if (kind === "text") return readLengthedTexts(bytes, count);
  if (kind === "bytes")
    return Array.from({ length: count }, (_, i) =>
      readFixedText(bytes.subarray(i * itemBytes, (i + 1) * itemBytes)),
    );
  const isSwapped = swapBytes > 1 && bigEndian === littleEndianHost;
  if (kind === "utf32" || kind === "float16") {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (kind === "float16")
      return Float32Array.from({ length: count }, (_, i) => halfToNumber(view.getUint16(2 * i, !bigEndian)));
    return Array.from({ length: count }, (_, i) => readUtf32(view, i * itemBytes, itemBytes, !bigEndian));
  }
  if (dtype === "string") throw new TypeError("texts are no numbers"); // texts are of the other kinds
  if (dtype === "bool") return bytes.map((byte) => (byte === 0 ? 0 : 1));
  return numbersIn(dtype, isSwapped ? swapped(bytes, swapBytes) : bytes);
}

/** Whether elements are stored as they are in memory. */
export function isAsInMemory({ kind, dtype, swapBytes, bigEndian }: StoredType): boolean {
  return kind === "plain" && dtype !== "bool" && (swapBytes === 1 || bigEndian !== littleEndianHost);
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += size)
    for (let i = 0; i < size; i++) result[start + i] = bytes[start + size - 1 - i] ?? 0;
  return result;
}

function readFixedText(bytes: Uint8Array): string {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  return decodeText(bytes.subarray(0, length));
}

function readUtf32(view: DataView, start: number, length: number, littleEndian: boolean): string {
  const points: number[] = [];
  for (let at = 0; at < length; at += 4) points.push(view.getUint32(start + at, littleEndian));
  while (points.at(-1) === 0) points.pop();
  return String.fromCodePoint(...points); // a RangeError where one is none
}

/** `vlen-utf8`: the number of texts, then each with its length before it, as unsigned 32-bit little-endian integers. */
function readLengthedTexts(bytes: Uint8Array, count: number): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = bytes.length < 4 ? 0 : view.getUint32(0, true);
  if (found !== count || bytes.length < 4 + 4 * count)
    throw new RangeError(`it has ${found} texts in ${bytes.length} bytes, where ${count} belong`);
  const texts: string[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(at, true); // a RangeError where it is beyond the end
    at += 4;
    if (at + length > bytes.length) throw new RangeError(`it ends in text ${i} of ${count}`);
    texts.push(decodeText(bytes.subarray(at, at + length)));
    at += length;
  }
  if (at !== bytes.length) throw new RangeError(`it has ${bytes.length - at} bytes after its last text`);
  return texts;
}

function lengthedTexts(texts: readonly string[]): Uint8Array {
  const encoded = texts.map((text) => encodeText(text));
  const bytes = new Uint8Array(encoded.reduce((sum, { length }) => sum + 4 + length, 4));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, texts.length, true);
  let at = 4;
  for (const text of encoded) {
    view.setUint32(at, text.length, true);
    bytes.set(text, at + 4);
    at += 4 + text.length;
  }
  return bytes;
}

function fixedTexts(texts: readonly string[], itemBytes: number): Uint8Array {
  const bytes = new Uint8Array(texts.length * itemBytes);
  for (const [i, text] of texts.entries()) bytes.set(encodeText(text), i * itemBytes);
  return bytes;
}
