import { ByteList } from "../bytes/byte-list.js";
import type { ByteReader } from "../bytes/byte-reader.js";

// File Format Specification, "The Data Storage - Fill Value Message" and its old form.

export interface FillValue {
  /** `default` is zero bytes; `undefined` means that nothing is filled in. */
  readonly kind: "undefined" | "default" | "defined";
  /** One element in the dataset's datatype, where `kind` is `defined`. */
  readonly bytes: Uint8Array | undefined;
  /** When space is allocated: early, late, incrementally; undefined in the old form. */
  readonly allocation: "early" | "late" | "incremental" | undefined;
  /** When it is written into allocated space: at once, never, where it was set by the user; undefined in the old form. */
  readonly writeTime: "allocation" | "never" | "if set" | undefined;
}

const DEFAULT = { kind: "default", bytes: undefined } as const;
/** By their numbers in the message. */
const WRITE_TIMES = ["allocation", "never", "if set"] as const;
/** Where version 3 has the write time in its flags. */
const WRITE_TIME_SHIFT = 2;
/** In the flags of version 3: there is no value, and there is one. */
const IS_UNDEFINED = 0x10;
const HAS_VALUE = 0x20;

/** Decodes message type 5 at the reader's position. */
export function decodeFillValue(reader: ByteReader): FillValue {
  const version = reader.expectVersion(1, 2, 3);
  if (version === 3) {
    const flags = reader.u8();
    const writeTime = WRITE_TIMES[(flags >> WRITE_TIME_SHIFT) & 0x03];
    const times = { allocation: allocationTime(flags & 0x03), writeTime };
    if ((flags & IS_UNDEFINED) !== 0) return { kind: "undefined", bytes: undefined, ...times };
    if ((flags & HAS_VALUE) === 0) return { ...DEFAULT, ...times };
    return { ...valueFrom(reader.take(reader.u32())), ...times };
  }
  const allocation = allocationTime(reader.u8());
  const times = { allocation, writeTime: WRITE_TIMES[reader.u8()] };
  const defined = reader.u8() !== 0;
  if (version === 2 && !defined) return { kind: "undefined", bytes: undefined, ...times };
  const size = reader.u32();
  // All bits set is the library's own -1 for a value that is undefined.
  if (size === 0xffffffff) return { kind: "undefined", bytes: undefined, ...times };
  return { ...valueFrom(reader.take(size)), ...times };
}

/** Changes the write time in the body of a message of type 5. */
export function putWriteTime(body: Uint8Array, writeTime: NonNullable<FillValue["writeTime"]>): void {
  const value = WRITE_TIMES.indexOf(writeTime);
  if (body[0] === 3) body[1] = ((body[1] ?? 0) & ~(0x03 << WRITE_TIME_SHIFT)) | (value << WRITE_TIME_SHIFT);
  else body[2] = value;
}

/** Decodes message type 4 at the reader's position. */
export function decodeOldFillValue(reader: ByteReader): FillValue {
  return { ...valueFrom(reader.take(reader.u32())), allocation: undefined, writeTime: undefined };
}

function valueFrom(bytes: Uint8Array): Pick<FillValue, "kind" | "bytes"> {
  return bytes.length === 0 ? DEFAULT : { kind: "defined", bytes };
}

function allocationTime(value: number): FillValue["allocation"] {
  return ([undefined, "early", "late", "incremental"] as const)[value];
}

/** The encoding of a fill value, version 3; without `bytes` the default one. */
export function encodeFillValue({
  allocation,
  writeTime,
  bytes,
}: Pick<FillValue, "allocation" | "writeTime"> & { readonly bytes?: Uint8Array }): Uint8Array {
  const time = [undefined, "early", "late", "incremental"].indexOf(allocation);
  const flags = time | (WRITE_TIMES.indexOf(writeTime ?? "if set") << WRITE_TIME_SHIFT);
  const list = new ByteList().u8(3);
  return bytes === undefined
    ? list.u8(flags).bytes
    : list
        .u8(flags | HAS_VALUE)
        .u32(bytes.length)
        .put(bytes).bytes;
}
