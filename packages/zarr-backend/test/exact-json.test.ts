import { describe, expect, it } from "vitest";
import { formatDocument, JsonDocument, parseDocument } from "../src/json/exact-json.ts";

const parse = (text: string) => parseDocument(new TextEncoder().encode(text));

describe("JSON whose numbers keep what they are", () => {
  it("an integer of any size is a bigint, all else a float", () => {
    expect(parse('{"a": 3, "b": 3.0, "c": -0.0, "d": 123456789012345678901, "e": 1e2, "f": NaN}')).toEqual({
      a: 3n,
      b: 3,
      c: -0,
      d: 123456789012345678901n,
      e: 100,
      f: Number.NaN,
    });
  });

  it.each([
    ['{"a": "#1", "b": "##", "c": "\'x", "d": "", "e": "1"}', { a: "#1", b: "##", c: "'x", d: "", e: "1" }],
    ['{"a": "\\u00231", "b": "\\u0027", "c": "\\n#", "d": "\\"#1"}', { a: "#1", b: "'", c: "\n#", d: '"#1' }],
    ['{"#1": 1, "\'b": [2, "#3"], "\\u0023": {"x": true}}', { "#1": 1n, "'b": [2n, "#3"], "#": { x: true } }],
  ])("a text that looks like a marked number is a text: %s", (text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it("the name __proto__ is a name", () => {
    const value = parse('{"__proto__": {"a": 1}, "#b": 2}');
    expect(Object.entries(value)).toEqual([
      ["__proto__", { a: 1n }],
      ["#b", 2n],
    ]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each(["{1: 2}", '{"a": 01}', '{"a": }', '[{"a": 1}]', '"#1"', "{'a': 1}"])("%s is refused", (text) => {
    expect(() => parse(text)).toThrow(SyntaxError);
  });

  it("is written in ASCII, an entry a line", () => {
    const json = { a: "é😀", b: 2n, c: [1, -0, 1e300] };
    expect(new TextDecoder().decode(formatDocument(new JsonDocument(json)))).toBe(
      '{\n "a":"\\u00e9\\ud83d\\ude00",\n "b":2,\n "c":[1.0,-0.0,1e+300]\n}\n',
    );
  });
});
