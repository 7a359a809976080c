import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { describeWith, zip as infoZip } from "../../../test/support/judges.js";
import { TvbZip } from "../src/index.js";
import { extraField, type RawEntry, rawZip, u64 } from "./support/raw-zip.js";
import { describeOnBoth, diskWorld, harvest, plant, type World } from "./support/world.js";

async function unpacked(place: World, bytes: Buffer): Promise<Record<string, string>> {
  const { fs, root } = place;
  plant(place, { "odd.zip": bytes });
  const zip = await TvbZip.open(`${root}/odd.zip`, "r", { fs });
  await zip.unpackZip(`${root}/out`);
  await zip.close();
  return harvest(fs, `${root}/out`);
}

const zeros = Buffer.alloc(20 * 1024 * 1024);
const long = `${"a".repeat(200)}/${"b".repeat(200)}/${"c".repeat(250)}`;

const odd: readonly { title: string; bytes: Buffer; tree: Record<string, string> }[] = [
  { title: "no entries", bytes: rawZip([]), tree: {} },
  {
    title: "zeros, a thousand to one",
    bytes: rawZip([{ name: "z.h5", data: zeros }]),
    tree: { "z.h5": zeros.toString("latin1") },
  },
  { title: "a percent sign", bytes: rawZip([{ name: "100%.txt", data: "x" }]), tree: { "100%.txt": "x" } },
  {
    title: "what would be escapes in a URL",
    bytes: rawZip([{ name: "%2e%2e/a%00b", data: "x" }]),
    tree: { "%2e%2e/a%00b": "x" },
  },
  {
    title: "dots that are not parents",
    bytes: rawZip([
      { name: "...", data: "x" },
      { name: "..a/b..", data: "y" },
      { name: ".h", data: "z" },
    ]),
    tree: { "...": "x", "..a/b..": "y", ".h": "z" },
  },
  {
    title: "a leading ./ and doubled slashes",
    bytes: rawZip([{ name: "./" }, { name: "./a//b.txt", data: "x" }]),
    tree: { "a/b.txt": "x" },
  },
  { title: "long names", bytes: rawZip([{ name: long, data: "x" }]), tree: { [long]: "x" } },
  {
    title: "names of several scripts",
    bytes: rawZip([
      { name: "脑/мозг/דאטה.txt", data: "x" },
      { name: "🧠.txt", data: "y" },
    ]),
    tree: { "脑/мозг/דאטה.txt": "x", "🧠.txt": "y" },
  },
  {
    title: "UTF-8 without its flag, as macOS writes",
    bytes: rawZip([{ name: "für.txt", data: "x", flags: 0, host: 3 }]),
    tree: { "für.txt": "x" },
  },
  {
    title: "code page 437, as DOS wrote",
    bytes: rawZip([{ name: Buffer.from([0x66, 0x81, 0x72]), data: "x", flags: 0, host: 0 }]),
    tree: { für: "x" },
  },
  {
    title: "code page 437 of a Unix host",
    bytes: rawZip([{ name: Buffer.from([0x66, 0x81, 0x72]), data: "x", flags: 0, host: 3 }]),
    tree: { für: "x" },
  },
  {
    title: "a line feed and quotes in a name",
    bytes: rawZip([
      { name: 'a\n"b".txt', data: "x" },
      { name: "Icon\r", data: "" },
    ]),
    tree: { 'a\n"b".txt': "x", "Icon\r": "" },
  },
  {
    title: "a byte order mark in a name",
    bytes: rawZip([{ name: "\ufeffa", data: "x" }]),
    tree: { "\ufeffa": "x" },
  },
  {
    title: "what the Finder adds",
    bytes: rawZip([
      { name: "a", data: "x" },
      { name: "__MACOSX/._a", data: "attributes" },
      { name: "d/.DS_Store", data: "view" },
      { name: ".DS_Store", data: "view" },
    ]),
    tree: { a: "x" },
  },
  {
    title: "empty folders",
    bytes: rawZip([{ name: "empty/" }, { name: "d/" }, { name: "d/e/" }, { name: "d/a", data: "x" }]),
    tree: { "empty/": "", "d/a": "x", "d/e/": "" },
  },
  {
    title: "a folder told after its file, and twice",
    bytes: rawZip([{ name: "d/a", data: "x" }, { name: "d/" }, { name: "d/" }]),
    tree: { "d/a": "x" },
  },
  {
    title: "stored entries",
    bytes: rawZip([
      { name: "a", data: "stored", method: 0 },
      { name: "e", data: "", method: 0 },
    ]),
    tree: { a: "stored", e: "" },
  },
  {
    title: "a mode without a type",
    bytes: rawZip([
      { name: "a", data: "x", mode: 0o600 },
      { name: "b", data: "y", mode: 0 },
    ]),
    tree: { a: "x", b: "y" },
  },
  {
    title: "an impossible date",
    bytes: rawZip([{ name: "a", data: "x", date: 0, time: 0xffff }]),
    tree: { a: "x" },
  },
  {
    title: "data descriptors, as streams are archived",
    bytes: rawZip([streamed("a", "first"), streamed("b", "second")]),
    tree: { a: "first", b: "second" },
  },
  {
    title: "bytes before the first entry",
    bytes: rawZip([{ name: "a", data: "x" }], { before: Buffer.from("#!/bin/sh\nexit\n") }),
    tree: { a: "x" },
  },
  {
    title: "unused bytes between entries and directory",
    bytes: rawZip([{ name: "a", data: "x" }], { gap: Buffer.alloc(70_000) }),
    tree: { a: "x" },
  },
  {
    title: "a comment",
    bytes: rawZip([{ name: "a", data: "x" }], { comment: Buffer.from("made by hand") }),
    tree: { a: "x" },
  },
  {
    title: "ZIP64 records without need",
    bytes: rawZip([{ name: "a", data: "x" }], { zip64: true }),
    tree: { a: "x" },
  },
  {
    title: "ZIP64 sizes without need",
    bytes: rawZip([zip64Entry("a", "sixty-four")]),
    tree: { a: "sixty-four" },
  },
  { title: "entries listed in another order than they lie", bytes: reordered(), tree: { a: "1", b: "2" } },
  {
    title: "an extra field that nobody knows",
    bytes: rawZip([
      {
        name: "a",
        data: "x",
        extra: extraField(0xcafe, Buffer.alloc(9)),
        local: { extra: extraField(0xbabe, Buffer.alloc(300)) },
      },
    ]),
    tree: { a: "x" },
  },
];

function streamed(name: string, data: string): RawEntry {
  return {
    name,
    data,
    flags: 0x808,
    local: { crc: 0, size: 0, compressedSize: 0 },
    descriptor: Buffer.alloc(16),
  };
}

function zip64Entry(name: string, data: string): RawEntry {
  const packed = deflateRawSync(Buffer.from(data), { level: 9 });
  const sizes = extraField(1, Buffer.concat([u64(data.length), u64(packed.length)]));
  return {
    name,
    data,
    packed,
    size: 0xffffffff,
    compressedSize: 0xffffffff,
    extra: sizes,
    local: { extra: sizes },
  };
}

function reordered(): Buffer {
  const first: RawEntry = { name: "a", data: "1", method: 0 };
  const second: RawEntry = { name: "b", data: "2", method: 0 };
  // Each has 30 bytes of header, a name of 1 and data of 1.
  const lying = rawZip([second, first]);
  const listing = rawZip([
    { ...first, offset: 32 },
    { ...second, offset: 0 },
  ]);
  return Buffer.concat([lying.subarray(0, 64), listing.subarray(64)]);
}

it("has at least twenty honest archives", () => {
  expect(odd.length).toBeGreaterThanOrEqual(20);
});

describeOnBoth("an honest archive is unpacked, however odd", (world) => {
  for (const { title, bytes, tree } of odd) {
    it(title, async () => {
      const place = world();
      expect(await unpacked(place, bytes)).toEqual(tree);
    });
  }
});

describeWith(infoZip)("what Info-ZIP's zip writes", () => {
  const sources = {
    "a.txt": "plain",
    "für/脑.txt": "names",
    "100%.txt": "%",
    "z.h5": Buffer.alloc(3_000_000),
    "d/empty": "",
  };
  const tree = {
    "a.txt": "plain",
    "für/脑.txt": "names",
    "100%.txt": "%",
    "z.h5": "\0".repeat(3_000_000),
    "d/empty": "",
  };
  const ways: Record<string, string[]> = {
    "with folders": ["-rq"],
    "without folders": ["-rqD"],
    stored: ["-rq0"],
    "at the best level": ["-rq9"],
    "with ZIP64 forced": ["-rq", "-fz"],
    "without extra fields": ["-rqX"],
    "as to a stream": ["-rq", "-fd"],
  };
  for (const [way, options] of Object.entries(ways)) {
    it(`${way} is unpacked`, async () => {
      const place = diskWorld();
      plant({ ...place, root: `${place.root}/src` }, sources);
      execFileSync(infoZip.command, [...options, "../made.zip", "."], { cwd: `${place.root}/src` });
      const zip = await TvbZip.open(`${place.root}/made.zip`, "r");
      await zip.unpackZip(`${place.root}/out`);
      await zip.close();
      expect(harvest(place.fs, `${place.root}/out`)).toEqual(tree);
    });
  }

  it("written to a pipe is unpacked", async () => {
    const { root, fs } = diskWorld();
    mkdirSync(`${root}/src`);
    writeFileSync(`${root}/src/a.txt`, "piped");
    writeFileSync(
      `${root}/made.zip`,
      execFileSync(infoZip.command, ["-rq", "-", "."], { cwd: `${root}/src` }),
    );
    const zip = await TvbZip.open(`${root}/made.zip`, "r");
    await zip.unpackZip(`${root}/out`);
    await zip.close();
    expect(harvest(fs, `${root}/out`)).toEqual({ "a.txt": "piped" });
  });
});
