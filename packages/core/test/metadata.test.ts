import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DateTime } from "../../files/src/date-time.js";
import {
  attributeName,
  checkMetadataKey,
  DATE_TIME_FORMAT,
  decodeMetadata,
  decodeMetadataValue,
  encodeMetadata,
  encodeMetadataValue,
  serializeBool,
} from "../src/metadata.js";
import type { NDArray } from "../src/ndarray-type.js";
import type { MetadataInput } from "../src/storage-manager.js";
import { structureError } from "./thrown.js";

const text = (value: string): NDArray => ({ dtype: "string", shape: [], data: [value] });

describe("encodeMetadataValue", () => {
  it.each<[what: string, value: MetadataInput, stored: NDArray]>([
    ["true as the original's text", true, text("bool:True")],
    ["false as the original's text", false, text("bool:False")],
    ["null as an empty text", null, text("")],
    ["a text as it is", "naïve ☃ 𝄞", text("naïve ☃ 𝄞")],
    ["an empty text", "", text("")],
    ["a date", new Date(2024, 1, 27, 15, 11, 16, 101), text("datetime:2024-02-27 15:11:16.101000")],
    [
      "a date with microseconds",
      new DateTime(new Date(2024, 1, 27, 15, 11, 16), 101_258),
      text("datetime:2024-02-27 15:11:16.101258"),
    ],
    ["a whole number as int64", 76, { dtype: "int64", shape: [], data: BigInt64Array.of(76n) }],
    ["0 as int64", 0, { dtype: "int64", shape: [], data: BigInt64Array.of(0n) }],
    [
      "the least safe number",
      Number.MIN_SAFE_INTEGER,
      { dtype: "int64", shape: [], data: BigInt64Array.of(-9007199254740991n) },
    ],
    ["-0 as float64", -0, { dtype: "float64", shape: [], data: Float64Array.of(-0) }],
    ["2**53 as float64", 2 ** 53, { dtype: "float64", shape: [], data: Float64Array.of(2 ** 53) }],
    ["a fraction as float64", 0.5, { dtype: "float64", shape: [], data: Float64Array.of(0.5) }],
    ["NaN as float64", Number.NaN, { dtype: "float64", shape: [], data: Float64Array.of(Number.NaN) }],
    ["a bigint as int64", -5n, { dtype: "int64", shape: [], data: BigInt64Array.of(-5n) }],
    [
      "the largest int64",
      2n ** 63n - 1n,
      { dtype: "int64", shape: [], data: BigInt64Array.of(2n ** 63n - 1n) },
    ],
    [
      "a bigint beyond int64 as uint64",
      2n ** 63n,
      { dtype: "uint64", shape: [], data: BigUint64Array.of(2n ** 63n) },
    ],
    [
      "whole numbers as int64",
      [1, -2, 0],
      { dtype: "int64", shape: [3], data: BigInt64Array.of(1n, -2n, 0n) },
    ],
    [
      "the safe numbers as int64",
      [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
      { dtype: "int64", shape: [2], data: BigInt64Array.of(2n ** 53n - 1n, -(2n ** 53n) + 1n) },
    ],
    [
      "whole numbers in lists of lists as int64",
      [[1], [2]] as never,
      { dtype: "int64", shape: [2, 1], data: BigInt64Array.of(1n, 2n) },
    ],
    [
      "numbers with a fraction as float64",
      [1, 2.5],
      { dtype: "float64", shape: [2], data: Float64Array.of(1, 2.5) },
    ],
    ["numbers with -0 as float64", [1, -0], { dtype: "float64", shape: [2], data: Float64Array.of(1, -0) }],
    [
      "numbers with NaN as float64",
      [1, Number.NaN],
      { dtype: "float64", shape: [2], data: Float64Array.of(1, Number.NaN) },
    ],
    [
      "an unsafe whole number as float64",
      [2 ** 53],
      { dtype: "float64", shape: [1], data: Float64Array.of(2 ** 53) },
    ],
    [
      "a Float64Array of whole numbers as it is",
      Float64Array.of(1),
      { dtype: "float64", shape: [1], data: Float64Array.of(1) },
    ],
    ["texts", ["a", "bool:True"], { dtype: "string", shape: [2], data: ["a", "bool:True"] }],
    ["booleans", [true, false], { dtype: "bool", shape: [2], data: Uint8Array.of(1, 0) }],
    ["a typed array", Int16Array.of(-1, 2), { dtype: "int16", shape: [2], data: Int16Array.of(-1, 2) }],
    ["no elements", [], { dtype: "float64", shape: [0], data: new Float64Array() }],
    [
      "an NDArray",
      { dtype: "complex128", shape: [1], data: Float64Array.of(1, 2) },
      { dtype: "complex128", shape: [1], data: Float64Array.of(1, 2) },
    ],
  ])("stores %s", (_what, value, stored) => {
    expect(encodeMetadataValue(value, "key")).toEqual(stored);
  });

  it("stores a date of another realm", () => {
    const date: Date = runInNewContext("new Date(2024, 1, 27, 15, 11, 16)");
    expect(encodeMetadataValue(date, "key")).toEqual(text("datetime:2024-02-27 15:11:16.000000"));
  });

  it.each<[what: string, value: unknown, message: RegExp]>([
    ["a text that reads back as a boolean", "bool:True", /"key".*starts with "bool:".*boolean/],
    ["a text that reads back as a date", "datetime:2024-02-27 15:11:16.101258", /"key".*"datetime:"/],
    ["the same as an array without axes", text("bool:no"), /"key".*"bool:"/],
    ["NUL inside a text", "a\0b", /"key".*NUL.*position 1/],
    ["NUL inside a text of an array", ["a", "b\0"], /"key".*NUL/],
    ["half of a surrogate pair", "\ud834", /"key".*surrogate/],
    ["a bigint beyond 64 bits", 2n ** 64n, /"key".*18446744073709551616/],
    ["a bigint below 64 bits", -(2n ** 63n) - 1n, /"key".*-9223372036854775809/],
    ["a date that is none", new Date(Number.NaN), /"key".*date/],
    ["undefined", undefined, /"key" is undefined/],
    ["a function", () => 1, /"key" is a function/],
    ["a symbol", Symbol("x"), /"key" is a symbol/],
    ["an object", { a: 1 }, /"key" is an object/],
    ["a Map", new Map(), /"key" is a Map/],
    ["a promise", Promise.resolve(1), /"key" is a promise: use await/],
    ["null in an array", [1, null], /"key".*\[1\] is null/],
    ["mixed kinds", [1, "a"], /"key".*\[1\] is a string/],
    [
      "an NDArray whose data do not fill it",
      { dtype: "int8", shape: [3], data: new Int8Array(2) },
      /"key".*3/,
    ],
    ["an NDArray of an unknown type", { dtype: "int7", shape: [], data: new Int8Array(1) }, /"key".*int7/],
  ])("refuses %s", (_what, value, message) => {
    const error = structureError(() => encodeMetadataValue(value as MetadataInput, "key"));
    expect(error.message).toMatch(message);
  });
});

describe("encodeMetadata", () => {
  it("adds the prefix to keys, unless that is switched off", () => {
    expect([...encodeMetadata({ a: 1, b: 2 }).keys()]).toEqual(["TVB_a", "TVB_b"]);
    expect([...encodeMetadata({ a: 1, b: 2 }, false).keys()]).toEqual(["a", "b"]);
    expect(attributeName("x")).toBe("TVB_x");
    expect(attributeName("x", false)).toBe("x");
  });

  it("takes any text for a key, also the names of Object's own members", () => {
    const metadata = Object.fromEntries([
      ["__proto__", 1],
      ["constructor", 2],
      ["a b/c", 3],
    ]);
    expect([...encodeMetadata(metadata).keys()]).toEqual(["TVB___proto__", "TVB_constructor", "TVB_a b/c"]);
  });

  it.each([
    ["an empty key", { "": 1 }, /key/],
    ["a key with NUL", { "a\0": 1 }, /NUL/],
    ["a bad value", { good: 1, bad: undefined }, /"bad"/],
    ["an array", [1], /object/],
    ["null", null, /object/],
    ["a text", "a", /object/],
  ])("refuses %s", (_what, metadata, message) => {
    expect(structureError(() => encodeMetadata(metadata as never)).message).toMatch(message);
  });

  it("checks single keys", () => {
    expect(() => checkMetadataKey("a")).not.toThrow();
    structureError(() => checkMetadataKey(""));
    structureError(() => checkMetadataKey(1 as never));
  });
});

describe("decodeMetadataValue", () => {
  const scalars: readonly (readonly [stored: NDArray, value: unknown])[] = [
    [text("bool:True"), true],
    [text("bool:true"), true],
    [text("bool:YES"), true],
    [text("bool:t"), true],
    [text("bool:1"), true],
    [text("bool:False"), false],
    [text("bool:0"), false],
    [text("bool:"), false],
    [text("bool:truely"), false],
    [text("BOOL:True"), "BOOL:True"],
    [text("datetime:yesterday"), "datetime:yesterday"],
    [text("datetime:2023-02-29 00:00:00.000000"), "datetime:2023-02-29 00:00:00.000000"],
    [text(""), ""],
    [{ dtype: "int64", shape: [], data: BigInt64Array.of(5n) }, 5],
    [{ dtype: "int64", shape: [], data: BigInt64Array.of(2n ** 53n - 1n) }, 9007199254740991],
    [{ dtype: "int64", shape: [], data: BigInt64Array.of(2n ** 53n) }, 9007199254740992n],
    [{ dtype: "uint64", shape: [], data: BigUint64Array.of(2n ** 64n - 1n) }, 18446744073709551615n],
    [{ dtype: "int8", shape: [], data: Int8Array.of(-5) }, -5],
    [{ dtype: "float32", shape: [], data: Float32Array.of(0.5) }, 0.5],
    [{ dtype: "float64", shape: [], data: Float64Array.of(Number.NaN) }, Number.NaN],
    [{ dtype: "bool", shape: [], data: Uint8Array.of(1) }, true],
    [{ dtype: "bool", shape: [], data: Uint8Array.of(0) }, false],
  ];
  for (const [stored, value] of scalars) {
    it(`reads ${stored.dtype} ${String(stored.data[0])} as ${typeof value}`, () => {
      expect(decodeMetadataValue(stored)).toBe(value);
    });
  }

  it("reads a date to the microsecond", () => {
    const date = decodeMetadataValue(text("datetime:2024-02-27 15:11:16.101258"));
    expect(date).toEqual(new DateTime(new Date(2024, 1, 27, 15, 11, 16), 101_258));
    expect(date).toBeInstanceOf(DateTime);
  });

  it.each<NDArray>([
    { dtype: "string", shape: [1], data: ["bool:True"] },
    { dtype: "complex64", shape: [], data: Float32Array.of(1, 2) },
    { dtype: "float64", shape: [0], data: new Float64Array() },
    { dtype: "int8", shape: [], data: Int8Array.of(1), enumMembers: { RED: 1 } },
  ])("leaves %j an array", (stored) => {
    expect(decodeMetadataValue(stored)).toBe(stored);
  });
});

describe("decodeMetadata", () => {
  it("removes the prefix; the key with it is used before the plain one, in either order", () => {
    expect(decodeMetadata(Object.entries({ TVB_x: text("tvb"), x: text("plain"), y: text("y") }))).toEqual({
      x: "tvb",
      y: "y",
    });
    expect(decodeMetadata(Object.entries({ x: text("plain"), TVB_x: text("tvb") }))).toEqual({ x: "tvb" });
  });

  it("keeps a name that is only the prefix", () => {
    expect(decodeMetadata([["TVB_", text("a")]])).toEqual({ TVB_: "a" });
  });

  it("takes __proto__ as an ordinary key", () => {
    const metadata = decodeMetadata([["TVB___proto__", text("a")]]);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(Object.keys(metadata)).toEqual(["__proto__"]);
  });

  it("returns every value that encodeMetadata takes", () => {
    const key = fc.string({ unit: "grapheme", minLength: 1 }).filter((k) => !k.includes("\0"));
    const value = fc.oneof(
      fc.string({ unit: "grapheme" }).filter((t) => !/\0|^(bool|datetime):/.test(t)),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.double(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc
        .tuple(
          fc.date({ min: new Date(1000, 0, 1), max: new Date(9999, 0, 1), noInvalidDate: true }),
          fc.integer({ min: 0, max: 999_999 }),
        )
        .map(([date, microsecond]) => new DateTime(date, microsecond)),
    );
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.boolean(), (metadata, tvbSpecific) => {
        const clash = Object.keys(metadata).some((k) => k.startsWith("TVB_"));
        fc.pre(!clash);
        const read = decodeMetadata(encodeMetadata(metadata, tvbSpecific));
        const expected = Object.entries(metadata).map(([k, v]) => {
          // A bigint comes back as a number where that holds it.
          return [
            k,
            typeof v === "bigint" && BigInt(Number(v)) === v && Number.isSafeInteger(Number(v))
              ? Number(v)
              : v,
          ];
        });
        expect(Object.entries(read).sort()).toEqual(expected.sort());
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});

describe("the original's texts", () => {
  it("are written out", () => {
    expect(serializeBool(true)).toBe("bool:True");
    expect(serializeBool(false)).toBe("bool:False");
    expect(DATE_TIME_FORMAT).toBe("%Y-%m-%d %H:%M:%S.%f");
  });
});
