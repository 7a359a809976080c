import type { NDArray, StorageManager } from "@tvb-storage/core";

/** A small array of each dtype, with what is hard about it. */
export const EVERY_TYPE: readonly NDArray[] = [
  { dtype: "int8", shape: [2], data: Int8Array.of(-128, 127) },
  { dtype: "uint8", shape: [2], data: Uint8Array.of(0, 255) },
  { dtype: "int16", shape: [2], data: Int16Array.of(-32768, 32767) },
  { dtype: "uint16", shape: [1, 2], data: Uint16Array.of(0, 65535) },
  { dtype: "int32", shape: [2], data: Int32Array.of(-2147483648, 2147483647) },
  { dtype: "uint32", shape: [2], data: Uint32Array.of(0, 4294967295) },
  { dtype: "int64", shape: [2], data: BigInt64Array.of(-9223372036854775808n, 9007199254740993n) },
  { dtype: "uint64", shape: [1], data: BigUint64Array.of(18446744073709551615n) },
  { dtype: "float32", shape: [2], data: Float32Array.of(0.5, -0) },
  { dtype: "float64", shape: [3], data: Float64Array.of(0.1, 0, -1e300) },
  { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) },
  { dtype: "complex64", shape: [1], data: Float32Array.of(1, -2) },
  { dtype: "complex128", shape: [2], data: Float64Array.of(0.1, 3, 0, 0) },
  { dtype: "string", shape: [3], data: ["Größe", "", "🧠"] },
];

/** What Python prints of them: `repr(array.tolist())`. */
export const EVERY_TYPE_IN_PYTHON: Readonly<Record<string, string>> = {
  int8: "[-128, 127]",
  uint8: "[0, 255]",
  int16: "[-32768, 32767]",
  uint16: "[[0, 65535]]",
  int32: "[-2147483648, 2147483647]",
  uint32: "[0, 4294967295]",
  int64: "[-9223372036854775808, 9007199254740993]",
  uint64: "[18446744073709551615]",
  float32: "[0.5, -0.0]",
  float64: "[0.1, 0.0, -1e+300]",
  bool: "[True, False, True]",
  complex64: "[(1-2j)]",
  complex128: "[(0.1+3j), 0j]",
  string: "['Größe', '', '🧠']",
};

/** Stores them by the names of their types, some in other ways too, with metadata of every kind. */
export async function storeEveryType(m: StorageManager): Promise<void> {
  for (const array of EVERY_TYPE) await m.storeData(array, array.dtype, { where: "/types" });
  await m.storeData(["ab", "Größe"], "fixed", { stringLength: 8 });
  await m.storeData({ dtype: "float64", shape: [], data: Float64Array.of(2.5) }, "scalar");
  await m.storeData({ dtype: "int32", shape: [0, 3], data: new Int32Array(0) }, "empty");
  const series = Float64Array.from({ length: 60 }, (_, i) => i / 2);
  await m.storeData({ dtype: "float64", shape: [10, 6], data: series }, "chunked", {
    chunks: [4, 4],
    compression: { gzip: 6, shuffle: true },
  });
  for (const [row, axis] of [
    [0, 0],
    [1, 0],
  ] as const) // prettier-ignore
    await m.appendData(
      { dtype: "int16", shape: [1, 3], data: Int16Array.of(row, row + 10, row + 20) },
      "grown",
      {
        growDimension: axis,
        chunks: [4, 2],
      },
    );
  await m.setMetadata(
    {
      text: "Größe",
      whole: 3,
      large: 9007199254740993n,
      largest: 18446744073709551615n,
      real: 0.5,
      whole_real: { dtype: "float64", shape: [], data: Float64Array.of(3) },
      nan: Number.NaN,
      yes: true,
      list: [1, 2, 3],
      matrix: { dtype: "float64", shape: [2, 2], data: Float64Array.of(1, 2, 3, 4.5) },
      texts: ["a", "b"],
      flags: [true, false],
      typed: Float32Array.of(0.5, 1),
      complex: { dtype: "complex128", shape: [], data: Float64Array.of(1, -2) },
      none: { dtype: "int64", shape: [0], data: new BigInt64Array(0) },
    },
    "chunked",
    { tvbSpecificMetadata: false },
  );
}

/** What Python prints of the metadata: `repr(value)`. */
export const METADATA_IN_PYTHON: Readonly<Record<string, string>> = {
  text: "'Größe'",
  whole: "3",
  large: "9007199254740993",
  largest: "{'dtype': 'uint64', 'shape': [], 'data': [18446744073709551615]}",
  real: "0.5",
  whole_real: "3.0",
  nan: "{'dtype': 'float64', 'shape': [], 'data': ['NaN']}",
  yes: "'bool:True'",
  list: "[1, 2, 3]",
  matrix: "[[1.0, 2.0], [3.0, 4.5]]",
  texts: "['a', 'b']",
  flags: "[True, False]",
  typed: "{'dtype': 'float32', 'shape': [2], 'data': [0.5, 1.0]}",
  complex: "{'dtype': 'complex128', 'shape': [], 'data': [[1.0, -2.0]]}",
  none: "{'dtype': 'int64', 'shape': [0], 'data': []}",
};
