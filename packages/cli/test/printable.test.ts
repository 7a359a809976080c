import { describe, expect, it } from "vitest";
import { jsonText } from "../src/terminal/json-text.js";
import { printable } from "../src/terminal/printable.js";

describe("printable", () => {
  it.each([
    ["/plain/Größe/脑/🧠", "/plain/Größe/脑/🧠"],
    ["a\x1b[31mb", "a\\x1b[31mb"],
    ["a\nb\rc\td", "a\\nb\\rc\\td"],
    ["\x00\x07\x7f", "\\x00\\x07\\x7f"],
    ["\u009b31m", "\\u009b31m"],
    ["\u202eabc\u2066", "\\u202eabc\\u2066"],
    ["\u2028\u2029\ufeff", "\\u2028\\u2029\\ufeff"],
    ["not UTF-8: \udcff", "not UTF-8: \\xff"],
    ["half of a pair: \ud83d.", "half of a pair: \\ud83d."],
  ])("shows %j as %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe("jsonText", () => {
  it("gives as text what JSON has no number for", () => {
    expect(jsonText({ a: Number.NaN, b: [Infinity, -Infinity], c: 2n ** 63n - 1n, d: 5n, e: -0.5 })).toBe(
      '{"a":"NaN","b":["Infinity","-Infinity"],"c":"9223372036854775807","d":5,"e":-0.5}',
    );
  });

  it("gives typed arrays as lists", () => {
    expect(jsonText([Float64Array.of(1, Number.NaN), BigInt64Array.of(1n, 2n ** 60n)])).toBe(
      '[[1,"NaN"],[1,"1152921504606846976"]]',
    );
  });

  it("has no control characters, and is the same when it is read", () => {
    const texts = ["\x1b[0m", "\x7f", "\u009b1m", "\u202e", "\udcff", "\u2028", "é"];
    const json = jsonText(texts);
    expect(json).toBe('["\\u001b[0m","\\u007f","\\u009b1m","\\u202e","\\udcff","\\u2028","é"]');
    expect(JSON.parse(json)).toEqual(texts);
  });
});
