import { DATA_TYPES, type MetadataInput, type MetadataValue, type NDArray } from "@tvb-storage/core";
import { DateTime } from "@tvb-storage/files";
import { equal, equalArray, isTrue, rejects } from "../expect.js";
import { type RuleGroup, rule } from "../rule.js";
import { sampleData } from "../sample-data.js";
import type { StorageContext } from "../storage-context.js";

const values: readonly { what: string; value: MetadataInput; back: MetadataValue }[] = [
  { what: "a text", value: "Kuramoto", back: "Kuramoto" },
  { what: "an empty text", value: "", back: "" },
  { what: "a text beyond ASCII", value: "naïve ☃ 🧠", back: "naïve ☃ 🧠" },
  { what: "a text with lines and quotes", value: 'a\n"b"\t<c>&', back: 'a\n"b"\t<c>&' },
  { what: "a text that looks like a number", value: "12", back: "12" },
  { what: "a text that looks like None", value: "None", back: "None" },
  { what: "a whole number", value: 42, back: 42 },
  { what: "zero", value: 0, back: 0 },
  { what: "a negative number", value: -7, back: -7 },
  { what: "a fraction", value: 0.1, back: 0.1 },
  { what: "the largest safe integer", value: 9007199254740991, back: 9007199254740991 },
  { what: "a number beyond the safe integers", value: 9007199254740994, back: 9007199254740994 },
  { what: "a huge number", value: 1e300, back: 1e300 },
  { what: "-0", value: -0, back: -0 },
  { what: "infinity", value: Number.POSITIVE_INFINITY, back: Number.POSITIVE_INFINITY },
  { what: "NaN", value: Number.NaN, back: Number.NaN },
  { what: "a small bigint, which comes back as a number", value: 5n, back: 5 },
  { what: "a large bigint", value: 9007199254740993n, back: 9007199254740993n },
  { what: "the smallest int64", value: -9223372036854775808n, back: -9223372036854775808n },
  { what: "the largest uint64", value: 18446744073709551615n, back: 18446744073709551615n },
  { what: "true", value: true, back: true },
  { what: "false", value: false, back: false },
  { what: "null, which comes back as an empty text", value: null, back: "" },
];

const arrays: readonly { what: string; value: MetadataInput; back: NDArray }[] = [
  {
    what: "an array of numbers",
    value: [1, 2.5],
    back: { dtype: "float64", shape: [2], data: Float64Array.of(1, 2.5) },
  },
  {
    what: "whole numbers, as int64",
    value: [1, -2, 9007199254740991],
    back: { dtype: "int64", shape: [3], data: BigInt64Array.of(1n, -2n, 9007199254740991n) },
  },
  {
    what: "whole numbers beyond the safe ones, as float64",
    value: [1, 2 ** 53],
    back: { dtype: "float64", shape: [2], data: Float64Array.of(1, 2 ** 53) },
  },
  {
    what: "numbers with -0 among them, as float64",
    value: [1, -0],
    back: { dtype: "float64", shape: [2], data: Float64Array.of(1, -0) },
  },
  {
    what: "no numbers, as float64",
    value: [],
    back: { dtype: "float64", shape: [0], data: new Float64Array() },
  },
  { what: "an array of texts", value: ["a", ""], back: { dtype: "string", shape: [2], data: ["a", ""] } },
  {
    what: "an array of booleans",
    value: [true, false],
    back: { dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) },
  },
  {
    what: "a typed array",
    value: Int32Array.of(1, -2),
    back: { dtype: "int32", shape: [2], data: Int32Array.of(1, -2) },
  },
  {
    what: "int64",
    value: BigInt64Array.of(2n ** 60n),
    back: { dtype: "int64", shape: [1], data: BigInt64Array.of(2n ** 60n) },
  },
  {
    what: "a 2D array",
    value: { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    back: { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  },
];

const refused: readonly { what: string; value: unknown }[] = [
  { what: "undefined", value: undefined },
  { what: "a function", value: () => 1 },
  { what: "a symbol", value: Symbol("s") },
  { what: "an object", value: { nested: 1 } },
  { what: "a ragged array", value: [[1], [2, 3]] },
  { what: "an array of mixed kinds", value: [1, "a"] },
  { what: "a bigint beyond 64 bits", value: 2n ** 64n },
  { what: "a text with a NUL in it", value: "a\0b" },
  { what: "a text that would come back as a boolean", value: "bool:True" },
  { what: "a text that would come back as a date", value: "datetime:2024-02-27 15:11:16.101258" },
  { what: "a date that is none", value: new Date(Number.NaN) },
];

export const metadataValueRules: RuleGroup<StorageContext> = {
  name: "metadata: values",
  rules: [
    ...values.map(({ what, value, back }) =>
      rule<StorageContext>(`${what} is kept`, async (t) => {
        await t.open().setMetadata({ value });
        equal((await t.open().getMetadata())["value"], back);
      }),
    ),
    ...arrays.map(({ what, value, back }) =>
      rule<StorageContext>(`${what} comes back as an array`, async (t) => {
        await t.open().setMetadata({ value });
        const found = (await t.open().getMetadata())["value"];
        equalArray(found as NDArray, back.dtype, back.shape, back.data); // equalArray looks at what it is
      }),
    ),
    ...DATA_TYPES.map((type) =>
      rule<StorageContext>(`an array of ${type} is kept, also where no dataset can be of it`, async (t) => {
        const sample = sampleData({ dtypes: [type] });
        await t.open().setMetadata({ value: sample.array([2, 1], [1, 2]) });
        const found = (await t.open().getMetadata())["value"];
        sample.equalData(found as NDArray, [2, 1], [1, 2]); // equalData looks at what it is
      }),
    ),
    ...refused.map(({ what, value }) =>
      rule<StorageContext>(
        `${what} is refused with its key named, and nothing of the call is set`,
        async (t) => {
          const m = t.open();
          await m.setMetadata({ before: 1 });
          const bad = { good: 2, bad: value as MetadataInput, alsoGood: 3 }; // deliberately not one
          await rejects(m.setMetadata(bad), "FILE_STRUCTURE", [t.path(), "bad"]);
          equal(await t.open().getMetadata(), { Data_version: 5, before: 1 });
        },
      ),
    ),
    rule("a date comes back as a DateTime of the same moment", async (t) => {
      const when = new Date(2024, 1, 27, 15, 11, 16, 101);
      await t.open().setMetadata({ when });
      const found = (await t.open().getMetadata())["when"];
      // Not by `instanceof`: a backend may use another copy of core.
      isTrue(found instanceof Date && "microsecond" in found, "it should be a DateTime");
      const { microsecond } = found as DateTime; // by the line above
      equal([(found as DateTime).getTime(), microsecond], [when.getTime(), 101_000]);
    }),
    rule("microseconds survive being read and written again", async (t) => {
      const m = t.open();
      await m.setMetadata({ when: new DateTime(new Date(2024, 1, 27, 15, 11, 16, 101), 101_258) });
      const read = (await m.getMetadata())["when"];
      await m.setMetadata({ again: read as DateTime }); // checked below
      const again = (await m.getMetadata())["again"];
      isTrue((again as DateTime | undefined)?.microsecond === 101_258, `microseconds of ${String(again)}`);
    }),
    rule("arrays that were given out may be changed", async (t) => {
      const m = t.open();
      await m.setMetadata({ value: Float64Array.of(1, 2) });
      const found = (await m.getMetadata())["value"] as NDArray<"float64">; // as it was set
      found.data.fill(9);
      equalArray((await m.getMetadata())["value"] as NDArray, "float64", [2], [1, 2]); // as above
    }),
    rule("an array that was set may be reused", async (t) => {
      const m = t.open();
      const value = Float64Array.of(1, 2);
      await m.setMetadata({ value });
      value.fill(9);
      equalArray((await m.getMetadata())["value"] as NDArray, "float64", [2], [1, 2]); // as it was set
    }),
    rule("a text of 100,000 characters is kept", async (t) => {
      const value = "µ".repeat(100_000);
      await t.open().setMetadata({ value });
      isTrue((await t.open().getMetadata())["value"] === value, "the text should come back");
    }),
  ],
};
