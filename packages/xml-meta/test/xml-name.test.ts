import { expect, test } from "vitest";
import { itWith, plainPython } from "../../../test/support/judges.js";
import { isXmlName } from "../src/xml-name.js";
import { python } from "./python.js";

test.each(["a", "_", "Data_version", "a-b.c1", "größe", "имя", "名前", "שם", "नाम"])(
  "%s is a name",
  (name) => {
    expect(isXmlName(name)).toBe(true);
  },
);

test.each(["", "1", "-a", ".a", "a b", "a:b", "a\u00d7", "a😀", "a\n"])("%j is none", (name) => {
  expect(isXmlName(name)).toBe(false);
});

itWith(plainPython)("the names are exactly those that Python's expat reads, the colon aside", () => {
  const script = `
import xml.parsers.expat as expat
def reads(text):
    try:
        expat.ParserCreate("utf-8").Parse(text.encode("utf-8"), True)
        return True
    except expat.ExpatError:
        return False
points = [c for c in range(0x21, 0x20000) if not 0xd800 <= c < 0xe000 and chr(c) not in ":/>"]
result = [[c for c in points if reads("<" + chr(c) + "/>")], [c for c in points if reads("<a" + chr(c) + "/>")]]
`;
  const first: number[] = [];
  const rest: number[] = [];
  for (let code = 0x21; code < 0x20000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    if (isXmlName(String.fromCodePoint(code))) first.push(code);
    if (isXmlName(`a${String.fromCodePoint(code)}`)) rest.push(code);
  }
  expect([first, rest]).toEqual(python(script, null));
});
