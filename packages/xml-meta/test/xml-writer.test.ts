import { runInNewContext } from "node:vm";
import { FileStructureException } from "@tvb-storage/errors";
import { DateTime, type XmlInput } from "@tvb-storage/files";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { XMLReader, XMLWriter } from "../src/index.js";
import { fileSystems, type TestDisk } from "./file-systems.js";

const written = (entity: XmlInput) => new XMLWriter(entity).toString();

/** What is between the tags of the one key. */
function textOf(value: unknown): string {
  const lines = written({ key: value }).split("\n");
  expect(lines).toHaveLength(5);
  return lines[2]?.replace(/^\t<key>(.*)<\/key>$/, "$1") ?? "";
}

describe("XMLWriter", () => {
  test("writes byte for byte what the Python original writes", () => {
    const entity = {
      name: 'P <1> & "q"',
      flag: true,
      none: null,
      lst: [1, "a", null, true, 2.5],
      when: new DateTime(new Date(2024, 1, 27, 15, 11, 16, 101), 101258),
      uni: "naïve ☃",
      empty: "",
    };
    expect(written(entity)).toBe(`<?xml version="1.0" ?>
<tvb_data Data_version="5">
	<name>P &lt;1&gt; &amp; &quot;q&quot;</name>
	<flag>True</flag>
	<none>None</none>
	<lst>[1, &quot;a&quot;, null, true, 2.5]</lst>
	<when>2024-02-27 15:11:16.101258</when>
	<uni>naïve ☃</uni>
	<empty></empty>
</tvb_data>
`);
  });

  test("an empty dictionary is an empty root", () => {
    expect(written({})).toBe('<?xml version="1.0" ?>\n<tvb_data Data_version="5"/>\n');
  });

  test("the root's version can be chosen", () => {
    expect(new XMLWriter({}, { dataVersion: 7 }).toString()).toContain('Data_version="7"');
    expect(() => new XMLWriter({}, { dataVersion: 1.5 })).toThrow(
      /dataVersion of XMLWriter must be a whole number; found 1.5/,
    );
  });

  test.each([
    [true, "True"],
    [false, "False"],
    [null, "None"],
    [0, "0"],
    [-7, "-7"],
    [2.5, "2.5"],
    [-0, "-0.0"],
    [1e-5, "1e-05"],
    [1e16, "1e+16"],
    [Number.NaN, "nan"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [12345678901234567890n, "12345678901234567890"],
    [new Date(2024, 0, 2, 3, 4, 5, 6), "2024-01-02 03:04:05.006000"],
    [new Date(2024, 1, 27, 15, 11, 16), "2024-02-27 15:11:16"],
    [new DateTime(new Date(2024, 1, 27, 15, 11, 16), 1), "2024-02-27 15:11:16.000001"],
    ["don't", "don't"],
    ["two\n\tlines", "two\n\tlines"],
  ])("%s is written as %s", (value, text) => {
    expect(written({ key: value })).toBe(
      `<?xml version="1.0" ?>\n<tvb_data Data_version="5">\n\t<key>${text}</key>\n</tvb_data>\n`,
    );
  });

  test("lists are JSON with Python's separators, and ASCII only", () => {
    expect(textOf([])).toBe("[]");
    expect(textOf([[1, 2], [3.25]])).toBe("[[1, 2], [3.25]]");
    expect(textOf(["☃", "😀", "\n", "\u007f"])).toBe(
      "[&quot;\\u2603&quot;, &quot;\\ud83d\\ude00&quot;, &quot;\\n&quot;, &quot;\\u007f&quot;]",
    );
    expect(textOf([Number.NaN, Number.POSITIVE_INFINITY, 1e-7, 10n])).toBe("[NaN, Infinity, 1e-07, 10]");
    expect(textOf([new Date(2024, 0, 2)])).toBe("[&quot;2024-01-02 00:00:00&quot;]");
  });

  test("dates of another realm are dates", () => {
    expect(textOf(runInNewContext("new Date(2024, 0, 2)"))).toBe("2024-01-02 00:00:00");
    expect(textOf([runInNewContext("new Date(2024, 0, 2)")])).toBe("[&quot;2024-01-02 00:00:00&quot;]");
  });

  test("typed arrays are lists", () => {
    expect(textOf(new Float32Array([1.5, 2]))).toBe("[1.5, 2]");
    expect(textOf(new BigInt64Array([1n, -2n]))).toBe("[1, -2]");
  });

  test("nested dictionaries are JSON objects", () => {
    expect(textOf({ a: 1, b: { c: [true] } })).toBe(
      "{&quot;a&quot;: 1, &quot;b&quot;: {&quot;c&quot;: [true]}}",
    );
    expect(textOf(Object.assign(Object.create(null), { a: "x" }))).toBe("{&quot;a&quot;: &quot;x&quot;}");
  });

  test("names of Object.prototype's members are ordinary keys", () => {
    const entity = JSON.parse('{"__proto__": "p", "constructor": "c"}') as XmlInput; // JSON.parse gives `any`
    expect(written(entity)).toContain("\t<__proto__>p</__proto__>\n\t<constructor>c</constructor>\n");
  });

  test.each([
    ["undefined", undefined, /key "key": undefined cannot be written.*use null/],
    ["a function", () => 1, /key "key": function cannot be written/],
    ["undefined in a list", [1, undefined], /key "key"\[1\]: undefined cannot/],
    ["an object with a class", { a: new Map() }, /key "key"\.a: an object of class Map cannot be written/],
    ["an invalid date", new Date(Number.NaN), /key "key": the date cannot be written: Invalid Date/],
    ["a NUL", "a\0", /key "key": the text has U\+0000 at position 1, which XML cannot hold/],
    ["a control character", "\u001b", /U\+001B at position 0/],
    ["half of a surrogate pair", "x\ud83d", /U\+D83D at position 1/],
    ["U+FFFF", "\uffff", /U\+FFFF/],
  ])("%s is refused, with the key", (_name, value, message) => {
    expect(() => written({ key: value })).toThrow(FileStructureException);
    expect(() => written({ key: value })).toThrow(message);
  });

  test("a value that contains itself is refused", () => {
    const list: unknown[] = [];
    list.push(list);
    expect(() => written({ key: list })).toThrow(/nested deeper than 256 levels; does it contain itself/);
  });

  test.each(["", "a b", "1a", "-a", "a<b", "ns:a", "a/b", "a\n", "é̲😀", "𝒳"])(
    "the key %j is refused as no XML name",
    (key) => {
      expect(() => written({ [key]: 1 })).toThrow(FileStructureException);
      expect(() => written({ [key]: 1 })).toThrow(/is no XML name/);
    },
  );

  test("what is no dictionary is refused", () => {
    const wrong: unknown[] = [null, [], "text", 1];
    // The types forbid it; plain JavaScript does not.
    for (const entity of wrong)
      expect(() => new XMLWriter(entity as XmlInput)).toThrow(/must be a dictionary/);
  });

  test("has the names of the original", () => {
    expect(XMLWriter.ELEM_ROOT).toBe("tvb_data");
    expect(XMLWriter.FILE_EXTENSION).toBe(".xml");
  });
});

describe.each(fileSystems)("XMLWriter.writeMetadataInXml, %s", (_name, open) => {
  let disk: TestDisk;
  let path: string;
  beforeEach(() => {
    disk = open();
    path = `${disk.folder}/Project.xml`;
  });
  afterEach(() => disk.remove());

  const write = (entity: XmlInput, to = path) =>
    new XMLWriter(entity, { fs: disk.fs }).writeMetadataInXml(to);

  test("writes UTF-8 that XMLReader reads", async () => {
    await write({ name: "naïve ☃ 😀" });
    expect(disk.fs.readFileSync(path, "utf8")).toBe(
      '<?xml version="1.0" ?>\n<tvb_data Data_version="5">\n\t<name>naïve ☃ 😀</name>\n</tvb_data>\n',
    );
    expect(await new XMLReader(path, { fs: disk.fs }).readMetadataFromXml()).toEqual({ name: "naïve ☃ 😀" });
  });

  test("replaces a file, keeps its mode, and leaves nothing else behind", async () => {
    await write({ name: "a long first version" });
    disk.fs.chmodSync(path, 0o600);
    await write({ a: 1 });
    expect(disk.fs.readFileSync(path, "utf8")).toContain("<a>1</a>");
    expect(Number((await disk.fs.promises.stat(path)).mode) & 0o777).toBe(0o600);
    expect(disk.fs.readdirSync(disk.folder)).toEqual(["Project.xml"]);
  });

  test("a value that cannot be written leaves the file as it was", async () => {
    await write({ a: 1 });
    await expect(write({ a: undefined })).rejects.toThrow(/key "a": undefined/);
    expect(disk.fs.readFileSync(path, "utf8")).toContain("<a>1</a>");
  });

  test("a folder that is missing, or in the file's place, is a FileStructureException", async () => {
    await expect(write({}, `${disk.folder}/no/P.xml`)).rejects.toThrow(
      `cannot write the XML file ${disk.folder}/no/P.xml: there is no folder ${disk.folder}/no; create it first (ENOENT)`,
    );
    await expect(write({}, `${disk.folder}/no/P.xml`)).rejects.toThrow(FileStructureException);
    disk.fs.mkdirSync(path);
    await expect(write({})).rejects.toThrow(/Project.xml: it is a folder/);
    expect(disk.fs.readdirSync(disk.folder)).toEqual(["Project.xml"]);
  });
});
