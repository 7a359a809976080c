import { deflateRawSync } from "node:zlib";
import type { ZipLimits } from "../../src/index.js";
import { extraField, type RawEntry, rawZip, u64, unicodePath } from "./raw-zip.js";

export interface HostileArchive {
  readonly title: string;
  readonly bytes: Buffer;
  /** What the message has to say. */
  readonly refusal: RegExp;
  readonly limits?: ZipLimits;
}

const good: RawEntry = { name: "honest.txt", data: "honest" };

/** Each with an honest entry before it, which must not be written either. */
function withEntry(title: string, entry: RawEntry, refusal: RegExp, limits?: ZipLimits): HostileArchive {
  return { title, bytes: rawZip([good, entry]), refusal, ...(limits === undefined ? {} : { limits }) };
}

function named(title: string, name: string | Buffer, refusal: RegExp): HostileArchive {
  return withEntry(title, { name, data: "evil" }, refusal);
}

const outside = /leads out of the folder/;

const names: HostileArchive[] = [
  named("a name that goes up", "../evil.txt", outside),
  named("a name that goes up several times", "../../../../tmp/evil.txt", outside),
  named("a name that goes up in the middle", "a/../../evil.txt", outside),
  named("a name that goes up and comes back", "a/../evil.txt", outside),
  named("a name that ends with going up", "a/..", outside),
  named("a name that is only going up", "..", outside),
  named("a folder that goes up", "../evil/", outside),
  named("a name that goes up after ./", "./../evil.txt", outside),
  named("an absolute name", "/etc/evil.txt", /absolute path/),
  named("an absolute name with two slashes", "//server/share/evil.txt", /absolute path/),
  named("a name with a drive letter", "C:/evil.txt", /drive letter/),
  named("a name relative to a drive", "c:evil.txt", /drive letter/),
  named("a name that goes up with backslashes", "..\\evil.txt", /backslash/),
  named("an absolute name with a backslash", "\\evil.txt", /backslash/),
  named("a share of Windows", "\\\\server\\share\\evil.txt", /backslash/),
  named("a drive with backslashes", "C:\\evil.txt", /backslash/),
  named("a backslash in the middle", "a\\b.txt", /backslash/),
  named("mixed separators that go up", "a/..\\..\\evil.txt", /backslash/),
  named("a NUL that hides the end of the name", "evil.txt\0.png", /NUL/),
  named("a NUL that hides going up", "a/..\0/evil.txt", /NUL/),
  named("no name", "", /no name/),
  named(
    "a name that is longer than any path",
    `${"a/".repeat(32_000)}evil.txt`,
    /64008 bytes, more than the 4096/,
  ),
  named("a name that is the folder itself", ".", /that of a folder/),
  named(
    "a name that is not UTF-8 though it says so",
    Buffer.from([0x61, 0xc0, 0xae, 0x2f, 0x62]),
    /not UTF-8/,
  ),
  withEntry(
    "a Unicode path field that goes up, under an honest name",
    {
      name: "fine.txt",
      data: "evil",
      flags: 0,
      extra: unicodePath("fine.txt", Buffer.from("../evil.txt")),
    },
    outside,
  ),
  withEntry(
    "a Unicode path field that is not UTF-8",
    { name: "fine.txt", data: "evil", flags: 0, extra: unicodePath("fine.txt", Buffer.from([0x61, 0xff])) },
    /not UTF-8, as its Unicode path field says/,
  ),
  withEntry(
    "a backslash of a tool of DOS",
    { name: "a\\b.txt", data: "evil", flags: 0, host: 0 },
    /made by a tool of DOS or Windows.*\{ backslashes: "separator" \}/,
  ),
];

const kinds: HostileArchive[] = [
  withEntry(
    "a symbolic link",
    { name: "link", data: "/etc/passwd", mode: 0o120777 },
    /"link".*symbolic link/,
  ),
  withEntry(
    "a stored symbolic link",
    { name: "link", data: "..", mode: 0o120777, method: 0 },
    /symbolic link/,
  ),
  withEntry(
    "a symbolic link of another host",
    { name: "link", data: "..", mode: 0o120777, host: 0 },
    /symbolic link/,
  ),
  withEntry(
    "a link that looks like a folder",
    { name: "link/", data: "..", mode: 0o120777 },
    /symbolic link/,
  ),
  {
    title: "a link and a file behind it",
    bytes: rawZip([good, { name: "d", data: "/tmp", mode: 0o120777 }, { name: "d/evil.txt", data: "evil" }]),
    refusal: /symbolic link/,
  },
  withEntry("a device", { name: "null", data: "", mode: 0o020666 }, /by its mode/),
  withEntry("a pipe that is a folder by name", { name: "pipe/", data: "", mode: 0o010644 }, /by its mode/),
  withEntry("a socket", { name: "socket", data: "", mode: 0o140644 }, /by its mode/),
  withEntry(
    "a folder by mode and a file by name",
    { name: "folder", data: "", mode: 0o040755 },
    /by its mode/,
  ),
];

function clashing(title: string, first: string, second: string, refusal: RegExp): HostileArchive {
  return { title, bytes: rawZip([good, { name: first, data: "1" }, { name: second, data: "2" }]), refusal };
}

const clashes: HostileArchive[] = [
  clashing("two files of one name", "a.txt", "a.txt", /two files called "a.txt"/),
  clashing("two spellings of one path", "d/a.txt", "d//./a.txt", /two files called "d\/a.txt"/),
  clashing("names that differ in case", "Data.h5", "data.H5", /differs only in case/),
  clashing("folders that differ in case", "Data/a", "data/b", /differs only in case/),
  clashing("names that differ in case beyond ASCII", "É.txt", "é.txt", /differs only in case/),
  clashing("names that differ in how accents are composed", "\u00e9.txt", "e\u0301.txt", /case or accents/),
  clashing("a file and a folder of one name", "a", "a/b", /a file and a folder/),
  clashing("a folder and a file of one name", "a/b", "a", /a file and a folder/),
  clashing("a file and a folder, by another case", "A/b", "a", /differs only in case/),
];

const zeros = Buffer.alloc(2_000_000);
const packedZeros = deflateRawSync(zeros, { level: 9 });

const bombs: HostileArchive[] = [
  withEntry("more than the limit of the ratio", { name: "z", data: zeros }, /"z".*limit `ratio` of 100/, {
    ratio: 100,
  }),
  withEntry(
    "a claim beyond what deflate can do",
    { name: "z", data: "x", size: 2 ** 31 },
    /limit `ratio` of 1100/,
  ),
  withEntry("more than the limit of bytes", { name: "z", data: zeros }, /limit `totalBytes` of 1000000/, {
    totalBytes: 1_000_000,
  }),
  {
    title: "more than the limit of bytes, all entries together",
    bytes: rawZip(Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, data: "x".repeat(100) }))),
    refusal: /"10".*limit `totalBytes` of 1000\b/,
    limits: { totalBytes: 1000 },
  },
  {
    title: "many more folders than entries",
    bytes: rawZip(Array.from({ length: 5 }, (_, i) => ({ name: `${i}/${"f/".repeat(1_000)}x`, data: "" }))),
    refusal: /"2\/f.*would make 3\d\d\d folders.*limit `entries` of 10\b/,
    limits: { entries: 10 },
  },
  {
    title: "more than the limit of entries",
    bytes: rawZip(Array.from({ length: 11 }, (_, i) => ({ name: `${i}`, data: "" }))),
    refusal: /11 entries, more than the limit `entries` of 10/,
    limits: { entries: 10 },
  },
  withEntry(
    "an entry that is larger than it says",
    { name: "z", data: zeros, size: 100 },
    /"z".*more than its 100 bytes/,
  ),
  withEntry(
    "a large entry that is larger than it says",
    { name: "z", data: Buffer.alloc(10_000_000), size: 9_000_000 },
    /"z".*more than its 9000000 bytes/,
  ),
  {
    title: "entries that share their data",
    bytes: rawZip([
      { name: "a", data: zeros },
      { name: "b", data: zeros, local: null, offset: 0 },
    ]),
    refusal: /overlaps/,
  },
  {
    title: "an entry within the data of another",
    bytes: (() => {
      const inner = rawZip([{ name: "b", data: "inner" }]);
      return rawZip([
        { name: "a", data: inner, method: 0 },
        { name: "b", data: "inner", local: null, offset: 31 },
      ]);
    })(),
    refusal: /"a" overlaps with the entry "b"/,
  },
  {
    title: "an entry that reaches into the central directory",
    bytes: rawZip([{ name: "a", data: "x".repeat(50), method: 0, size: 60, compressedSize: 60 }]),
    refusal: /overlaps with the central directory/,
  },
  {
    title: "an entry whose local header is longer than there is room",
    // The length of the extra field, at byte 28 of the first local header, becomes 9.
    bytes: rawZip([{ name: "a", data: "x" }, good]).fill(9, 28, 29),
    refusal: /"a".*overlaps with what follows/,
  },
];

const damaged: HostileArchive[] = [
  withEntry("a wrong CRC", { name: "x", data: "text", crc: 0x12345678 }, /"x".*CRC 12345678/),
  withEntry("a wrong CRC of a stored entry", { name: "x", data: "text", method: 0, crc: 1 }, /"x".*CRC 1,/),
  withEntry(
    "a wrong CRC of a large entry",
    { name: "x", data: Buffer.alloc(9_000_000), crc: 7 },
    /"x".*CRC 7, found/,
  ),
  withEntry(
    "an entry that is shorter than it says",
    { name: "x", data: "text", size: 5 },
    /"x".*expected 5 bytes, found 4/,
  ),
  withEntry(
    "data that are no deflate stream",
    { name: "x", data: "text", packed: Buffer.from("ffffff", "hex") },
    /"x".*damaged/,
  ),
  withEntry(
    "a deflate stream that breaks off",
    { name: "x", data: zeros, packed: packedZeros.subarray(0, -20) },
    /"x".*damaged \(Z_BUF_ERROR\)/,
  ),
  withEntry(
    "something hidden after the deflate stream",
    { name: "x", data: zeros, packed: Buffer.concat([packedZeros, Buffer.from("hidden")]) },
    /"x".*end after/,
  ),
  withEntry("encryption", { name: "x", data: "text", flags: 0x801 }, /"x".*encrypted/),
  withEntry("strong encryption", { name: "x", data: "text", flags: 0x841 }, /entry 2 of 2.*encryption/),
  withEntry("a masked header", { name: "x", data: "text", flags: 0x2800 }, /"x".*encrypted/),
  withEntry(
    "encryption that only the local header tells",
    { name: "x", data: "text", local: { flags: 0x801 } },
    /disagree about its encryption/,
  ),
  withEntry(
    "a compression method that is not known",
    { name: "x", data: "text", method: 99 },
    /"x".*method 99/,
  ),
  withEntry(
    "another name in the local header",
    { name: "x.txt", data: "text", local: { name: "y.txt" } },
    /"x.txt".*disagree about its name/,
  ),
  withEntry(
    "a longer name in the local header",
    { name: "x", data: "text", local: { name: "x/../y" } },
    /disagree about its name|overlap/,
  ),
  withEntry(
    "another method in the local header",
    { name: "x", data: "text", local: { method: 0 } },
    /disagree about its compression method/,
  ),
  withEntry(
    "another size in the local header",
    { name: "x", data: "text", local: { size: 5 } },
    /disagree about its size/,
  ),
  withEntry(
    "another packed size in the local header",
    { name: "x", data: "text", local: { compressedSize: 5 } },
    /disagree about its compressed size/,
  ),
  withEntry(
    "another CRC in the local header",
    { name: "x", data: "text", local: { crc: 5 } },
    /disagree about its CRC/,
  ),
  withEntry(
    "no local header where it should be",
    { name: "x", data: "text", local: { signature: 0x11223344 } },
    /"x".*no local header/,
  ),
  withEntry(
    "stored sizes that differ",
    { name: "x", data: "text", method: 0, size: 5 },
    /entry 2 of 2.*size mismatch/,
  ),
  withEntry(
    "an extra field that is longer than there is",
    { name: "x", data: "text", extra: Buffer.from("01000900", "hex") },
    /entry 2 of 2.*extra field/,
  ),
  withEntry(
    "a ZIP64 field that is missing its size",
    { name: "x", data: "text", size: 0xffffffff, extra: extraField(1, Buffer.alloc(0)) },
    /entry 2 of 2.*zip64/,
  ),
  withEntry(
    "a ZIP64 offset beyond the file",
    { name: "x", data: "text", offset: 0xffffffff, extra: extraField(1, u64(2 ** 40)) },
    /overlaps with/,
  ),
];

const whole = rawZip([good, { name: "b.txt", data: "more of it" }]);
const fake = rawZip([{ name: "other.txt", data: "another reading" }]);

const broken: HostileArchive[] = [
  { title: "an empty file", bytes: Buffer.alloc(0), refusal: /cannot open the archive/ },
  { title: "no ZIP archive", bytes: Buffer.from("HDF".repeat(100)), refusal: /not a zip file/i },
  {
    title: "an archive that lost its end",
    bytes: whole.subarray(0, -10),
    refusal: /not a zip file|truncated/i,
  },
  {
    title: "an archive that lost its central directory",
    bytes: whole.subarray(0, 50),
    refusal: /truncated/i,
  },
  {
    title: "an archive that lost its start",
    bytes: whole.subarray(20),
    refusal: /truncated.*directory at byte/,
  },
  {
    title: "fewer entries than the directory has",
    bytes: rawZip([good, { name: "b" }], { count: 1 }),
    refusal: /end record/,
  },
  {
    title: "more entries than the directory has",
    bytes: rawZip([good], { count: 2 }),
    refusal: /1 entries, its end record says 2/,
  },
  {
    title: "a directory size that is not true",
    bytes: rawZip([good], { directorySize: 10 }),
    refusal: /expected the central directory at byte/,
  },
  {
    title: "a directory offset beyond the file",
    bytes: rawZip([good], { directoryOffset: 1e9 }),
    refusal: /directory at byte 1000000000 or later/,
  },
  {
    title: "a directory offset into the data",
    bytes: rawZip([good], { directoryOffset: 0 }),
    refusal: /entry "honest.txt".*no local header|overlaps/,
  },
  { title: "an archive of several disks", bytes: rawZip([good], { disk: 1 }), refusal: /multi-disk/ },
  {
    title: "something between the directory and its end",
    bytes: rawZip([good], { between: Buffer.alloc(100) }),
    refusal: /expected the central directory at byte/,
  },
  {
    title: "a second archive in the comment of the first",
    bytes: rawZip([good], { comment: fake }),
    refusal: /expected one archive in the file/,
  },
  {
    title: "two archives, one after the other",
    bytes: Buffer.concat([whole, fake]),
    refusal: /expected one archive/,
  },
  {
    title: "two archives with something between them and after them",
    bytes: Buffer.concat([whole, Buffer.alloc(100_000), fake, Buffer.from("\n")]),
    refusal: /expected one archive/,
  },
  {
    title: "two numbers of entries in its end record",
    bytes: rawZip([good], { countOnDisk: 2 }),
    refusal: /contradicts itself.*found 2 and 1/,
  },
  {
    title: "a directory on another disk",
    bytes: rawZip([good], { directoryDisk: 1 }),
    refusal: /multi-disk archive \(disk 0, its directory on disk 1\)/,
  },
  {
    title: "two end records that contradict each other",
    bytes: rawZip([good], { zip64: true, shortCount: 2 }),
    refusal: /two end records contradict each other.*found 2 and 1/,
  },
  {
    title: "more than a thousand end records before it",
    bytes: rawZip([good], { before: Buffer.from("PK\x05\x06".repeat(6000)), directoryOffset: 0 }),
    refusal: /more than 1000 end records|expected the central directory/,
  },
  {
    title: "a ZIP64 record with another directory size",
    bytes: rawZip([good], { zip64: true, directorySize: 10 }),
    refusal: /contradict each other/,
  },
  {
    title: "a ZIP64 record that counts more entries than there are bytes",
    bytes: rawZip([good], { zip64: true, count: 2 ** 40 }),
    refusal: /more than the limit `entries`/,
  },
];

export const hostileArchives: readonly HostileArchive[] = [
  ...names,
  ...kinds,
  ...clashes,
  ...bombs,
  ...damaged,
  ...broken,
];
