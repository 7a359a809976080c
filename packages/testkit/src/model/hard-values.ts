import type { DataType, NDArray } from "@tvb-storage/core";
import { arrayOf, arrayOfBytes, bytesOfArray, countOf, type NumericData } from "./element-types.js";

type Entry = number | bigint | string;

/** Single-precision numbers; a NaN with a payload is put in by its bits. */
const SINGLE = [
  -0,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Math.fround(0.1),
  -(2 ** -149),
  3.4028234663852886e38,
  2 ** 24,
  2 ** 31,
  2 ** 63,
];
const DOUBLE = [
  -0,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0.1,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  2 ** 64,
  -1e-300,
];

/** For each type the values at which code goes wrong: zeros, ends of the range, what another type cannot hold. */
const HARD: Readonly<Record<DataType, readonly Entry[]>> = {
  int8: [0, -128, 127, -1],
  uint8: [0, 255, 128],
  int16: [0, -32768, 32767, 128, -129],
  uint16: [0, 65535, 32768, 256],
  int32: [0, -(2 ** 31), 2 ** 31 - 1, 32768, 2 ** 24 + 1],
  uint32: [0, 2 ** 32 - 1, 2 ** 31, 65536],
  int64: [0n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, -(2n ** 31n) - 1n],
  uint64: [0n, 2n ** 64n - 1n, 2n ** 63n, 2n ** 53n + 1n],
  float32: [0, ...SINGLE],
  float64: [0, ...DOUBLE],
  bool: [0, 1],
  complex64: [0, ...SINGLE],
  complex128: [0, ...DOUBLE],
  string: [
    "",
    "\u{1f9e0}",
    "e\u0301",
    "\ufeffa",
    "a\r\nb",
    "na\u00efve \u2603",
    " a ",
    "bool:True",
    "\u00e9".repeat(40),
  ],
};

const NAN_BITS: Readonly<Partial<Record<DataType, Uint8Array>>> = {
  float32: new Uint8Array(Uint32Array.of(0x7fc12345).buffer),
  complex64: new Uint8Array(Uint32Array.of(0xffc00001).buffer),
  float64: new Uint8Array(BigUint64Array.of(0x7ff8_0000_0001_2345n).buffer),
  complex128: new Uint8Array(BigUint64Array.of(0xfff8_0000_0000_0001n).buffer),
};

/** How many codes `arrayOfCodes` tells apart for a type. */
export function codesOf(dtype: DataType): number {
  return 1 + HARD[dtype].length + (dtype in NAN_BITS ? 1 : 0);
}

/** Entries that differ from their neighbours. */
function plainEntry(dtype: DataType, index: number): Entry {
  if (dtype === "string") return `t${index % 50}`;
  if (dtype === "bool") return (index % 3) % 2;
  if (dtype === "int64" || dtype === "uint64") return BigInt((index % 100) + 1);
  return (index % 100) + 1;
}

/**
 * An array whose entries are chosen by `codes` in turn: 0 is a small number that differs from its
 * neighbours, others are hard values of the type.
 */
export function arrayOfCodes(dtype: DataType, shape: readonly number[], codes: readonly number[]): NDArray {
  const width = dtype.startsWith("complex") ? 2 : 1;
  const count = countOf(shape) * width;
  const hard = HARD[dtype];
  const codeAt = (i: number): number => (codes[i % codes.length] ?? 0) % codesOf(dtype);
  const entries = Array.from({ length: count }, (_, i): Entry => {
    const code = codeAt(i);
    return code === 0 || code > hard.length ? plainEntry(dtype, i) : (hard[code - 1] ?? 0);
  });
  const array = arrayOf(dtype, shape, entries);
  const nan = NAN_BITS[dtype];
  if (nan === undefined) return array;
  const bytes = bytesOfArray(array);
  for (let i = 0; i < count; i++) if (codeAt(i) > hard.length) bytes.set(nan, i * nan.length);
  return arrayOfBytes(dtype as NumericData, shape, bytes); // texts have no NaN
}

/** An array of all hard values of a type, each at least once where there is room. */
export function hardArray(dtype: DataType, shape: readonly number[], from = 0): NDArray {
  return arrayOfCodes(
    dtype,
    shape,
    Array.from({ length: codesOf(dtype) }, (_, i) => (i + from) % codesOf(dtype)),
  );
}
