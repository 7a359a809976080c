import { describe, expect, it } from "vitest";
import { quoted, shortened } from "../src/quoted.js";

describe("quoted", () => {
  it.each<[value: unknown, text: string]>([
    ['a\n"b"', '"a\\n\\"b\\""'],
    [5, "5"],
    [-0, "-0"],
    [5n, "5n"],
    [null, "null"],
    [undefined, "undefined"],
    [true, "true"],
    [[1], "a list"],
    [{}, "an object"],
    [new Map(), "a Map"],
    [new Uint8Array(1), "a Uint8Array"],
    [new Error("x"), "an Error"],
    [{ [Symbol.toStringTag]: "what\never" }, "an object"],
    [Promise.resolve(1), "a promise: use await to get its result"],
    [() => 1, "a function"],
    [Symbol("s"), "a symbol"],
  ])("shows %s as %s", (value, text) => {
    expect(quoted(value)).toBe(text);
  });

  it("shortens a long text and gives its length", () => {
    expect(quoted("a".repeat(70_000))).toBe(`"${"a".repeat(200)}"... (70000 characters)`);
    expect(quoted("a".repeat(200))).toBe(`"${"a".repeat(200)}"`);
    expect(quoted(10n ** 400n).length).toBeLessThan(240);
  });

  it("does not cut between the halves of a surrogate pair", () => {
    expect(shortened(`${"a".repeat(199)}\u{1f9e0}b`)).toBe(`${"a".repeat(199)}... (202 characters)`);
  });
});
