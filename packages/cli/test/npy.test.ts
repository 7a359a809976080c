import { execFileSync } from "node:child_process";
import fs, { truncateSync, writeFileSync } from "node:fs";
import type { NDArray } from "@tvb-storage/core";
import { writeNpy } from "@tvb-storage/core/internal";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { describe, expect, test } from "vitest";
import { describeWith, numpy } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { readNpy } from "../src/npy/read-npy.js";

const folder = temporaryFolder("npy");

/** The array in blocks of so many rows. */
function inBlocks(array: NDArray, rows: number) {
  const [length = 1, ...rest] = array.shape;
  const row = array.data.length / Math.max(1, length);
  return {
    dtype: array.dtype,
    shape: array.shape,
    async *blocks(): AsyncGenerator<NDArray> {
      if (array.shape.length === 0) yield array;
      else
        for (let at = 0; at < length; at += rows) {
          const data = array.data.slice(at * row, Math.min(length, at + rows) * row);
          yield { ...array, shape: [Math.min(rows, length - at), ...rest], data } as NDArray; // the same container
        }
    },
  };
}

async function writeTo(path: string, array: NDArray, rows = 2): Promise<void> {
  const parts: Uint8Array[] = [];
  await writeNpy(async (bytes) => void parts.push(bytes.slice()), inBlocks(array, rows));
  writeFileSync(path, Buffer.concat(parts));
}

/** dtype, shape, and the elements as texts. */
function contentOf(path: string): Promise<unknown[]> {
  return readNpy(fs, path, async (content) => {
    const blocks: NDArray[] = [];
    if ("blocks" in content) for await (const block of content.blocks) blocks.push(block as NDArray);
    else blocks.push(content);
    return [
      content.dtype,
      content.shape,
      blocks.flatMap(({ data }) => Array.from<unknown, string>(data, String)),
    ];
  });
}

const latin1 = (text: string) => Buffer.from(text, "latin1");

const ARRAYS: readonly [name: string, array: NDArray, numpyType: string, values: string[]][] = [
  ["bool", { dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) }, "bool", ["True", "False"]],
  ["int8", { dtype: "int8", shape: [2], data: Int8Array.of(-128, 127) }, "int8", ["-128", "127"]],
  ["uint16", { dtype: "uint16", shape: [1], data: Uint16Array.of(65535) }, "uint16", ["65535"]],
  ["int32", { dtype: "int32", shape: [3, 1], data: Int32Array.of(1, 2, 3) }, "int32", ["1", "2", "3"]],
  [
    "int64",
    { dtype: "int64", shape: [1], data: BigInt64Array.of(-9007199254740993n) },
    "int64",
    ["-9007199254740993"],
  ],
  [
    "uint64",
    { dtype: "uint64", shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
    "uint64",
    ["18446744073709551615"],
  ],
  ["float32", { dtype: "float32", shape: [2], data: Float32Array.of(0.5, -2) }, "float32", ["0.5", "-2.0"]],
  ["float64", { dtype: "float64", shape: [], data: Float64Array.of(0.1) }, "float64", ["0.1"]],
  ["complex64", { dtype: "complex64", shape: [1], data: Float32Array.of(1, -2) }, "complex64", ["(1-2j)"]],
  [
    "complex128",
    { dtype: "complex128", shape: [3], data: Float64Array.of(1, 2, 0, -1, 3, 4) },
    "complex128",
    ["(1+2j)", "-1j", "(3+4j)"],
  ],
  [
    "strings",
    { dtype: "string", shape: [3], data: ["left", "", "naïve ☃ 🧠"] },
    "<U9",
    ["left", "", "naïve ☃ 🧠"],
  ],
  ["no rows", { dtype: "float64", shape: [0, 3], data: new Float64Array(0) }, "float64", []],
  ["no strings", { dtype: "string", shape: [0], data: [] }, "<U1", []],
];

const LOAD = `
import json, sys, numpy
a = numpy.load(sys.argv[1], allow_pickle=False)
print(json.dumps([str(a.dtype), list(a.shape), [str(v) for v in a.ravel().tolist()]]))
`;

describe("writeNpy", () => {
  test.each(ARRAYS)("%s come back by readNpy", async (name, array) => {
    const path = folder(`${name}.npy`);
    await writeTo(path, array);
    const texts = Array.from<unknown, string>(array.data, String);
    expect(await contentOf(path)).toEqual([array.dtype, array.shape, texts]);
  });

  test("refuses a text that ends with NUL, and blocks that do not add up", async () => {
    const texts: NDArray = { dtype: "string", shape: [1], data: ["a\0"] };
    await expect(writeTo(folder("x.npy"), texts)).rejects.toThrow('the text "a\\u0000" ends with NUL');
    const source = { ...inBlocks({ dtype: "int8", shape: [2], data: new Int8Array(2) }, 1), shape: [3] };
    const written = writeNpy(async () => {}, source);
    await expect(written).rejects.toThrow("do not have the 3 elements");
  });
});

describeWith(numpy)("numpy", () => {
  test.each(ARRAYS)("loads %s", async (name, array, type, values) => {
    const path = folder(`numpy-${name}.npy`);
    await writeTo(path, array);
    const found = JSON.parse(execFileSync(numpy.command, ["-c", LOAD, path], { encoding: "utf8" }));
    expect(found).toEqual([type, array.shape, values]);
  });

  test.each<[made: string, found: unknown[]]>([
    ["np.array([[1.5, 2], [3, 4]], '>f8')", ["float64", [2, 2], ["1.5", "2", "3", "4"]]],
    ["np.array([1, 258], '>u2')", ["uint16", [2], ["1", "258"]]],
    ["np.array([1+2j], '>c8')", ["complex64", [1], ["1", "2"]]],
    [
      "np.array([0.1, 65504, -6e-8, np.inf, -0.0, np.nan], 'f2')",
      ["float32", [6], ["0.0999755859375", "65504", "-5.960464477539063e-8", "Infinity", "0", "NaN"]],
    ],
    ["np.array([b'ab', b'\\xff', b''], 'S4')", ["string", [3], ["ab", "\udcff", ""]]],
    ["np.array(['☃🧠', 'b'], '>U3')", ["string", [2], ["☃🧠", "b"]]],
    ["np.array(7, 'i8')", ["int64", [], ["7"]]],
    ["np.arange(6, dtype='i2').reshape(2, 3).T", ["int16", [3, 2], ["0", "3", "1", "4", "2", "5"]]],
    [
      "np.asfortranarray(np.arange(24, dtype='u1').reshape(2, 3, 4))",
      ["uint8", [2, 3, 4], [...Array(24).keys()].map(String)],
    ],
    [
      "np.asfortranarray(np.array([[1+2j, 3], [4, 5]]))",
      ["complex128", [2, 2], ["1", "2", "3", "0", "4", "0", "5", "0"]],
    ],
    ["np.zeros((0, 4), order='F')", ["float64", [0, 4], []]],
    ["np.array([True, False])", ["bool", [2], ["1", "0"]]],
  ])("%s is read", async (made, found) => {
    const path = folder("made.npy");
    execFileSync(numpy.command, ["-c", `import sys, numpy as np; np.save(sys.argv[1], ${made})`, path]);
    expect(await contentOf(path)).toEqual(found);
  });

  test.each<[made: string, reason: string]>([
    ["np.array([{}], object)", 'its elements are "|O": Python objects, which only Python can read'],
    ["np.zeros(2, [('a', 'f8')])", "its elements are structures; save their fields one by one"],
    ["np.zeros(2, 'V3')", 'its elements are "|V3": structures or bytes without a type'],
    ["np.zeros(2, 'M8[s]')", 'its elements are "<M8[s]": dates; save them as int64'],
    ["np.zeros(2, 'g')", "a type that is not read here"],
  ])("%s is refused with what to do", async (made, reason) => {
    const path = folder("refused.npy");
    const save = `import sys, numpy as np; np.save(sys.argv[1], ${made}, allow_pickle=True)`;
    execFileSync(numpy.command, ["-c", save, path]);
    const refused = contentOf(path);
    await expect(refused).rejects.toThrow(FileStorageException);
    await expect(refused).rejects.toThrow(`${path}: `);
    await expect(refused).rejects.toThrow(reason);
  });
});

describe("readNpy refuses", () => {
  const header = (text: string) => latin1(`\x93NUMPY\x01\x00\x60\x00${text.padEnd(96)}`);

  test.each<[what: string, bytes: Uint8Array, reason: string]>([
    ["an empty file", latin1(""), "it is no .npy file"],
    ["a text", latin1("time,region,value"), "it is no .npy file"],
    ["a magic alone", latin1("\x93NUMPY\x01\x00"), "it ends in its header"],
    ["a later version", latin1("\x93NUMPY\x09\x00\x60\x00"), "version 9 of the .npy format is not known"],
    ["a huge header", latin1("\x93NUMPY\x02\x00\xff\xff\xff\x7f"), "its header has 2147483647 bytes"],
    ["a header that is cut", header("{}").subarray(0, 40), "it ends in its header"],
    ["no dictionary", header("import os"), "its header is no dictionary"],
    ["no shape", header("{'descr': '<f8', 'fortran_order': False, }"), "its header has no shape"],
    ["no order", header("{'descr': '<f8', 'shape': (2,), }"), "its header has no fortran_order"],
    ["no type", header("{'fortran_order': False, 'shape': (2,), }"), "its header has no descr"],
    [
      "a shape with holes",
      header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,,3), }"),
      "its header has a shape that is none",
    ],
    [
      "a shape that no file can have",
      header("{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 9999999999), }"),
      "shape (9999999999, 9999999999) has more elements than can be counted",
    ],
    [
      "missing elements",
      header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"),
      "it has 0 bytes of elements; 16 are those of shape (2,)",
    ],
    [
      "more than its elements",
      Buffer.concat([header("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }"), latin1("abc")]),
      "it has 3 bytes of elements; 2 are those of shape (2,)",
    ],
    [
      "a bool that is none",
      Buffer.concat([header("{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }"), latin1("a")]),
      "it has a bool that is neither 0 nor 1",
    ],
    [
      "a character that does not exist",
      Buffer.concat([
        header("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }"),
        latin1("\0\0\x11\0"),
      ]),
      "it has the character 1114112, which does not exist",
    ],
  ])("%s", async (_, bytes, reason) => {
    const path = folder("bad.npy");
    writeFileSync(path, bytes);
    await expect(contentOf(path)).rejects.toThrow(FileStructureException);
    await expect(contentOf(path)).rejects.toThrow(`${path}: ${reason}`);
  });

  test("a file that is missing, and one that becomes shorter", async () => {
    await expect(contentOf(folder("none.npy"))).rejects.toThrow(
      `${folder("none.npy")}: no such file or folder`,
    );
    const path = folder("shorter.npy");
    await writeTo(path, { dtype: "int8", shape: [9], data: new Int8Array(9) });
    const reading = readNpy(fs, path, async (content) => {
      truncateSync(path, 130);
      if ("blocks" in content) for await (const _ of content.blocks);
    });
    await expect(reading).rejects.toThrow(`${path}: it became shorter while it was read`);
  });
});
