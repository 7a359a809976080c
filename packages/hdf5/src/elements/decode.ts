import { bytesOf, type DataMap, type DataType, itemSize } from "@tvb-storage/core/arrays";
import { halfToNumber } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import { decodeText } from "@tvb-storage/files";
import { complexBase, type Datatype, floatFormat, type StringType } from "../datatypes/datatype.js";
import { datatypeName } from "../datatypes/datatype-name.js";
import { mappedType } from "../datatypes/mapped-type.js";

/** Elements in memory: element `i` starts at byte `i * stride + offset`. */
export interface ElementBytes {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly stride: number;
  readonly offset: number;
}

/** The text of a variable-length string whose element begins at `at`. */
export type VlenText = (elements: Uint8Array, at: number) => string;

const HOST_IS_LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A DataView over all of the bytes, for numbers at any offset. */
function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where values go: the container of the mapped type, from `entry` on. */
export interface DecodeTarget {
  readonly data: DataMap[DataType];
  readonly entry: number;
}

/**
 * Puts the values of elements into a container of their mapped type;
 * elements of an array type follow each other.
 *
 * @throws FileStorageException a type that cannot be represented.
 */
export function decodeElements(
  type: Datatype,
  elements: ElementBytes,
  target: DecodeTarget,
  vlenText?: VlenText,
): void {
  const mapped = mappedType(type);
  if (mapped === undefined)
    throw new FileStorageException(`the type ${datatypeName(type)} cannot be represented`);
  let base = type;
  while (base.class === "array") base = base.base;
  const each = type.size / base.size;
  const { data } = target;
  const dense = elements.offset === 0 && elements.stride === type.size;
  if (dense && !Array.isArray(data) && isPlainCopy(base, mapped.dtype)) {
    const bytes = bytesOf(data);
    const length = elements.count * type.size;
    bytes.set(elements.bytes.subarray(0, length), target.entry * data.BYTES_PER_ELEMENT);
    return;
  }
  const read = elementReader(base, elements.bytes, vlenText);
  let { entry } = target;
  for (let element = 0; element < elements.count; element++) {
    for (let inner = 0; inner < each; inner++) {
      entry = read(elements.offset + element * elements.stride + inner * base.size, data, entry);
    }
  }
}

/** Whether the bytes of elements are the container's bytes already. */
export function isPlainCopy(type: Datatype, dtype: DataType): boolean {
  if (!HOST_IS_LITTLE || dtype === "string" || type.size !== itemSize(dtype)) return false;
  if (type.size === 1) return true;
  const number = type.class === "enum" ? type.base : (complexBase(type) ?? type);
  return "byteOrder" in number && number.byteOrder === "little";
}

/** Reads one element at a byte position into `target` from `entry` on; returns the entry behind it. */
type ElementReader = (position: number, target: DataMap[DataType], entry: number) => number;

export function elementReader(
  type: Datatype,
  bytes: Uint8Array,
  vlenText: VlenText | undefined,
): ElementReader {
  const view = viewOf(bytes);
  switch (type.class) {
    case "fixed-point":
    case "enum": {
      const base = type.class === "enum" ? type.base : type;
      const little = base.byteOrder === "little";
      return (position, target, entry) => {
        target[entry] = readInteger(view, position, base.size, base.signed, little) as never; // the container of this type
        return entry + 1;
      };
    }
    case "floating-point": {
      const read = floatReader(floatFormat(type), view, type.byteOrder === "little");
      return (position, target, entry) => {
        target[entry] = read(position) as never; // a container of floats
        return entry + 1;
      };
    }
    case "compound":
    case "complex": {
      const base = complexBase(type);
      if (base === undefined) break;
      const read = floatReader(floatFormat(base), view, base.byteOrder === "little");
      return (position, target, entry) => {
        target[entry] = read(position) as never; // a container of floats
        target[entry + 1] = read(position + base.size) as never;
        return entry + 2;
      };
    }
    case "string":
      return (position, target, entry) => {
        target[entry] = decodeFixedString(bytes.subarray(position, position + type.size), type) as never; // string[]
        return entry + 1;
      };
    case "vlen-string":
      if (vlenText === undefined) break;
      return (position, target, entry) => {
        target[entry] = vlenText(bytes, position) as never; // string[]
        return entry + 1;
      };
    default:
  }
  throw new FileStorageException(`the type ${datatypeName(type)} cannot be read here`);
}

function readInteger(
  view: DataView,
  position: number,
  size: number,
  signed: boolean,
  little: boolean,
): number | bigint {
  switch (size) {
    case 1:
      return signed ? view.getInt8(position) : view.getUint8(position);
    case 2:
      return signed ? view.getInt16(position, little) : view.getUint16(position, little);
    case 4:
      return signed ? view.getInt32(position, little) : view.getUint32(position, little);
    default:
      return signed ? view.getBigInt64(position, little) : view.getBigUint64(position, little);
  }
}

function floatReader(
  format: ReturnType<typeof floatFormat>,
  view: DataView,
  little: boolean,
): (position: number) => number {
  switch (format) {
    case "float64":
      return (position) => view.getFloat64(position, little);
    case "float32":
      return (position) => view.getFloat32(position, little);
    case "float16":
      return (position) => halfToNumber(view.getUint16(position, little));
    default: {
      // bfloat16 is the upper half of a float32.
      const word = new DataView(new ArrayBuffer(4));
      return (position) => {
        word.setUint32(0, view.getUint16(position, little) * 0x10000);
        return word.getFloat32(0);
      };
    }
  }
}

/** A text of fixed length, without its padding: what h5py gives, which takes NULs off the end of every text. */
function decodeFixedString(bytes: Uint8Array, { padding }: Pick<StringType, "padding">): string {
  let end = bytes.length;
  if (padding === "null-term") {
    const nul = bytes.indexOf(0);
    if (nul >= 0) end = nul;
  }
  if (padding === "space-pad") {
    while (end > 0 && bytes[end - 1] === 0x20) end--;
  }
  while (end > 0 && bytes[end - 1] === 0) end--;
  return decodeText(bytes.subarray(0, end));
}
