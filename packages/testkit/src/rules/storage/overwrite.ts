import { equal, equalArray, rejects } from "../expect.js";
import { dtype } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

export const overwriteRules: RuleGroup<StorageContext> = {
  name: "storeData: an existing dataset",
  rules: [
    rule("data of the same shape overwrites", async (t) => {
      const m = t.open();
      await m.storeData([1, 2, 3], "x");
      await m.storeData([4, 5, 6], "x");
      equalArray(await t.open().getData("x"), "float64", [3], [4, 5, 6]);
    }),
    rule("a caller may reuse its array once the promise resolved", async (t) => {
      const m = t.open();
      const data = Float64Array.of(4, 5, 6);
      await m.storeData([1, 2, 3], "x");
      await m.storeData(data, "x");
      data.fill(9);
      equalArray(await m.getData("x"), "float64", [3], [4, 5, 6]);
    }),
    rule("a scalar is overwritten by a scalar", async (t) => {
      const m = t.open();
      await m.storeData(1, "x");
      await m.storeData(2, "x");
      equalArray(await m.getData("x"), "float64", [], [2]);
    }),
    rule("the dataset's metadata stays", async (t) => {
      const m = t.open();
      await m.storeData([1], "x");
      await m.setMetadata({ unit: "mV" }, "x");
      await m.storeData([2], "x");
      equal(await m.getMetadata("x"), { unit: "mV" });
    }),
    rule("other datasets stay as they are", async (t) => {
      const m = t.open();
      await m.storeData([1, 2], "x");
      await m.storeData([3, 4], "y");
      await m.storeData([5, 6], "x");
      equalArray(await m.getData("y"), "float64", [2], [3, 4]);
    }),
    rule("another length is refused, and the old data stays", async (t) => {
      const m = t.open();
      await m.storeData([1, 2, 3], "x");
      await rejects(m.storeData([1, 2], "x"), "INCOMPATIBLE_FILE_MANAGER", [t.path(), "x"]);
      equalArray(await m.getData("x"), "float64", [3], [1, 2, 3]);
    }),
    rule("another shape of as many elements is refused", async (t) => {
      const m = t.open();
      await m.storeData(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        "x",
      ); // prettier-ignore
      await rejects(
        m.storeData(
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          "x",
        ),
        "INCOMPATIBLE_FILE_MANAGER",
      ); // prettier-ignore
      await rejects(m.storeData([1, 2, 3, 4, 5, 6], "x"), "INCOMPATIBLE_FILE_MANAGER");
      equalArray(await m.getData("x"), "float64", [2, 3], [1, 2, 3, 4, 5, 6]);
    }),
    rule("a scalar does not become an array of one element, nor the other way", async (t) => {
      const m = t.open();
      await m.storeData(1, "scalar");
      await m.storeData([1], "array");
      await rejects(m.storeData([2], "scalar"), "INCOMPATIBLE_FILE_MANAGER");
      await rejects(m.storeData(2, "array"), "INCOMPATIBLE_FILE_MANAGER");
    }),
    rule("plain numbers take the dataset's dtype", [dtype("int32")], async (t) => {
      const m = t.open();
      await m.storeData(Int32Array.of(1, 2), "x");
      await m.storeData([7, -8], "x");
      equalArray(await m.getData("x"), "int32", [2], [7, -8]);
    }),
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
    rule("plain numbers that an integer dataset cannot hold are refused", [dtype("int8")], async (t) => {
      const m = t.open();
      await m.storeData(Int8Array.of(1, 2), "x");
      await rejects(m.storeData([1, 1.5], "x"), "INCOMPATIBLE_FILE_MANAGER", ["1.5"]);
      await rejects(m.storeData([1, 128], "x"), "INCOMPATIBLE_FILE_MANAGER", ["128"]);
      equalArray(await m.getData("x"), "int8", [2], [1, 2]);
    }),
    rule("a typed array of another type is converted where nothing is lost", [dtype("int16")], async (t) => {
      const m = t.open();
      await m.storeData(Float64Array.of(0, 0), "x");
      await m.storeData(Int16Array.of(-3, 4), "x");
      equalArray(await m.getData("x"), "float64", [2], [-3, 4]);
    }),
    rule("a float64 array that float32 would round is refused", [dtype("float32")], async (t) => {
      const m = t.open();
      await m.storeData(Float32Array.of(1), "x");
      await rejects(m.storeData(Float64Array.of(0.1), "x"), "INCOMPATIBLE_FILE_MANAGER");
      equalArray(await m.getData("x"), "float32", [1], [1]);
    }),
    rule("int64 values that float64 cannot hold are refused", [dtype("int64")], async (t) => {
      const m = t.open();
      await m.storeData(Float64Array.of(1), "x");
      await rejects(m.storeData(BigInt64Array.of(9007199254740993n), "x"), "INCOMPATIBLE_FILE_MANAGER");
      equalArray(await m.getData("x"), "float64", [1], [1]);
    }),
    rule("strings do not go into numbers, nor numbers into strings", [dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData([1], "numbers");
      await m.storeData(["a"], "texts");
      await rejects(m.storeData(["1"], "numbers"), "INCOMPATIBLE_FILE_MANAGER");
      await rejects(m.storeData([1], "texts"), "INCOMPATIBLE_FILE_MANAGER");
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
      await m.storeData([1], "x");
      await rejects(m.storeData(null as unknown as number, "x"), "FILE_STRUCTURE"); // not what the signature allows
      equalArray(await m.getData("x"), "float64", [1], [1]);
    }),
    rule("a group does not become a dataset", async (t) => {
      const m = t.open();
      await m.storeData([1], "x", { where: "/g" });
      await rejects(
        m.storeData([2], "g"),
        ["FILE_STRUCTURE", "FILE_STORAGE", "INCOMPATIBLE_FILE_MANAGER"],
        ["g"],
      );
      equalArray(await m.getData("x", { where: "/g" }), "float64", [1], [1]);
    }),
    rule("a dataset does not become a group", async (t) => {
      const m = t.open();
      await m.storeData([1], "x");
      await rejects(m.storeData([2], "y", { where: "/x" }), ["FILE_STRUCTURE", "FILE_STORAGE"], ["x"]);
      equalArray(await m.getData("x"), "float64", [1], [1]);
    }),
  ],
};
