import {
  allocate,
  type DataType,
  type NDArray,
  ndarray,
  type StorageManager,
  type TypedArray,
} from "@tvb-storage/core";
import { equal, equalArray, rejects } from "../expect.js";
import { dtype, numbers } from "../requirements.js";
import { type Rule, type RuleGroup, rule } from "../rule.js";
import { NUMERIC_TYPES } from "../sample-data.js";
import type { StorageContext } from "../storage-context.js";

/** What datasets of a type can take from typed arrays of other types, and what not. The first entry of `lost` would fit. */
const conversions: readonly {
  readonly type: DataType;
  readonly fits: TypedArray;
  readonly entries: readonly (number | bigint)[];
  readonly lost: TypedArray;
}[] = [
  { type: "int8", fits: Float64Array.of(-3, 4), entries: [-3, 4], lost: Int16Array.of(1, 128) },
  { type: "uint8", fits: Int16Array.of(3, 4), entries: [3, 4], lost: Int8Array.of(1, -1) },
  { type: "int16", fits: Int8Array.of(-3, 4), entries: [-3, 4], lost: Uint16Array.of(1, 32768) },
  { type: "uint16", fits: Uint8Array.of(3, 4), entries: [3, 4], lost: Int16Array.of(1, -1) },
  { type: "int32", fits: Int16Array.of(-3, 4), entries: [-3, 4], lost: Float64Array.of(1, 1.5) },
  { type: "uint32", fits: BigInt64Array.of(3n, 4n), entries: [3, 4], lost: Int32Array.of(1, -1) },
  { type: "int64", fits: Int32Array.of(-3, 4), entries: [-3n, 4n], lost: BigUint64Array.of(1n, 2n ** 63n) },
  { type: "uint64", fits: Uint32Array.of(3, 4), entries: [3n, 4n], lost: BigInt64Array.of(1n, -1n) },
  { type: "float32", fits: Int16Array.of(-3, 4), entries: [-3, 4], lost: Float64Array.of(1, 0.1) },
  {
    type: "float64",
    fits: Int16Array.of(-3, 4),
    entries: [-3, 4],
    lost: BigInt64Array.of(1n, 9007199254740993n),
  },
  { type: "complex64", fits: Float32Array.of(-3, 4), entries: [-3, 0, 4, 0], lost: Float64Array.of(1, 0.1) },
  {
    type: "complex128",
    fits: Float64Array.of(-3, 4),
    entries: [-3, 0, 4, 0],
    lost: BigInt64Array.of(1n, 9007199254740993n),
  },
];

export const overwriteRules: RuleGroup<StorageContext> = {
  name: "storeData: an existing dataset",
  rules: [
    rule("data of the same shape overwrites", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2, 3]), "x");
      await m.storeData(t.data([4, 5, 6]), "x");
      t.equalData(await t.open().getData("x"), [3], [4, 5, 6]);
    }),
    rule("a caller may reuse its array once the promise resolved", async (t) => {
      const m = t.open();
      const array = t.array([3], [4, 5, 6]);
      await m.storeData(t.data([1, 2, 3]), "x");
      await m.storeData(array.data, "x", { dtype: t.dtype });
      t.fill(array, 9);
      t.equalData(await m.getData("x"), [3], [4, 5, 6]);
    }),
    rule("a scalar is overwritten by a scalar", async (t) => {
      const m = t.open();
      await m.storeData(t.data(1), "x");
      await m.storeData(t.data(2), "x");
      t.equalData(await m.getData("x"), [], [2]);
    }),
    rule("the dataset's metadata stays", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.setMetadata({ unit: "mV" }, "x");
      await m.storeData(t.data([2]), "x");
      equal(await m.getMetadata("x"), { unit: "mV" });
    }),
    rule("other datasets stay as they are", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2]), "x");
      await m.storeData(t.data([3, 4]), "y");
      await m.storeData(t.data([5, 6]), "x");
      t.equalData(await m.getData("y"), [2], [3, 4]);
    }),
    rule("another length is refused, and the old data stays", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2, 3]), "x");
      await rejects(m.storeData(t.data([1, 2]), "x"), "INCOMPATIBLE_FILE_MANAGER", [t.path(), "x"]);
      t.equalData(await m.getData("x"), [3], [1, 2, 3]);
    }),
    rule("another shape of as many elements is refused", async (t) => {
      const m = t.open();
      await m.storeData(
        t.data([
          [1, 2, 3],
          [4, 5, 6],
        ]),
        "x",
      ); // prettier-ignore
      await rejects(
        m.storeData(
          t.data([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
          "x",
        ),
        "INCOMPATIBLE_FILE_MANAGER",
      ); // prettier-ignore
      await rejects(m.storeData(t.data([1, 2, 3, 4, 5, 6]), "x"), "INCOMPATIBLE_FILE_MANAGER");
      t.equalData(await m.getData("x"), [2, 3], [1, 2, 3, 4, 5, 6]);
    }),
    rule("a scalar does not become an array of one element, nor the other way", async (t) => {
      const m = t.open();
      await m.storeData(t.data(1), "scalar");
      await m.storeData(t.data([1]), "array");
      await rejects(m.storeData(t.data([2]), "scalar"), "INCOMPATIBLE_FILE_MANAGER");
      await rejects(m.storeData(t.data(2), "array"), "INCOMPATIBLE_FILE_MANAGER");
    }),
    ...NUMERIC_TYPES.map((type) =>
      rule<StorageContext>(
        `plain numbers take the dtype ${type} of the dataset`,
        [dtype(type)],
        async (t) => {
          const m = t.open();
          const numbers = type.startsWith("uint") ? [7, 8] : [7, -8];
          await m.storeData(ndarray([1, 2], { dtype: type }), "x");
          await m.storeData(numbers, "x");
          equalArray(await m.getData("x"), type, [2], ndarray(numbers, { dtype: type }).data);
        },
      ),
    ),
    rule("plain whole numbers take int64 too", [dtype("int64")], async (t) => {
      const m = t.open();
      await m.storeData([1n, 2n], "x");
      await m.storeData([3, 4], "x");
      equalArray(await m.getData("x"), "int64", [2], [3n, 4n]);
    }),
    rule("plain numbers may be rounded to float32", [dtype("float32")], async (t) => {
      const m = t.open();
      await m.storeData(Float32Array.of(0), "x");
      await m.storeData([0.1], "x");
      equalArray(await m.getData("x"), "float32", [1], [0.10000000149011612]);
    }),
    rule(
      "numbers that are given as float64 by the option dtype are not rounded to float32",
      [dtype("float32", "float64")],
      async (t) => {
        const m = t.open();
        await m.storeData([0.5], "x", { dtype: "float32" });
        await rejects(m.storeData([0.1], "x", { dtype: "float64" }), "INCOMPATIBLE_FILE_MANAGER");
        equalArray(await m.getData("x"), "float32", [1], [0.5]);
      },
    ),
    rule("an empty list fits an empty dataset of any type", async (t) => {
      const m = t.open();
      for (const type of t.supports.dtypes) {
        const none = { dtype: type, shape: [0], data: allocate(type, 0) } as NDArray; // the container of the type
        await m.storeData(none, type);
        await m.storeData([], type);
        equalArray(await m.getData(type), type, [0], []);
      }
    }),
    rule("plain numbers that an integer dataset cannot hold are refused", [dtype("int8")], async (t) => {
      const m = t.open();
      await m.storeData(Int8Array.of(1, 2), "x");
      await rejects(m.storeData([1, 1.5], "x"), "INCOMPATIBLE_FILE_MANAGER", ["1.5"]);
      await rejects(m.storeData([1, 128], "x"), "INCOMPATIBLE_FILE_MANAGER", ["128"]);
      equalArray(await m.getData("x"), "int8", [2], [1, 2]);
    }),
    ...conversions.flatMap(({ type, fits, entries, lost }): Rule<StorageContext>[] => {
      const from = (data: TypedArray) => data.constructor.name;
      const before = (m: StorageManager) =>
        m.storeData({ dtype: type, shape: [2], data: allocate(type, 2) } as NDArray, "x"); // `allocate` gave the container;
      return [
        rule(`a ${from(fits)} is converted to ${type} where nothing is lost`, [dtype(type)], async (t) => {
          const m = t.open();
          await before(m);
          await m.storeData(fits, "x");
          equalArray(await m.getData("x"), type, [2], entries);
        }),
        rule(
          `a ${from(lost)} that ${type} cannot hold is refused, the old data stays`,
          [dtype(type)],
          async (t) => {
            const m = t.open();
            await before(m);
            await rejects(m.storeData(lost, "x"), "INCOMPATIBLE_FILE_MANAGER", [t.path(), "x"]);
            equalArray(
              await m.getData("x"),
              type,
              [2],
              entries.map((entry) => (typeof entry === "bigint" ? 0n : 0)),
            );
          },
        ),
      ];
    }),
    rule("strings do not go into numbers", [numbers], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.storeData(["1"], "x"), "INCOMPATIBLE_FILE_MANAGER");
      t.equalData(await m.getData("x"), [1], [1]);
    }),
    rule("numbers do not go into strings", [dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData(["a"], "x");
      await rejects(m.storeData([1], "x"), "INCOMPATIBLE_FILE_MANAGER");
      equalArray(await m.getData("x"), "string", [1], ["a"]);
    }),
    rule("numbers do not go into booleans", [dtype("bool")], async (t) => {
      const m = t.open();
      await m.storeData([true], "x");
      await rejects(m.storeData([1], "x"), "INCOMPATIBLE_FILE_MANAGER");
      equalArray(await m.getData("x"), "bool", [1], [1]);
    }),
    rule("strings are overwritten by longer and by shorter ones", [dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData(["a", "bb"], "x");
      await m.storeData(["longer than before", ""], "x");
      equalArray(await m.getData("x"), "string", [2], ["longer than before", ""]);
    }),
    rule("complex data is overwritten", [dtype("complex128")], async (t) => {
      const m = t.open();
      const complex = (...data: number[]) =>
        ({ dtype: "complex128", shape: [1], data: Float64Array.from(data) }) as const;
      await m.storeData(complex(1, 2), "x");
      await m.storeData(complex(3, 4), "x");
      equalArray(await m.getData("x"), "complex128", [1], [3, 4]);
    }),
    rule("null is refused, and the old data stays", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.storeData(null as unknown as number, "x"), "FILE_STRUCTURE"); // not what the signature allows
      t.equalData(await m.getData("x"), [1], [1]);
    }),
    rule("a group does not become a dataset", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x", { where: "/g" });
      await rejects(
        m.storeData(t.data([2]), "g"),
        ["FILE_STRUCTURE", "FILE_STORAGE", "INCOMPATIBLE_FILE_MANAGER"],
        ["g"],
      );
      t.equalData(await m.getData("x", { where: "/g" }), [1], [1]);
    }),
    rule("a dataset does not become a group", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(
        m.storeData(t.data([2]), "y", { where: "/x" }),
        ["FILE_STRUCTURE", "FILE_STORAGE"],
        ["x"],
      );
      t.equalData(await m.getData("x"), [1], [1]);
    }),
  ],
};
