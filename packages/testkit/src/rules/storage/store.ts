import { type ArrayInput, DATA_TYPES, type DataType, ndarray } from "@tvb-storage/core";
import { equal, equalArray, rejects } from "../expect.js";
import { dtype, notEveryType, numbers } from "../requirements.js";
import { type Rule, type RuleGroup, rule } from "../rule.js";
import { INTEGER_TYPES, NUMERIC_TYPES, sampleData } from "../sample-data.js";
import type { StorageContext } from "../storage-context.js";

type StorageRule = Rule<StorageContext>;

/** Values at the limits of each type, which a wrong conversion would change. */
const EXTREMES: readonly {
  type: DataType;
  data: ArrayInput;
  shape: number[];
  entries: readonly unknown[];
}[] = [
  { type: "int8", data: Int8Array.of(-128, -1, 0, 127), shape: [4], entries: [-128, -1, 0, 127] },
  { type: "uint8", data: Uint8Array.of(0, 1, 255), shape: [3], entries: [0, 1, 255] },
  { type: "int16", data: Int16Array.of(-32768, 32767), shape: [2], entries: [-32768, 32767] },
  { type: "uint16", data: Uint16Array.of(0, 65535), shape: [2], entries: [0, 65535] },
  {
    type: "int32",
    data: Int32Array.of(-2147483648, 2147483647),
    shape: [2],
    entries: [-2147483648, 2147483647],
  },
  { type: "uint32", data: Uint32Array.of(0, 4294967295), shape: [2], entries: [0, 4294967295] },
  {
    type: "int64",
    data: BigInt64Array.of(-9223372036854775808n, 9007199254740993n, 9223372036854775807n),
    shape: [3],
    entries: [-9223372036854775808n, 9007199254740993n, 9223372036854775807n],
  },
  {
    type: "uint64",
    data: BigUint64Array.of(0n, 9007199254740993n, 18446744073709551615n),
    shape: [3],
    entries: [0n, 9007199254740993n, 18446744073709551615n],
  },
  {
    type: "float32",
    data: Float32Array.of(0.1, -3.4028234663852886e38, 1e-45),
    shape: [3],
    entries: [0.10000000149011612, -3.4028234663852886e38, 1.401298464324817e-45],
  },
  {
    type: "float64",
    data: Float64Array.of(0.1, -1.7976931348623157e308, 5e-324),
    shape: [3],
    entries: [0.1, -1.7976931348623157e308, 5e-324],
  },
  { type: "bool", data: [true, false, true], shape: [3], entries: [1, 0, 1] },
  {
    type: "complex64",
    data: { dtype: "complex64", shape: [2], data: Float32Array.of(1, -2, 0.5, 0) },
    shape: [2],
    entries: [1, -2, 0.5, 0],
  },
  {
    type: "complex128",
    data: { dtype: "complex128", shape: [2], data: Float64Array.of(0.1, -2, 3, 1e300) },
    shape: [2],
    entries: [0.1, -2, 3, 1e300],
  },
  { type: "string", data: ["", "left", "naïve ☃ 🧠"], shape: [3], entries: ["", "left", "naïve ☃ 🧠"] },
];

const everyType: StorageRule[] = EXTREMES.map(({ type, data, shape, entries }) =>
  rule(`${type} comes back as it was stored, at both ends of its range`, [dtype(type)], async (t) => {
    await t.open().storeData(data, "x");
    // The entries of one type, written out above.
    equalArray(await t.open().getData("x"), type, shape, entries as readonly (number | bigint | string)[]);
  }),
);

const storing: StorageRule[] = [
  rule("a 2D array keeps its C order", async (t) => {
    const m = t.open();
    await m.storeData(
      t.data([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      "x",
    ); // prettier-ignore
    t.equalData(await m.getData("x"), [2, 3], [1, 2, 3, 4, 5, 6]);
  }),
  rule("a 4D array keeps its shape", async (t) => {
    const m = t.open();
    const sample = sampleData(t.supports, "int32");
    const numbers = Int32Array.from({ length: 120 }, (_, i) => i);
    await m.storeData(sample.array([2, 3, 4, 5], numbers), "x");
    sample.equalData(await m.getData("x"), [2, 3, 4, 5], numbers);
  }),
  rule("a scalar has shape [] and one entry", async (t) => {
    const m = t.open();
    await m.storeData(t.data(2.5), "x");
    t.equalData(await m.getData("x"), [], [2.5]);
    equal(await m.getDataShape("x"), []);
  }),
  rule("a scalar string is stored", [dtype("string")], async (t) => {
    const m = t.open();
    await m.storeData("thalamus", "x");
    equalArray(await m.getData("x"), "string", [], ["thalamus"]);
  }),
  rule("plain numbers become float64, whole ones too", [dtype("float64")], async (t) => {
    const m = t.open();
    await m.storeData([1, 2, 3], "x");
    equalArray(await m.getData("x"), "float64", [3], [1, 2, 3]);
  }),
  ...NUMERIC_TYPES.map((type) =>
    rule<StorageContext>(`the option dtype makes plain numbers ${type}`, [dtype(type)], async (t) => {
      const m = t.open();
      await m.storeData([[1, 2]], "x", { dtype: type });
      equalArray(await m.getData("x"), type, [1, 2], ndarray([1, 2], { dtype: type }).data);
    }),
  ),
  rule("bigints become int64", [dtype("int64")], async (t) => {
    const m = t.open();
    await m.storeData([1n, -9007199254740993n], "x");
    equalArray(await m.getData("x"), "int64", [2], [1n, -9007199254740993n]);
  }),
  rule("bigints beyond int64 become uint64", [dtype("uint64")], async (t) => {
    const m = t.open();
    await m.storeData([1n, 18446744073709551615n], "x");
    equalArray(await m.getData("x"), "uint64", [2], [1n, 18446744073709551615n]);
  }),
  rule("nested booleans become bool", [dtype("bool")], async (t) => {
    const m = t.open();
    await m.storeData(
      [
        [true, false],
        [false, true],
      ],
      "x",
    ); // prettier-ignore
    equalArray(await m.getData("x"), "bool", [2, 2], [1, 0, 0, 1]);
  }),
  rule("nested strings keep their shape", [dtype("string")], async (t) => {
    const m = t.open();
    await m.storeData(
      [
        ["a", "bb"],
        ["", "dddd"],
      ],
      "x",
    ); // prettier-ignore
    equalArray(await m.getData("x"), "string", [2, 2], ["a", "bb", "", "dddd"]);
  }),
  rule("strings of very different length come back whole", [dtype("string")], async (t) => {
    const m = t.open();
    const long = "x".repeat(100_000);
    await m.storeData(["a", long, ""], "x");
    equalArray(await m.getData("x"), "string", [3], ["a", long, ""]);
  }),
  rule("the option dtype gives plain numbers a type", [dtype("int16")], async (t) => {
    const m = t.open();
    await m.storeData([1, -2], "x", { dtype: "int16" });
    equalArray(await m.getData("x"), "int16", [2], [1, -2]);
  }),
  rule(
    "the option dtype refuses numbers that it cannot hold, and nothing is stored",
    [dtype("int8")],
    async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "other");
      await rejects(m.storeData([1, 200], "x", { dtype: "int8" }), "FILE_STRUCTURE", [t.path(), "x", "200"]);
      equal(await m.getData("x", { ignoreErrors: true }), null);
    },
  ),
  ...INTEGER_TYPES.map((type) =>
    rule<StorageContext>(
      `the option dtype refuses a fraction and 2 ** 64 as ${type}`,
      [dtype(type)],
      async (t) => {
        const m = t.open();
        for (const bad of [1.5, 2 ** 64])
          await rejects(m.storeData([1, bad], "x", { dtype: type }), "FILE_STRUCTURE", [
            t.path(),
            "x",
            `${bad}`,
          ]);
        equal(await m.isValidTvbFile(), false);
      },
    ),
  ),
  rule("[re, im] pairs become complex where dtype says so", [dtype("complex128")], async (t) => {
    const m = t.open();
    await m.storeData(
      [
        [1, 2],
        [3, -4],
      ],
      "x",
      { dtype: "complex128" },
    ); // prettier-ignore
    equalArray(await m.getData("x"), "complex128", [2], [1, 2, 3, -4]);
    await m.storeData([5, -6], "one", { dtype: "complex128" });
    equalArray(await m.getData("one"), "complex128", [], [5, -6]);
  }),
  rule("an array without elements keeps its shape", async (t) => {
    const m = t.open();
    await m.storeData(t.data([]), "none");
    await m.storeData(t.array([0, 3], []), "rows");
    t.equalData(await m.getData("none"), [0], []);
    t.equalData(await m.getData("rows"), [0, 3], []);
  }),
  ...(["float64", "float32"] as const).map((type) =>
    rule<StorageContext>(`NaN, the infinities and -0 survive in ${type}`, [dtype(type)], async (t) => {
      const m = t.open();
      const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
      await m.storeData(values, "x", { dtype: type });
      equalArray(await m.getData("x"), type, [4], values);
    }),
  ),
  rule("a view of a larger buffer is stored without its surroundings", [numbers], async (t) => {
    const m = t.open();
    const { data } = t.array([5], [1, 2, 3, 4, 5]);
    if (Array.isArray(data)) throw new TypeError("numbers are in a typed array");
    const entries = data.length / 5;
    await m.storeData(data.subarray(entries, 3 * entries), "x", { dtype: t.dtype });
    t.equalData(await m.getData("x"), [2], [2, 3]);
  }),
  rule("a caller may reuse its array once the promise resolved", async (t) => {
    const m = t.open();
    const array = t.array([3], [1, 2, 3]);
    await m.storeData(array.data, "x", { dtype: t.dtype });
    t.fill(array, 9);
    t.equalData(await m.getData("x"), [3], [1, 2, 3]);
  }),
  rule("32 axes are stored, 33 are refused", async (t) => {
    const m = t.open();
    const ones = (axes: number) => Array.from({ length: axes }, () => 1);
    await m.storeData(t.array(ones(32), [7]), "x");
    t.equalData(await m.getData("x"), ones(32), [7]);
    await rejects(m.storeData(t.array(ones(33), [7]), "y"), "FILE_STRUCTURE");
  }),
  rule("many datasets live side by side", async (t) => {
    const m = t.open();
    for (let i = 0; i < 40; i++) await m.storeData(t.data([i, -i]), `d${i}`);
    for (let i = 0; i < 40; i++) t.equalData(await m.getData(`d${i}`), [2], [i, -i]);
  }),
];

/** Values that TypeScript refuses, but JavaScript callers may pass. */
const unusable: readonly { what: string; data: unknown }[] = [
  { what: "null", data: null },
  { what: "undefined", data: undefined },
  { what: "null inside an array", data: [1, null] },
  { what: "undefined inside an array", data: [1, undefined] },
  { what: "a ragged array", data: [[1, 2], [3]] },
  { what: "a value among arrays", data: [[1], 2] },
  { what: "a sparse array", data: Object.assign(new Array(3), { 0: 1, 2: 3 }) },
  { what: "numbers among strings", data: ["a", 1] },
  { what: "booleans among numbers", data: [1, true] },
  { what: "an object", data: { a: 1 } },
  { what: "a function", data: () => 1 },
  { what: "an array of objects", data: [{ a: 1 }] },
  { what: "a DataView", data: new DataView(new ArrayBuffer(8)) },
  { what: "a string with a NUL in it", data: ["a\0b"] },
  { what: "half of a surrogate pair", data: ["\ud83e"] },
  {
    what: "an NDArray whose shape needs more entries",
    data: { dtype: "float64", shape: [4], data: new Float64Array(3) },
  },
  {
    what: "an NDArray with more entries than its shape",
    data: { dtype: "float64", shape: [2], data: new Float64Array(3) },
  },
  {
    what: "float32 elements in a Float64Array",
    data: { dtype: "float32", shape: [2], data: new Float64Array(2) },
  },
  { what: "bigints below and beyond int64", data: [-1n, 2n ** 63n] },
  { what: "a bigint beyond 64 bits", data: [2n ** 64n] },
  {
    what: "an NDArray with the wrong container",
    data: { dtype: "int32", shape: [1], data: new Float64Array(1) },
  },
  {
    what: "an NDArray of an unknown dtype",
    data: { dtype: "float128", shape: [1], data: new Float64Array(1) },
  },
  {
    what: "an NDArray of negative length",
    data: { dtype: "float64", shape: [-1], data: new Float64Array(0) },
  },
  { what: "a bool array with a 2 in it", data: { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 2) } },
  { what: "a string array with a NUL in it", data: { dtype: "string", shape: [2], data: ["a", "a\0b"] } },
  { what: "a string array with null in it", data: { dtype: "string", shape: [2], data: ["a", null] } },
];

const refusing: StorageRule[] = unusable.map(({ what, data }) =>
  rule(`${what} is refused, and no file comes of it`, async (t) => {
    const m = t.open();
    // Deliberately not what the signature allows.
    await rejects(m.storeData(data as ArrayInput, "weights"), "FILE_STRUCTURE", [t.path(), "weights"]);
    equal(await m.isValidTvbFile(), false);
  }),
);

const borrowed: StorageRule = rule(
  "the caller's array is as it was after the call, and may then be used for something else",
  async (t) => {
    const m = t.open();
    const array = t.array([2], [1, 2]);
    await m.storeData(array, "x");
    t.equalData(array, [2], [1, 2]);
    t.fill(array, 9);
    await m.storeData(array, "y");
    t.fill(array, 0);
    t.equalData(await m.getData("x"), [2], [1, 2]);
    t.equalData(await m.getData("y"), [2], [9, 9]);
  },
);

const notStored: StorageRule = rule(
  "data of a type that the backend does not have is refused, and no file comes of it",
  [notEveryType],
  async (t) => {
    const m = t.open();
    const named = [t.path(), "weights"];
    for (const type of DATA_TYPES.filter((one) => !t.supports.dtypes.includes(one))) {
      const array = sampleData({ dtypes: [type] }).array([2], [0, 1]);
      const source = { dtype: type, shape: [2], blocks: [array] };
      await rejects(m.storeData(array, "weights"), "FILE_STORAGE", [...named, type]);
      await rejects(m.storeData(source, "weights"), "FILE_STORAGE", [...named, type]);
      if (t.supports.growableAxes !== "none")
        await rejects(m.appendData(array, "weights"), "FILE_STORAGE", [...named, type]);
    }
    // Plain numbers have no type of their own, and make no dataset of another type than float64.
    if (!t.supports.dtypes.includes("float64"))
      await rejects(m.storeData([1, 2], "weights"), "FILE_STORAGE", [...named, "float64"]);
    equal(await m.isValidTvbFile(), false);
  },
);

export const storeRules: RuleGroup<StorageContext> = {
  name: "storeData: a new dataset",
  rules: [...everyType, ...storing, borrowed, ...refusing, notStored],
};
