import type { Compression, DataType } from "@tvb-storage/core";
import { BOOLEAN_PLACEHOLDER_MEMBER } from "@tvb-storage/hdf5/internal";
import type { WasmCreation, WasmType } from "../engine/h5wasm.js";

const integer = (size: number, signed: boolean): WasmType => ({
  type: 0,
  size,
  signed,
  vlen: false,
  littleEndian: true,
});
const float = (size: number): WasmType => ({ type: 1, size, signed: true, vlen: false, littleEndian: true });
const complex = (size: number): WasmType => ({
  type: 6,
  size: 2 * size,
  signed: false,
  vlen: false,
  littleEndian: true,
  compound_type: {
    nmembers: 2,
    members: [
      { ...float(size), name: "r", offset: 0 },
      { ...float(size), name: "i", offset: size },
    ],
  },
});

/**
 * h5wasm cannot create an enumeration. This compound of one int8 has a
 * datatype message of exactly the length of h5py's boolean, which replaces it
 * once the file is closed (`setBooleanType`).
 */
const BOOLEAN_PLACEHOLDER: WasmType = {
  type: 6,
  size: 1,
  signed: false,
  vlen: false,
  littleEndian: true,
  compound_type: {
    nmembers: 1,
    members: [{ ...integer(1, true), name: BOOLEAN_PLACEHOLDER_MEMBER, offset: 0 }],
  },
};

const TYPES: Readonly<Record<DataType, WasmType>> = {
  int8: integer(1, true),
  uint8: integer(1, false),
  int16: integer(2, true),
  uint16: integer(2, false),
  int32: integer(4, true),
  uint32: integer(4, false),
  int64: integer(8, true),
  uint64: integer(8, false),
  float32: float(4),
  float64: float(8),
  bool: BOOLEAN_PLACEHOLDER,
  complex64: complex(4),
  complex128: complex(8),
  string: { type: 3, size: 4, signed: false, vlen: true, littleEndian: true, cset: 1 },
};

/** A limit that HDF5 calls unlimited. */
const UNLIMITED = 2n ** 64n - 1n;

export interface CreationOptions {
  readonly shape: readonly number[];
  /** `null` for an axis that may grow without bound; the shape itself where it is not given. */
  readonly maxShape?: readonly (number | null)[];
  readonly chunks?: readonly number[];
  readonly compression?: Compression;
  /** Bytes of a fixed-length string. */
  readonly stringLength?: number;
}

/** A new dataset or attribute in h5wasm's terms. */
export function creationOf(dtype: DataType, options: CreationOptions): WasmCreation {
  const { shape, maxShape, chunks, compression, stringLength } = options;
  const fixed: WasmType = {
    type: 3,
    size: stringLength ?? 0,
    signed: false,
    vlen: false,
    littleEndian: true,
    cset: 0,
  };
  const base = dtype === "string" && stringLength !== undefined ? fixed : TYPES[dtype];
  const level = compression === undefined ? undefined : compression === "gzip" ? 4 : compression.gzip;
  return {
    ...base,
    shape: shape.map(BigInt),
    maxshape: maxShape?.map((length) => (length === null ? UNLIMITED : BigInt(length))) ?? null,
    chunks: chunks?.map(BigInt) ?? null,
    ...(level === undefined ? {} : { compression: 1, compression_opts: [level] }),
    track_order: false,
  };
}
