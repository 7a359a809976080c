import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { decodeText, quoted } from "@tvb-storage/files";
import type { DataType } from "../data-type.js";
import { checkShape, elementCount, shapeText } from "../shape.js";
import { type NpyType, npyTypeName, parseNpyType } from "./npy-type.js";

// The .npy format, versions 1 to 3: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

const MAGIC = "\x93NUMPY";
/** Magic, version, and the length of the header's text in the 2 bytes of version 1 (4 bytes in later ones). */
const PREFIX_BYTES = 10;
const ALIGNMENT = 64;
/** A header of a plain type has a few hundred bytes. */
const MAX_HEADER_BYTES = 65536;

/** Bytes from the start of a file that `parseNpyHeader` wants, where it has so many. */
export const NPY_START_BYTES: number = PREFIX_BYTES + 2 + MAX_HEADER_BYTES;

/** What the start of a file tells. */
export interface NpyHeader extends NpyType {
  readonly shape: readonly number[];
  /** The first axis varies fastest. */
  readonly fortranOrder: boolean;
  /** Where the elements begin. */
  readonly dataStart: number;
}

/**
 * The bytes before the elements, which follow in C order and little-endian, as `numpy.save` writes them.
 *
 * @param width The characters of each string; not used for other types.
 */
export function npyHeader(dtype: DataType, shape: readonly number[], width = 1): Uint8Array {
  const name = npyTypeName(dtype, width);
  const text = `{'descr': '${name}', 'fortran_order': False, 'shape': ${shapeText(shape)}, }`;
  const length = Math.ceil((PREFIX_BYTES + text.length + 1) / ALIGNMENT) * ALIGNMENT - PREFIX_BYTES;
  const header = new Uint8Array(PREFIX_BYTES + length);
  header.set(Array.from(`${MAGIC}\x01\x00`, (character) => character.charCodeAt(0)));
  new DataView(header.buffer).setUint16(8, length, true);
  header.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), PREFIX_BYTES);
  return header;
}

/**
 * @param start The first `NPY_START_BYTES` of a file, or all of a shorter one.
 * @throws FileStructureException not a .npy file, or one that is damaged.
 * @throws FileStorageException a type that has no counterpart here.
 */
export function parseNpyHeader(start: Uint8Array): NpyHeader {
  const magic = String.fromCharCode(...start.subarray(0, MAGIC.length));
  if (magic !== MAGIC) throw new FileStructureException("it is no .npy file: numpy.save writes such files");
  const version = start[6] ?? 0;
  if (version < 1 || version > 3)
    throw new FileStructureException(`version ${version} of the .npy format is not known (1 to 3 are)`);
  const textStart = version === 1 ? PREFIX_BYTES : PREFIX_BYTES + 2;
  if (start.length < textStart) throw new FileStructureException("it ends in its header");
  const view = new DataView(start.buffer, start.byteOffset);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES)
    throw new FileStructureException(`its header has ${length} bytes; at most ${MAX_HEADER_BYTES} are read`);
  if (start.length < textStart + length) throw new FileStructureException("it ends in its header");
  const bytes = start.subarray(textStart, textStart + length);
  return { ...parseDictionary(decodeText(bytes)), dataStart: textStart + length };
}

/** The header's text is a Python dictionary of three keys. */
function parseDictionary(text: string): Omit<NpyHeader, "dataStart"> {
  const failure = (what: string) => new FileStructureException(`its header ${what}: ${quoted(text.trim())}`);
  if (!/^\s*\{[\s\S]*\}\s*$/.test(text)) throw failure("is no dictionary");
  const entryOf = (key: string, value: RegExp) =>
    new RegExp(`['"]${key}['"]\\s*:\\s*(?:${value.source})`).exec(text);
  const order = entryOf("fortran_order", /(True|False)/)?.[1];
  const lengths = entryOf("shape", /\(([\d\sL,]*)\)/)?.[1];
  if (order === undefined) throw failure("has no fortran_order");
  if (lengths === undefined) throw failure("has no shape");
  const type = entryOf("descr", /(?:'([^']*)'|"([^"]*)"|(\[))/);
  if (type === null) throw failure("has no descr");
  if (type[3] !== undefined)
    throw new FileStorageException("its elements are structures; save their fields one by one");
  const shape = lengths.split(",").map((each) => each.trim().replace(/L$/, "")); // Python 2 wrote 3L
  if (shape.at(-1) === "") shape.pop();
  if (!shape.every((each) => /^\d+$/.test(each))) throw failure("has a shape that is none");
  const axes = shape.map(Number);
  const found = { shape: axes, fortranOrder: order === "True", ...parseNpyType(type[1] ?? type[2] ?? "") };
  checkShape(axes);
  if (!Number.isSafeInteger(elementCount(axes) * found.elementBytes))
    throw failure("has a shape that no file can have");
  return found;
}
