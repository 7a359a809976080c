import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  type DataType,
  elementCount,
  type NDArray,
  type NumericType,
  ndarray,
  slice,
} from "@tvb-storage/core";
import { expect } from "vitest";
import { h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";

// The other side of this is mirror.py, which writes the same content with h5py and compares.

const INTEGERS: readonly (readonly [NumericType, bigint, bigint])[] = [
  ["int8", -128n, 127n],
  ["uint8", 0n, 255n],
  ["int16", -32768n, 32767n],
  ["uint16", 0n, 65535n],
  ["int32", -2147483648n, 2147483647n],
  ["uint32", 0n, 4294967295n],
  ["int64", -9223372036854775808n, 9223372036854775807n],
  ["uint64", 0n, 18446744073709551615n],
];
const FLOATS = [0.5, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-30];
const COMPLEX = [1, 2, Number.NaN, Number.NEGATIVE_INFINITY, -0, -0.5];
const TEXTS = ["naïve ☃ 🧠", "", "tab\tend"];

const matrix = (dtype: NumericType): NDArray => {
  const integers = INTEGERS.find(([name]) => name === dtype);
  if (integers === undefined) return ndarray(FLOATS, { dtype, shape: [2, 3] });
  return ndarray([integers[1], integers[2], 0n, 1n, 2n, 3n], { dtype, shape: [2, 3] });
};

/** numpy's `tile(values, (rows, columns))` of a 2 x 3 array. */
function tiled(values: NDArray, rows: number, columns: number): NDArray {
  const data = values.data.slice(0, 0);
  const parts: (number | bigint)[] = [];
  for (let row = 0; row < 2 * rows; row++) {
    for (let column = 0; column < 3 * columns; column++) {
      parts.push(values.data[(row % 2) * 3 + (column % 3)] as number | bigint); // of a numeric type
    }
  }
  const container = new (data.constructor as new (length: number) => typeof values.data)(parts.length); // its own kind
  parts.forEach((part, index) => {
    container[index] = part as never; // of its own kind
  });
  return { ...values, shape: [2 * rows, 3 * columns], data: container } as NDArray; // as above
}

async function writeTypes(manager: HDF5StorageManager): Promise<void> {
  for (const dtype of [...INTEGERS.map(([name]) => name), "float32", "float64"] as const) {
    const values = matrix(dtype);
    await manager.storeData(values, dtype, { where: "/types" });
    await manager.storeData({ ...values, shape: [], data: values.data.slice(0, 1) } as NDArray, dtype, {
      where: "/scalars",
    });
    await manager.storeData(tiled(values, 20, 4), dtype, {
      where: "/gzip",
      chunks: [7, 5],
      compression: "gzip",
    });
    const grown = { where: "/grown", growDimension: 0, chunks: [5, 3] };
    await manager.appendData(values, dtype, grown);
    await manager.appendData(values, dtype, grown);
  }
  for (const dtype of ["complex64", "complex128"] as const) {
    const data = dtype === "complex64" ? Float32Array.from(COMPLEX) : Float64Array.from(COMPLEX);
    const values = { dtype, shape: [3], data } as NDArray; // the container by the line above
    await manager.storeData(values, `types/${dtype}`);
    await manager.storeData({ dtype, shape: [], data: data.slice(0, 2) } as NDArray, `scalars/${dtype}`);
    const repeated = Array.from({ length: 180 }, (_, i) => COMPLEX[i % 6] ?? 0);
    const many = dtype === "complex64" ? Float32Array.from(repeated) : Float64Array.from(repeated);
    await manager.storeData({ dtype, shape: [90], data: many } as NDArray, `gzip/${dtype}`, {
      compression: "gzip",
    });
    for (let i = 0; i < 2; i++) await manager.appendData(values, dtype, { where: "/grown", chunks: [4] });
  }
  await manager.storeData(
    [
      [true, false],
      [false, true],
    ],
    "types/bool",
  );
  await manager.storeData(true, "scalars/bool");
  await manager.storeData(
    Array.from({ length: 100 }, (_, i) => i % 3 === 0),
    "gzip/bool",
    { compression: { gzip: 4 } },
  );
  for (const rows of [
    [true, false],
    [true, true],
  ])
    await manager.appendData(rows, "grown/bool", { chunks: [3] });
  await manager.storeData(TEXTS, "types/string");
  await manager.storeData("ñandú", "scalars/string");
  for (let i = 0; i < 2; i++) await manager.appendData(TEXTS, "grown/string", { chunks: [4] });
  await manager.storeData(["ü".repeat(50000), "x".repeat(70000)], "types/long_string");
  await manager.storeData(["grün", "abc", ""], "types/fixed_string", { stringLength: 8 });
  const empty: readonly DataType[] = [
    ...INTEGERS.map(([name]) => name),
    "float32",
    "float64",
    "complex64",
    "complex128",
    "bool",
    "string",
  ];
  for (const dtype of empty)
    await manager.storeData(ndarray([], { dtype, shape: [3, 0, 2] }), `empty/${dtype}`);
}

async function writeShapes(manager: HDF5StorageManager): Promise<void> {
  for (let rank = 0; rank <= 32; rank++) {
    const shape = Array.from({ length: rank }, (_, axis) => (axis === 0 || axis === rank - 1 ? 2 : 1));
    const count = elementCount(shape);
    const data = Int32Array.from({ length: count }, (_, i) => i + rank);
    await manager.storeData({ dtype: "int32", shape, data }, `ranks/rank${rank}`);
  }
  const values = ndarray(
    Float64Array.from({ length: 24 }, (_, i) => i),
    { shape: [2, 3, 4] },
  );
  for (let axis = 0; axis < 3; axis++) {
    const options = { where: "axes", growDimension: axis, closeFile: false };
    await manager.appendData(values, `axis${axis}`, options);
    await manager.appendData(values, `axis${axis}`, options);
  }
  const blocks = Array.from({ length: 6 }, (_, block) =>
    ndarray(
      Float64Array.from({ length: 10000 }, (_, i) => block * 10000 + i),
      { shape: [1000, 10] },
    ),
  );
  await manager.storeData({ dtype: "float64", shape: [6000, 10], blocks }, "blocks");
  await manager.storeData([1, 2, 3], "overwritten");
  await manager.storeData([7, 8, 9], "overwritten");
  await manager.storeData(
    [
      [1, 2],
      [3, 4],
    ],
    "plain",
  );
  await manager.storeData([1.5], "naïve ☃", { where: "/a/b/c" });
  await manager.storeData([1, 2], "removed/soon");
  await manager.removeData("removed");
}

async function writeMetadata(manager: HDF5StorageManager): Promise<void> {
  await manager.setMetadata({ note: "made by its metadata" }, "placeholder");
  // A group is made by what is in it.
  await manager.storeData([0], "attributes/x");
  await manager.removeData("attributes/x");
  await manager.setMetadata({ plain_key: 1 }, "attributes", { tvbSpecificMetadata: false });
  await manager.setMetadata({ yes: 5, gone: 1 }, "attributes");
  await manager.setMetadata(
    {
      yes: true,
      no: false,
      when: new Date(2024, 1, 27, 15, 11, 16, 101),
      null: null,
      int: 42,
      negative_zero: -0,
      float: 2.5,
      large_int: -(2n ** 63n),
      unsigned: 2n ** 64n - 1n,
      text: "naïve ☃",
      texts: TEXTS,
      numbers: [1, 2, 3.5],
      flags: [true, false, true],
      one_flag: { dtype: "bool", shape: [], data: Uint8Array.of(1) },
      complex: { dtype: "complex64", shape: [1], data: Float32Array.of(1, 2) },
      matrix: { dtype: "int16", shape: [2, 3], data: Int16Array.of(0, 1, 2, 3, 4, 5) },
      nothing: { dtype: "float32", shape: [0, 2], data: new Float32Array(0) },
      large: Float64Array.from({ length: 20000 }, (_, i) => i),
      large_text: "ä".repeat(60000),
      ...Object.fromEntries(
        [...INTEGERS.map(([name]) => name), "float32", "float64"].map((name) => [
          name,
          ndarray([0, 1, 100], { dtype: name as NumericType }), // from the list above
        ]),
      ),
    },
    "attributes",
  );
  await manager.removeMetadata("gone", "attributes");
  await manager.storeData([0], "many");
  await manager.setMetadata(
    Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`key${i}`, i])),
    "many",
  );
}

/** Compares what an engine writes with what h5py would have written. */
export async function expectMirror(
  path: string,
  reference: string,
  engine: "auto" | "h5wasm",
): Promise<void> {
  const manager = new HDF5StorageManager(path, { engine });
  await writeTypes(manager);
  await writeShapes(manager);
  await writeMetadata(manager);
  await manager.closeFile();
  expect((await manager.getData("blocks", { selection: [5999, slice(8, null)] })).data).toEqual(
    Float64Array.of(59998, 59999),
  );
  await manager.closeFile();

  const script = fileURLToPath(new URL("mirror.py", import.meta.url));
  const output = execFileSync(h5py.command, [script, path, reference], { encoding: "utf8" });
  expect(JSON.parse(output)).toEqual([]);
}
