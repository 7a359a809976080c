import { FileStructureException } from "@tvb-storage/errors";
import { describe, expect, test } from "vitest";
import { XMLReader } from "../src/index.js";

const parse = XMLReader.parse;
const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...utf8(part)] : part)));

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
  return new Uint8Array(view.buffer);
}

describe("the encoding of a document", () => {
  test("is UTF-8 by default, with and without a byte order mark", () => {
    expect(parse(utf8("<r><a>naïve ☃ 😀</a></r>"))).toEqual({ a: "naïve ☃ 😀" });
    expect(parse(bytes([0xef, 0xbb, 0xbf], "<r><a>☃</a></r>"))).toEqual({ a: "☃" });
    expect(parse(bytes([0xef, 0xbb, 0xbf], '<?xml version="1.0" encoding="UTF-8"?><r><a>☃</a></r>'))).toEqual(
      {
        a: "☃",
      },
    );
  });

  test.each([true, false])(
    "is UTF-16 by its byte order mark or its first characters (little endian: %s)",
    (little) => {
      expect(parse(utf16("\ufeff<r><a>☃ 😀</a></r>", little))).toEqual({ a: "☃ 😀" });
      const declared = '<?xml version="1.0" encoding="UTF-16"?><r><a>☃</a></r>';
      expect(parse(utf16(`\ufeff${declared}`, little))).toEqual({ a: "☃" });
      expect(parse(utf16(declared, little))).toEqual({ a: "☃" });
    },
  );

  test.each([
    ["iso-8859-1", [0xe9, 0x20, 0x80], "é \u0080"],
    ["ISO-8859-15", [0xa4], "€"],
    ["windows-1252", [0x80], "€"],
    ["windows-1251", [0xe8, 0xec, 0xff], "имя"],
    ["KOI8-R", [0xc9, 0xcd, 0xd1], "имя"],
    ["Shift_JIS", [0x96, 0xbc, 0x91, 0x4f], "名前"],
    ["GB18030", [0xc3, 0xfb], "名"],
    ["us-ascii", [0x41], "A"],
  ])("is %s if the declaration says so", (encoding, text, expected) => {
    expect(parse(bytes(`<?xml version="1.0" encoding="${encoding}"?><r><a>x`, text, "x</a></r>"))).toEqual({
      a: `x${expected}x`,
    });
    expect(
      parse(bytes(`<?xml version='1.0'  encoding = '${encoding}' ?><r><a>x`, text, "x</a></r>")),
    ).toEqual({
      a: `x${expected}x`,
    });
  });

  test("is read from a declaration whose end is beyond the first kilobyte", () => {
    const declaration = `<?xml version="1.0" encoding="windows-1252"${" ".repeat(2000)}?>`;
    expect(parse(bytes(`${declaration}<r><a>`, [0x80], "</a></r>"))).toEqual({ a: "€" });
  });

  test("is not taken from a text that only looks like a declaration", () => {
    expect(parse('<r><a>&lt;?xml encoding="windows-1252"?></a><b>☃</b></r>')).toMatchObject({ b: "☃" });
    expect(parse(bytes('<r>\n<a>☃ encoding="windows-1252"</a></r>'))).toEqual({
      a: '☃ encoding="windows-1252"',
    });
  });

  test.each([
    [
      "a byte that UTF-8 does not have",
      bytes("<r>\n<a>ab", [0xff], "</a></r>"),
      /line 2, column 6: a byte that is not utf-8/,
    ],
    ["an overlong form", bytes("<r>", [0xc0, 0xaf], "</r>"), /line 1, column 4: a byte that is not utf-8/],
    [
      "half of a surrogate pair in UTF-8",
      bytes("<r>", [0xed, 0xa0, 0x80], "</r>"),
      /line 1, column 4: a byte that is not utf-8/,
    ],
    [
      "Latin-1 that is not declared",
      bytes("<r>caf", [0xe9], "</r>"),
      /line 1, column 7: a byte that is not utf-8/,
    ],
    [
      "an end in the middle of a character",
      bytes("<r/>", [0xe2, 0x98]),
      /line 1, column 5: a byte that is not utf-8/,
    ],
    [
      "a byte beyond ASCII",
      bytes('<?xml version="1.0" encoding="us-ascii"?><r>', [0xe9], "</r>"),
      /column 45: a byte that is not us-ascii/,
    ],
    [
      "UTF-16 with half a pair",
      utf16("\ufeff<r>\ud83d</r>", true),
      /line 1, column 4: a byte that is not utf-16le/,
    ],
    [
      "an unknown encoding",
      utf8('<?xml version="1.0" encoding="x-none"?><r/>'),
      /encoding "x-none", which is not known here; save it as UTF-8/,
    ],
    ["UTF-32", bytes([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0]), /encoding "utf-32", which is not known here/],
    [
      "UTF-16 that is only declared",
      utf8('<?xml version="1.0" encoding="utf-16"?><r/>'),
      /declares encoding "utf-16" but is not in it/,
    ],
  ])("%s is refused, with line and column", (_name, document, message) => {
    expect(() => parse(document)).toThrow(FileStructureException);
    expect(() => parse(document)).toThrow(message);
  });

  test("line and column of a bad byte are right far into a document", () => {
    const document = bytes("<r>\n", "é".repeat(70_000), "\r\nab", [0xff], "</r>");
    expect(() => parse(document)).toThrow("line 3, column 3: a byte that is not utf-8");
  });

  test("the declaration in a text that is already decoded is ignored", () => {
    expect(parse('<?xml version="1.0" encoding="x-none"?><r><a>☃</a></r>')).toEqual({ a: "☃" });
  });
});
