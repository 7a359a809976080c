import type { ByteReader } from "./byte-reader.js";

// File Format Specification, "The Data Storage - Fill Value Message" and its old form.

export interface FillValue {
  /** `default` is zero bytes; `undefined` means that nothing is filled in. */
  readonly kind: "undefined" | "default" | "defined";
  /** One element in the dataset's datatype, where `kind` is `defined`. */
  readonly bytes: Uint8Array | undefined;
  /** When space is allocated: early, late, incrementally; undefined in the old form. */
  readonly allocation: "early" | "late" | "incremental" | undefined;
}

const DEFAULT = { kind: "default", bytes: undefined } as const;

/** Decodes message type 5 at the reader's position. */
export function decodeFillValue(reader: ByteReader): FillValue {
  const version = reader.expectVersion(1, 2, 3);
  if (version === 3) {
    const flags = reader.u8();
    const allocation = allocationTime(flags & 0x03);
    if ((flags & 0x10) !== 0) return { kind: "undefined", bytes: undefined, allocation };
    if ((flags & 0x20) === 0) return { ...DEFAULT, allocation };
    return { ...valueFrom(reader.take(reader.u32())), allocation };
  }
  const allocation = allocationTime(reader.u8());
  reader.skip(1); // when the value is written
  const defined = reader.u8() !== 0;
  if (version === 2 && !defined) return { kind: "undefined", bytes: undefined, allocation };
  const size = reader.u32();
  // All bits set is the library's own -1 for a value that is undefined.
  if (size === 0xffffffff) return { kind: "undefined", bytes: undefined, allocation };
  return { ...valueFrom(reader.take(size)), allocation };
}

/** Decodes message type 4 at the reader's position. */
export function decodeOldFillValue(reader: ByteReader): FillValue {
  return { ...valueFrom(reader.take(reader.u32())), allocation: undefined };
}

function valueFrom(bytes: Uint8Array): Pick<FillValue, "kind" | "bytes"> {
  return bytes.length === 0 ? DEFAULT : { kind: "defined", bytes };
}

function allocationTime(value: number): FillValue["allocation"] {
  return ([undefined, "early", "late", "incremental"] as const)[value];
}
