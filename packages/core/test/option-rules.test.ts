import { describe, expect, it } from "vitest";
import { checkOptions } from "../src/index.js";
import { shownValue } from "../src/option-rules.js";
import { structureError } from "./thrown.js";

describe("the messages of bad options", () => {
  it.each([
    ["get", { closeFile: "no" }, 'bad options: closeFile must be true or false, not "no"'],
    ["store", { chunks: [4, 0] }, "bad options: chunks must be an array of whole numbers from 1, not [4, 0]"],
    [
      "store",
      { compression: { gzip: 10 } },
      'bad options: compression must be "gzip" or { gzip: 0 to 9 }, not { gzip: 10 }',
    ],
    ["append", { growDimension: 2n }, "bad options: growDimension must be a whole number, not 2"],
    ["node", { Where: "/a" }, 'bad options: there is no option "Where"; known are where'],
    [
      "metadata",
      { toString: 1 },
      'bad options: there is no option "toString"; known are where, tvbSpecificMetadata',
    ],
    ["node", ["/a"], 'bad options: they must be an object, not ["/a"]'],
  ] as const)("of %s %o tell what was expected and found", (method, options, message) => {
    expect(structureError(() => checkOptions(method, options as never)).message).toBe(message);
  });

  it("are there for inherited options too, which are read like others", () => {
    const options = Object.create({ where: 1 }) as { where?: string };
    expect(structureError(() => checkOptions("node", options)).message).toContain("where must be a text");
  });

  it.each([
    [null, "null"],
    [undefined, "undefined"],
    [Symbol("s"), "Symbol(s)"],
    [{}, "{}"],
    [{ a: { b: 1 }, c: "x" }, '{ a: an object, c: "x" }'],
    [() => undefined, "a function"],
    [Object.create(null), "{}"],
  ])("show %o", (value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });
});
