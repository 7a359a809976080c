import { FileStructureException } from "@tvb-storage/errors";
import { describe, expect, test } from "vitest";
import { XMLReader } from "../src/index.js";

const nested = (depth: number) => `${"<a>".repeat(depth)}${"</a>".repeat(depth)}`;

describe("limits", () => {
  test("256 elements inside each other are read, 257 are refused with the limit's name and the position", () => {
    let inner: unknown = XMLReader.parse(nested(256));
    for (let level = 0; level < 254; level++) inner = (inner as { a: unknown }).a; // as nested() made it
    expect(inner).toEqual({ a: "" });
    expect(() => XMLReader.parse(nested(257))).toThrow(
      "line 1, column 771: elements are nested deeper than limits.depth allows (256)",
    );
  });

  test("a depth can be set, and counts the root", () => {
    expect(XMLReader.parse("<r><a>1</a></r>", { limits: { depth: 2 } })).toEqual({ a: "1" });
    expect(() => XMLReader.parse("<r><a><b/></a></r>", { limits: { depth: 2 } })).toThrow(
      /limits.depth allows \(2\)/,
    );
    expect(XMLReader.parse(nested(5000), { limits: { depth: Number.POSITIVE_INFINITY } })).toHaveProperty(
      "a",
    );
  });

  test("a million unclosed elements are refused at the limit", () => {
    expect(() => XMLReader.parse("<a>".repeat(1_000_000))).toThrow(/limits.depth/);
  });

  test("elements and attributes are counted together, the root too", () => {
    const text = '<r>\n<a x="1" y="2"/><b>1</b></r>';
    expect(XMLReader.parse(text, { limits: { elements: 5 } })).toEqual({ a: "", b: "1" });
    expect(() => XMLReader.parse(text, { limits: { elements: 4 } })).toThrow(
      /line 2, column \d+: there are more elements and attributes than limits.elements allows \(4\)/,
    );
    expect(() => XMLReader.parse(text, { limits: { elements: 3 } })).toThrow(/limits.elements/);
  });

  test("a million elements are the default, so that 64 MiB of them cannot fill the memory", () => {
    expect(() => XMLReader.parse(`<r>${"<a/>".repeat(1_000_000)}</r>`)).toThrow(
      /elements allows \(1000000\)/,
    );
  });

  test("the bytes of a string are counted as UTF-8", () => {
    const text = "<r><a>ä☃😀</a></r>"; // 14 + 2 + 3 + 4
    expect(XMLReader.parse(text, { limits: { bytes: 23 } })).toEqual({ a: "ä☃😀" });
    expect(() => XMLReader.parse(text, { limits: { bytes: 22 } })).toThrow(
      "the XML text has 23 bytes, more than limits.bytes allows (22)",
    );
    expect(() => XMLReader.parse(new TextEncoder().encode(text), { limits: { bytes: 22 } })).toThrow(
      /limits.bytes/,
    );
  });

  test("64 MiB are the default", () => {
    const bytes = new Uint8Array(64 * 1024 * 1024 + 1);
    expect(() => XMLReader.parse(bytes)).toThrow(
      "has 67108865 bytes, more than limits.bytes allows (67108864)",
    );
  });

  test.each([0, -1, Number.NaN])("a depth of %d is refused", (depth) => {
    expect(() => XMLReader.parse("<r/>", { limits: { depth } })).toThrow(FileStructureException);
    expect(() => XMLReader.parse("<r/>", { limits: { depth } })).toThrow(
      /depth of the option limits must be a number of at least 1; found/,
    );
  });
});
