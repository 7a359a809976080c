import {
  allocate,
  bytesOf,
  checkShape,
  type DataType,
  elementCount,
  itemSize,
  type NDArray,
  shapeText,
} from "@tvb-storage/core";
import { FileStorageException } from "@tvb-storage/errors";

// The .npy format, version 1.0 and 2.0: numpy.lib.format describes it.

const MAGIC = "\x93NUMPY";
/** Bytes before the header's text: magic, version, and its length in 2 bytes (4 from version 2.0 on). */
const PREFIX = 10;
const ALIGNMENT = 64;

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const order = littleEndian ? "<" : ">";

/** numpy's names of the types; strings have their length in theirs: `<U7`. */
const DESCR: Readonly<Record<Exclude<DataType, "string">, string>> = {
  bool: "|b1",
  int8: "|i1",
  uint8: "|u1",
  int16: `${order}i2`,
  uint16: `${order}u2`,
  int32: `${order}i4`,
  uint32: `${order}u4`,
  int64: `${order}i8`,
  uint64: `${order}u8`,
  float32: `${order}f4`,
  float64: `${order}f8`,
  complex64: `${order}c8`,
  complex128: `${order}c16`,
};

/** What the start of a file tells. */
export interface NpyHeader {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** Bytes of one element in the file. */
  readonly elementBytes: number;
  /** Where the elements begin. */
  readonly dataStart: number;
}

/** How many bytes of a file `parseHeader` needs at the most. */
export const HEADER_BYTES = 4096;

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

/** The whole file for an array. */
export function encodeNpy(array: NDArray): Uint8Array {
  const { dtype, shape } = array;
  const texts = array.dtype === "string" ? array.data.map(codePoints) : [];
  const width = texts.reduce((longest, points) => Math.max(longest, points.length), 1);
  const descr = dtype === "string" ? `${order}U${width}` : DESCR[dtype];
  const header = encodeHeader(descr, shape);
  const elementBytes = dtype === "string" ? 4 * width : itemSize(dtype);
  const file = new Uint8Array(header.length + elementCount(shape) * elementBytes);
  file.set(header);
  if (dtype === "string") {
    const points = new Uint32Array(texts.length * width);
    texts.forEach((text, index) => {
      points.set(text, index * width);
    });
    file.set(new Uint8Array(points.buffer), header.length);
  } else {
    file.set(bytesOf(array.data as Uint8Array), header.length); // a typed array, of whatever kind
  }
  return file;
}

function encodeHeader(descr: string, shape: readonly number[]): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shapeText(shape)}, }`;
  const length = Math.ceil((PREFIX + text.length + 1) / ALIGNMENT) * ALIGNMENT - PREFIX;
  const header = new Uint8Array(PREFIX + length);
  header.set(Array.from(`${MAGIC}\x01\x00`, (character) => character.charCodeAt(0)));
  new DataView(header.buffer).setUint16(8, length, true);
  header.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), PREFIX);
  return header;
}

/** @throws FileStorageException bytes that do not start a .npy file, or an array that a backend here never writes. */
export function parseHeader(start: Uint8Array): NpyHeader {
  const magic = String.fromCharCode(...start.subarray(0, MAGIC.length));
  if (start.length < PREFIX + 2 || magic !== MAGIC) throw new FileStorageException("it is not a .npy file");
  const view = new DataView(start.buffer, start.byteOffset);
  const textStart = start[6] === 1 ? PREFIX : PREFIX + 2;
  const dataStart = textStart + (start[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const text = new TextDecoder("latin1").decode(start.subarray(textStart, dataStart));
  const descr = /'descr': '([^']+)'/.exec(text)?.[1] ?? "";
  const dimensions = /'shape': \(([\d, ]*)\)/.exec(text)?.[1];
  if (dimensions === undefined || !text.includes("'fortran_order': False"))
    throw new FileStorageException(`its header is none of ours: ${text.trim().slice(0, 200)}`);
  const shape = dimensions
    .split(",")
    .filter((axis) => axis.trim() !== "")
    .map(Number); // prettier-ignore
  checkShape(shape);
  return { shape, dataStart, ...typeOf(descr) };
}

function typeOf(descr: string): { dtype: DataType; elementBytes: number } {
  const width = new RegExp(`^${order}U(\\d+)$`).exec(descr)?.[1];
  if (width !== undefined) return { dtype: "string", elementBytes: 4 * Number(width) };
  const known = Object.entries(DESCR).find(([, name]) => name === descr);
  if (known === undefined) throw new FileStorageException(`its type ${descr} is not one that is read here`);
  const dtype = known[0] as DataType; // a key of DESCR
  return { dtype, elementBytes: itemSize(dtype) };
}

/** The elements that lie in `bytes`, which is the caller's to give away, as an array of `shape`. */
export function decodeElements(header: NpyHeader, shape: readonly number[], bytes: Uint8Array): NDArray {
  const { dtype, elementBytes } = header;
  if (dtype === "string") {
    const width = elementBytes / 4;
    const points = new Uint32Array(bytes.buffer, 0, bytes.length / 4);
    const data = Array.from({ length: elementCount(shape) }, (_, index) => {
      const element = points.subarray(index * width, (index + 1) * width);
      const end = element.indexOf(0);
      return Array.from(end < 0 ? element : element.subarray(0, end), (point) =>
        String.fromCodePoint(point),
      ).join("");
    });
    return { dtype, shape, data };
  }
  const data = allocate(dtype, elementCount(shape));
  bytesOf(data as Uint8Array).set(bytes); // a typed array, of whatever kind
  return { dtype, shape, data } as NDArray; // `allocate` gave the container of its type
}
