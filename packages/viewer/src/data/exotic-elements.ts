import { elementCount } from "@tvb-storage/core/arrays";
import { halfToNumber } from "@tvb-storage/core/internal";
import type { Metadata } from "h5wasm";

// Elements of HDF5's types that have no array in JavaScript, as texts.

/** HDF5's classes of types (H5T_class_t). */
const CLASS = {
  integer: 0,
  float: 1,
  time: 2,
  string: 3,
  bitfield: 4,
  opaque: 5,
  compound: 6,
  reference: 7,
  enum: 8,
  vlen: 9,
  array: 10,
} as const;

/** Those that have an order of bytes. */
const ORDERED: ReadonlySet<number> = new Set([
  CLASS.integer,
  CLASS.float,
  CLASS.time,
  CLASS.bitfield,
  CLASS.enum,
]);

/** What is shown of a list in an element. */
const MAX_ITEMS = 100;
/** What is shown of a text or of bytes. */
const MAX_BYTES = 500;

/** What HDF5 knows of what is in its memory. */
export interface ElementContext {
  /** Its memory, in which pointers are. */
  readonly memory: Uint8Array;
  /** The path that a reference points to. */
  nameOf(reference: Uint8Array, kind: "object" | "region"): string;
}

/** An element of a type, as it is at `at` in HDF5's memory. */
export function elementText(context: ElementContext, at: number, type: Metadata): string {
  const { memory } = context;
  const { size, littleEndian } = type;
  const bytes = memory.subarray(at, at + size);
  switch (type.type) {
    case CLASS.integer:
    case CLASS.float:
      return numberText(bytes, type);
    case CLASS.string:
      return JSON.stringify(textAt(memory, at, type));
    case CLASS.bitfield:
      return `0x${hex(littleEndian ? bytes.slice().reverse() : bytes)}`;
    case CLASS.compound: {
      const fields = (type.compound_type?.members ?? []).map(
        (member) => `${member.name}: ${elementText(context, at + member.offset, member)}`,
      );
      return `{${fields.join(", ")}}`;
    }
    case CLASS.reference:
      if (bytes.every((byte) => byte === 0)) return "(null)";
      // Those of HDF5 1.12 (H5R_ref_t) have no kind here.
      return type.ref_type === undefined ? `reference ${hex(bytes)}` : context.nameOf(bytes, type.ref_type);
    case CLASS.enum: {
      const value = numberText(bytes, { ...type, type: CLASS.integer });
      const names = Object.entries(type.enum_type?.members ?? {});
      return names.find(([, member]) => String(member) === value)?.[0] ?? value;
    }
    case CLASS.vlen: {
      const view = new DataView(memory.buffer, memory.byteOffset + at, 8);
      return listText(context, view.getUint32(4, true), view.getUint32(0, true), type.vlen_type);
    }
    case CLASS.array: {
      const base = type.array_type;
      const count = elementCount(base?.shape ?? []);
      return listText(context, at, count, base);
    }
    default:
      return hex(bytes);
  }
}

/**
 * The type as h5wasm has its elements in memory: it asks HDF5 for little-endian numbers where all of a type's are big-endian
 * (`H5Tget_order`), and for those of the file where they differ; what it says of the type is the file's.
 */
export function typeInMemory(type: Metadata): Metadata {
  return ordersOf(type).size === 1 ? littleEndian(type) : type;
}

/** Whether the numbers in a type are little-endian; both, where they differ. */
function ordersOf({ type, littleEndian: order, ...more }: Metadata): ReadonlySet<boolean> {
  if (type === CLASS.compound)
    return new Set((more.compound_type?.members ?? []).flatMap((member) => [...ordersOf(member)]));
  const base = type === CLASS.vlen ? more.vlen_type : type === CLASS.array ? more.array_type : undefined;
  if (base !== undefined) return ordersOf(base);
  return new Set(ORDERED.has(type) ? [order] : []);
}

function littleEndian(type: Metadata): Metadata {
  const { vlen_type, array_type, compound_type } = type;
  return {
    ...type,
    littleEndian: true,
    ...(vlen_type && { vlen_type: littleEndian(vlen_type) }),
    ...(array_type && { array_type: littleEndian(array_type) }),
    ...(compound_type && {
      compound_type: {
        ...compound_type,
        members: compound_type.members.map((member) => ({ ...member, ...littleEndian(member) })),
      },
    }),
  };
}

function listText(context: ElementContext, at: number, count: number, type: Metadata | undefined): string {
  if (type === undefined) return `(${count} elements)`;
  const shown = Math.min(count, MAX_ITEMS);
  const texts = Array.from({ length: shown }, (_, i) => elementText(context, at + i * type.size, type));
  return `[${texts.join(", ")}${count > shown ? `, … ${count} in all` : ""}]`;
}

function numberText(bytes: Uint8Array, { type, size, signed, littleEndian }: Metadata): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  if (type === CLASS.float) {
    if (size === 8) return String(view.getFloat64(0, littleEndian));
    if (size === 4) return String(view.getFloat32(0, littleEndian));
    return size === 2 ? String(halfToNumber(view.getUint16(0, littleEndian))) : hex(bytes);
  }
  if (size === 8)
    return String(signed ? view.getBigInt64(0, littleEndian) : view.getBigUint64(0, littleEndian));
  if (size === 4) return String(signed ? view.getInt32(0, littleEndian) : view.getUint32(0, littleEndian));
  if (size === 2) return String(signed ? view.getInt16(0, littleEndian) : view.getUint16(0, littleEndian));
  return size === 1 ? String(signed ? view.getInt8(0) : view.getUint8(0)) : hex(bytes);
}

/** A text, up to its NUL: of a fixed length, or behind a pointer. */
function textAt(memory: Uint8Array, at: number, { vlen, size }: Metadata): string {
  const start = vlen ? new DataView(memory.buffer, memory.byteOffset + at, 4).getUint32(0, true) : at;
  if (vlen && start === 0) return "";
  const limit = vlen ? memory.length : start + size;
  const nul = memory.subarray(start, limit).indexOf(0);
  const end = nul < 0 ? limit : start + nul;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    memory.slice(start, Math.min(end, start + MAX_BYTES)),
  );
  return end - start > MAX_BYTES ? `${text}…` : text;
}

function hex(bytes: Uint8Array): string {
  const digits = [...bytes.subarray(0, MAX_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return bytes.length > MAX_BYTES ? `${digits}… ${bytes.length} bytes in all` : digits;
}
