import type { MetadataInput } from "@tvb-storage/core";
import { DateTime } from "@tvb-storage/files";

// Names and values that sequences are made of.

/** Some are groups of others, some have a common prefix, some look like something else. */
export const DATA_PATHS = [
  "/a",
  "/ab",
  "/g/a",
  "/g/ab",
  "/g/h/c",
  "/ga",
  "/a b/\u00fc.1",
  "/constructor",
  "/\ufeffa",
];
export const MORE_PATHS = ["/g", "/g/h", "/a/x", "/none", "/", "/g/../b"];
export const KEYS = [
  "k",
  "unit",
  "TVB_k",
  "__proto__",
  "\u00fc b",
  "Data_version",
  "TVB_",
  "\ufeffk",
  "e\u0301",
];
export const LENGTHS = [0, 1, 2, 3, 5];

export const METADATA: readonly MetadataInput[] = [
  "mV",
  "",
  " \u2603\r\n",
  "\ufeffa e\u0301",
  "12",
  "None",
  5,
  0,
  -0,
  0.1,
  -7,
  2 ** 53 + 2,
  1e300,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  true,
  false,
  null,
  7n,
  2n ** 53n + 1n,
  -(2n ** 63n),
  2n ** 64n - 1n,
  new Date(2024, 1, 27, 15, 11, 16, 101),
  new DateTime(new Date(1999, 11, 31, 23, 59, 59), 1),
  [],
  [1, -2],
  [1.5, -0],
  ["a", ""],
  [true, false],
  Int8Array.of(-1, 2),
  Float32Array.of(-0, 0.1),
  BigUint64Array.of(2n ** 64n - 1n),
  { dtype: "complex64", shape: [], data: Float32Array.of(1, -2) },
  { dtype: "complex128", shape: [], data: Float64Array.of(0.5, -3) },
  { dtype: "complex128", shape: [2], data: Float64Array.of(1, -0, Number.POSITIVE_INFINITY, 4) },
  { dtype: "uint8", shape: [2, 1, 2], data: Uint8Array.of(1, 2, 3, 255) },
  { dtype: "float32", shape: [1, 2, 1, 1, 2], data: Float32Array.of(1, -0, 3, 4) },
  new DateTime(new Date(1969, 11, 31, 12, 0, 1, 5), 5_006),
  { dtype: "int16", shape: [2, 0], data: new Int16Array(0) },
  { dtype: "string", shape: [1, 2], data: ["x", "\u{1f9e0}"] },
  { dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) },
]; // prettier-ignore

export const REFUSED_METADATA: readonly MetadataInput[] = [
  "bool:True",
  "datetime:x",
  "a\0b",
  2n ** 64n,
  new Date(Number.NaN),
];
