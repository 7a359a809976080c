import { FileStructureException } from "@tvb-storage/errors";
import { describe, expect, test } from "vitest";
import { XMLReader } from "../src/index.js";

/** Each document with a part of its message. */
const MALFORMED: readonly (readonly [document: string, message: string])[] = [
  ["", "line 1, column 1: document must contain a root element."],
  ["text", "line 1, column 4: text data outside of root node."],
  ["<r>", "line 1, column 3: unclosed tag: r"],
  ["<r><a></r>", "line 1, column 10: unexpected close tag."],
  ["<r></s>", "line 1, column 7: unexpected close tag."],
  ["<r/><s/>", "line 1, column 7: documents may contain only one root."],
  ["<r/>\nx", "line 2, column 1: text data outside of root node."],
  ["<r", "line 1, column 2: "],
  ["<r>a & b</r>", 'line 1, column 6: an "&" that starts no reference; write "&amp;"'],
  ["<r>\n&nbsp;</r>", "line 2, column 6: undefined entity."],
  ["<r>&constructor;</r>", "undefined entity."],
  ["<r>&nbsp; a & b</r>", "line 1, column 9: undefined entity."],
  ["<r>\n<a>b & c</a>\n<d>e; f</d></r>", 'line 2, column 6: an "&" that starts no reference'],
  ["<r><!-- & --><![CDATA[&]]><?p & ?>&</r>", 'line 1, column 35: an "&" that starts no reference'],
  ["<r><a b='x&y'/></r>", 'line 1, column 11: an "&" that starts no reference'],
  ["<r>&amp</r>", 'line 1, column 4: an "&" that starts no reference'],
  ["<r>&#0;</r>", "malformed character entity."],
  ["<r>&#xD800;</r>", "malformed character entity."],
  ["<r>&#x110000;</r>", "malformed character entity."],
  ["<r>]]></r>", 'the string "]]>" is disallowed in char data.'],
  ["<r>\u0000</r>", "line 1, column 4: disallowed character."],
  ["<r>\n\n \u001b</r>", "line 3, column 2: disallowed character."],
  ["<r>\uffff</r>", "disallowed character."],
  ["<r>\n\ud83d</r>", "line 2, column 1: half of a surrogate pair"],
  ["<r a='1' a='2'/>", "duplicate attribute: a."],
  ["<r a=1/>", "unquoted attribute value."],
  ["<r a/>", "disallowed character in attribute name."],
  ["<r a='<'/>", "disallowed character."],
  ["<r a='1'b='2'/>", "no whitespace between attributes."],
  ["<r><n:a/></r>", 'unbound namespace prefix: "n".'],
  ["<r n:a='1'/>", 'unbound namespace prefix: "n".'],
  ["<r><a:b:c xmlns:a='u'/></r>", "malformed name: a:b:c."],
  ["<r><n:-a xmlns:n='u'/></r>", "malformed name: n:-a."],
  ["<r><1a/></r>", "disallowed character in tag name"],
  ["<r><!-- -- --></r>", "malformed comment."],
  ["<r><!-- ", "line 1, column 8: unclosed tag: r"],
  ["<r><![CDATA[ ", "line 1, column 13: unclosed tag: r"],
  ["<r/><?pi ", "line 1, column 9: unexpected end."],
  [" <?xml version='1.0'?><r/>", "an XML declaration must be at the start of the document."],
  ["<?xml version='2.0'?><r/>", "version number must match"],
  ["<?xml version=''?><r/>", "line 1, column 16: version number must match /^1\\.[0-9]+$/."],
  ["<?xml encoding='utf-8'?><r/>", "line 1, column "],
  ["<?xml version='1.0' standalone='maybe'?><r/>", 'standalone value must match "yes" or "no".'],
  ["<r><![INCLUDE[x]]></r>", "line 1, column "],
  ["<r></r", "line 1, column 6: "],
];

describe("malformed documents", () => {
  test.each(MALFORMED)("%j is refused", (document, message) => {
    for (const form of [document, new TextEncoder().encode(document)]) {
      // Bytes of half a surrogate pair do not exist.
      if (/\p{Surrogate}/u.test(document) && typeof form !== "string") continue;
      let thrown: unknown;
      try {
        XMLReader.parse(form);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(FileStructureException);
      expect(String(thrown)).toContain(message);
      expect(String(thrown)).toMatch(/the XML text, line \d+, column \d+: /);
    }
  });

  test("lines and columns are right beyond the first piece that is parsed", () => {
    const lines = `${"x".repeat(99)}\n`.repeat(5000);
    const document = `<r>\n${lines}<a>😀</b></r>`;
    for (const form of [document, new TextEncoder().encode(document)])
      expect(() => XMLReader.parse(form)).toThrow("line 5002, column 8: unexpected close tag.");
  });
});

const BOMB = `<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY lol "lol">
 ${Array.from({ length: 9 }, (_, n) => `<!ENTITY lol${n} "${`&lol${n === 0 ? "" : n - 1};`.repeat(10)}">`).join("\n ")}
]>
<lolz>&lol8;</lolz>`;

describe("a DOCTYPE", () => {
  test.each([
    ["a bomb of entities", BOMB],
    ["an external entity", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><a>&x;</a></r>'],
    ["an external subset", '<!DOCTYPE r SYSTEM "http://example.org/r.dtd"><r/>'],
    ["parameter entities", '<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><r/>'],
    ["a harmless one", "<!DOCTYPE html><html/>"],
  ])("is refused: %s", (_name, document) => {
    expect(() => XMLReader.parse(document)).toThrow(FileStructureException);
    expect(() => XMLReader.parse(document)).toThrow(/line \d+, column \d+: a DOCTYPE is not allowed/);
  });

  test("one in a comment or a section is text", () => {
    expect(XMLReader.parse("<!-- <!DOCTYPE x> --><r><a><![CDATA[<!DOCTYPE x>]]></a></r>")).toEqual({
      a: "<!DOCTYPE x>",
    });
  });
});
