import { describe, expect, it } from "vitest";
import { checkOptions } from "../src/options.js";
import { structureError } from "./thrown.js";

const signal = new AbortController().signal;

describe("checkOptions", () => {
  it.each([
    ["node", { where: "/a" }],
    [
      "store",
      {
        where: "/a",
        dtype: "int8",
        chunks: [1, 76],
        compression: "gzip",
        stringLength: 8,
        signal,
        onProgress: () => undefined,
      },
    ],
    ["store", { compression: { gzip: 0 } }],
    [
      "append",
      { dtype: "float32", growDimension: -1, closeFile: false, chunks: [1], compression: { gzip: 9 } },
    ],
    ["get", { selection: [null, 1], field: "a.b", ignoreErrors: true, closeFile: false, signal }],
    ["stream", { selection: [], field: "a", blockBytes: 1, signal }],
    ["metadata", { where: "/", tvbSpecificMetadata: false }],
    ["removeMetadata", { tvbSpecificMetadata: true, checkExistence: true }],
    ["list", { where: "/", depth: 0 }],
    ["list", { depth: Number.POSITIVE_INFINITY }],
    ["store", { where: undefined, dtype: undefined, signal: undefined }],
  ] as const)("takes the options of %s", (method, options) => {
    expect(checkOptions(method, options as never)).toEqual(options);
  });

  it("gives no options where none were given", () => {
    expect(checkOptions("get", undefined)).toEqual({});
  });

  it("takes own properties only, and gives a copy of them", () => {
    const given = Object.create(
      { checkExistence: true },
      { where: { value: "/a", enumerable: true, writable: true } },
    );
    const checked = checkOptions("node", given);
    expect({ ...checked }).toEqual({ where: "/a" });
    given.where = "/b";
    expect(checked.where).toBe("/a");
    expect("toString" in checked).toBe(false);
  });

  it("takes a signal of another realm or a polyfill", () => {
    const foreign = { aborted: false, reason: undefined };
    expect(() => checkOptions("get", { signal: foreign as never })).not.toThrow();
  });

  it.each([
    [
      "a misspelled option",
      "store",
      { compresion: "gzip" },
      'storeData has no option "compresion"; did you mean compression? It has where',
    ],
    ["an option of 70,000 characters", "get", { ["x".repeat(70_000)]: 1 }, "(70000 characters)"],
    ["an option of another method", "get", { checkExistence: true }, "checkExistence"],
    ["a dtype that is none", "store", { dtype: "float16" }, "dtype"],
    [
      "an unknown compression",
      "store",
      { compression: "lzf" },
      '"gzip" or { gzip: 0 to 9, shuffle?: true or false }',
    ],
    ["a level that is none", "store", { compression: { gzip: 10 } }, "gzip"],
    ["a chunk of length 0", "store", { chunks: [0] }, "chunks"],
    ["chunks that are no list", "append", { chunks: 3 }, "chunks"],
    ["a string length of 0", "store", { stringLength: 0 }, "stringLength"],
    ["an axis that is none", "append", { growDimension: 0.5 }, "growDimension"],
    ["a text for a boolean", "append", { closeFile: "false" }, "closeFile"],
    ["a number for where", "node", { where: 1 }, "where"],
    ["an empty field", "get", { field: "" }, "field"],
    ["a selection that is no list", "get", { selection: 1 }, "selection"],
    ["a signal that is none", "get", { signal: {} }, "AbortSignal"],
    ["a listener that is none", "store", { onProgress: 1 }, "function"],
    ["blocks of no bytes", "stream", { blockBytes: 0 }, "blockBytes"],
    ["a negative depth", "list", { depth: -1 }, "depth"],
    ["null", "node", null, "this call must be an object with any of where; found null"],
    ["a text", "node", "/a", 'must be an object with any of where; found "/a"'],
  ] as const)("refuses %s, on one line", (_what, method, options, message) => {
    const error = structureError(() => checkOptions(method, options as never));
    expect(error.message).toContain(message);
    expect(error.message).not.toContain("\n");
  });
});
