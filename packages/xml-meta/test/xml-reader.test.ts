import { FileStructureException } from "@tvb-storage/errors";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { XMLReader } from "../src/index.js";
import { fileSystems, type TestDisk } from "./file-systems.js";

const parse = XMLReader.parse;

describe("XMLReader.parse", () => {
  test("gives the text of each element, as a string whatever it looks like", () => {
    expect(
      parse('<tvb_data Data_version="5"><a>True</a><b>1.50</b><c>None</c><d></d><e/></tvb_data>'),
    ).toEqual({
      a: "True",
      b: "1.50",
      c: "None",
      d: "",
      e: "",
    });
  });

  test("an empty root is an empty dictionary, with or without text", () => {
    expect(parse("<tvb_data/>")).toEqual({});
    expect(parse("<tvb_data>text</tvb_data>")).toEqual({});
  });

  test("reads files of TVB 1.x, with the text on lines of its own", () => {
    const old = `<?xml version="1.0" encoding="UTF-8"?>
<tvb_data Data_version="1">
	<name>
		Default_Project
	</name>
	<description>
		two words
		two lines
	</description>
</tvb_data>`;
    expect(parse(old)).toEqual({ name: "Default_Project", description: "two words\n\t\ttwo lines" });
  });

  test("comments, processing instructions and attributes are ignored", () => {
    const text = `<?xml version="1.0"?><!-- <a>no</a> --><?pi don't <a> ?>
<r x="1 > 0"><a y='"'>o<!-- no -->n<?pi "?>e</a><?pi ?></r><!-- end --><?pi ?>`;
    expect(parse(text)).toEqual({ a: "one" });
  });

  test("text and CDATA are joined", () => {
    expect(parse("<r><a>1 &lt; <![CDATA[2 < 3 & &amp; ]]]]><![CDATA[>]]> 4</a></r>")).toEqual({
      a: "1 < 2 < 3 & &amp; ]]> 4",
    });
  });

  test("white space around a text is dropped, as Python's strip does it", () => {
    expect(parse("<r><a>\u00a0 \u2003\u0085 x y \u3000\n</a><b>&#160;</b><c>\ufeff</c></r>")).toEqual({
      a: "x y",
      b: "",
      c: "\ufeff",
    });
  });

  test("line ends become one newline; a carriage return that was escaped stays", () => {
    expect(parse("<r><a>1\r\n2\r3&#13;4</a></r>")).toEqual({ a: "1\n2\n3\r4" });
  });

  test("the five entities and character references are decoded once", () => {
    expect(parse("<r><a>&amp;lt;&lt;&gt;&quot;&apos;&#65;&#x2603;&#x1F600;</a></r>")).toEqual({
      a: "&lt;<>\"'A☃😀",
    });
  });

  test("an element with elements is a nested dictionary, and its text is dropped", () => {
    expect(parse("<r><a>text<b>1</b>more<c><d>2</d></c></a></r>")).toEqual({ a: { b: "1", c: { d: "2" } } });
  });

  test("of equal names the last wins", () => {
    expect(parse("<r><a>1</a><b>2</b><a><c>3</c></a></r>")).toEqual({ a: { c: "3" }, b: "2" });
  });

  test("names with a namespace keep their prefix", () => {
    expect(parse('<r xmlns:n="urn:n" xmlns="urn:d"><n:a>1</n:a><a>2</a></r>')).toEqual({
      "n:a": "1",
      a: "2",
    });
  });

  test("names of Object.prototype's members are ordinary keys and change no object", () => {
    const metadata = parse(
      "<r><__proto__><polluted>1</polluted></__proto__><constructor>2</constructor><toString>3</toString>" +
        "<hasOwnProperty>4</hasOwnProperty><prototype>5</prototype></r>",
    );
    expect(Object.keys(metadata)).toEqual([
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "prototype",
    ]);
    expect(Object.getOwnPropertyDescriptor(metadata, "__proto__")?.value).toEqual({ polluted: "1" });
    expect(metadata["constructor"]).toBe("2");
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect("polluted" in {}).toBe(false);
    expect("polluted" in metadata).toBe(false);
  });

  test("names in every script are read, also with letters that some parsers take for white space", () => {
    expect(parse("<r><größe>1</größe><名前>2</名前><a\u1680b>3</a\u1680b><𝒳>4</𝒳></r>")).toEqual({
      größe: "1",
      名前: "2",
      "a\u1680b": "3",
      𝒳: "4",
    });
  });

  test("a byte order mark before a text is not part of it", () => {
    expect(parse("\ufeff<r><a>1</a></r>")).toEqual({ a: "1" });
    expect(() => parse("\ufeff\ufeff<r/>")).toThrow("line 1, column 1: a second byte order mark");
    expect(() => parse(Buffer.from("\ufeff\ufeff<r/>"))).toThrow(
      "line 1, column 1: a second byte order mark",
    );
    expect(() => parse("\ufeff<r></a>")).toThrow("line 1, column 7: unexpected close tag.");
    expect(() => parse(Buffer.from("\ufeff<r></a>"))).toThrow("line 1, column 7: unexpected close tag.");
  });

  test("XML 1.1 is read by the rules of 1.0", () => {
    expect(parse('<?xml version="1.1"?><r><a>1</a></r>')).toEqual({ a: "1" });
    expect(() => parse('<?xml version="1.1"?><r><a>&#1;</a></r>')).toThrow(/malformed character entity/);
  });

  test("anything but text and bytes is refused", () => {
    // The types forbid it; plain JavaScript does not.
    for (const wrong of [undefined, null, 5, {}])
      expect(() => parse(wrong as unknown as string)).toThrow(FileStructureException);
  });
});

describe.each(fileSystems)("XMLReader.readMetadataFromXml, %s", (_name, open) => {
  let disk: TestDisk;
  let path: string;
  beforeEach(() => {
    disk = open();
    path = `${disk.folder}/Project.xml`;
  });
  afterEach(() => disk.remove());
  const read = (from = path, limits = {}) =>
    new XMLReader(from, { fs: disk.fs, limits }).readMetadataFromXml();

  test("reads a file", async () => {
    disk.fs.writeFileSync(path, '<tvb_data Data_version="5">\n\t<name>x</name>\n</tvb_data>\n');
    expect(await read()).toEqual({ name: "x" });
  });

  test("reads a file that is decoded in pieces, with characters across their borders", async () => {
    const text = "a☃😀".repeat(50_000);
    disk.fs.writeFileSync(path, `<r><t>${text}</t></r>`);
    expect(await read()).toEqual({ t: text });
  });

  test("a missing file, a folder and an empty file are FileStructureExceptions that name the file", async () => {
    await expect(read()).rejects.toThrow(`the XML file ${path} does not exist`);
    await expect(read()).rejects.toThrow(FileStructureException);
    await expect(read(disk.folder)).rejects.toThrow(`the XML file ${disk.folder} is a folder, not a file`);
    disk.fs.writeFileSync(path, "");
    await expect(read()).rejects.toThrow(`${path}, line 1, column 1: document must contain a root element`);
  });

  test("an error in the document names file, line and column", async () => {
    disk.fs.writeFileSync(path, "<r>\n\t<a>1</b>\n</r>");
    await expect(read()).rejects.toThrow(`the XML file ${path}, line 2, column 9: unexpected close tag.`);
  });

  test("a file beyond the limit of bytes is not read", async () => {
    disk.fs.writeFileSync(path, "<r><a>12345</a></r>");
    expect(await read(path, { bytes: 19 })).toEqual({ a: "12345" });
    await expect(read(path, { bytes: 18 })).rejects.toThrow(
      `the XML file ${path} has 19 bytes, more than limits.bytes allows (18)`,
    );
  });
});
