import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bsdtar, itWith, plainPython, sevenZip, unzip } from "../../../test/support/judges.js";
import { TvbZip, type ZipOptions } from "../src/index.js";
import { extraField, type RawEntry, rawZip, unicodePath } from "./support/raw-zip.js";
import { diskWorld, harvest, plant } from "./support/world.js";

/** `reads`: the files that are meant, and no others. `differs`: others, with or without a warning. `fails`: none. */
type Outcome = "reads" | "differs" | "fails";
type Judges = Readonly<Record<"python" | "unzip" | "sevenZip" | "bsdtar", Outcome>>;

interface Case {
  readonly what: string;
  readonly bytes: Buffer;
  /** What is meant. */
  readonly tree: Readonly<Record<string, string>>;
  readonly ours: "reads" | RegExp;
  readonly options?: ZipOptions;
  readonly others: Judges;
}

const x: RawEntry = { name: "a", data: "x" };
const one = { a: "x" };
const all: Judges = { python: "reads", unzip: "reads", sevenZip: "reads", bsdtar: "reads" };
const plain = rawZip([x]);
const other = rawZip([{ name: "b", data: "y" }]);
const stored = rawZip([{ name: "inner.zip", data: plain, method: 0 }]);

const cases: readonly Case[] = [
  {
    what: "a newline after it",
    bytes: Buffer.concat([plain, Buffer.from("\n")]),
    tree: one,
    ours: "reads",
    others: all,
  },
  {
    what: "NULs after it, as from a padded stream",
    bytes: Buffer.concat([plain, Buffer.alloc(9000)]),
    tree: one,
    ours: "reads",
    others: all,
  },
  {
    what: "a program before it, counted in its offsets",
    bytes: rawZip([x], { before: Buffer.from("#!/bin/sh\n") }),
    tree: one,
    ours: "reads",
    others: all,
  },
  {
    what: "a program before it, not counted",
    bytes: Buffer.concat([Buffer.from("#!/bin/sh\n"), plain]),
    tree: one,
    ours: "reads",
    others: { ...all, sevenZip: "fails" },
  },
  {
    what: "a program before it and a newline after it",
    bytes: Buffer.concat([Buffer.alloc(200_000, "program"), plain, Buffer.from("\r\n")]),
    tree: one,
    ours: "reads",
    others: { ...all, sevenZip: "fails" },
  },
  {
    what: "a program before it, with ZIP64 records",
    bytes: Buffer.concat([Buffer.from("program"), rawZip([x], { zip64: true })]),
    tree: one,
    ours: "reads",
    others: { ...all, sevenZip: "fails", bsdtar: "fails" },
  },
  {
    what: "a comment that is shorter than it says",
    bytes: rawZip([x], { comment: Buffer.from("comment") }).subarray(0, -3),
    tree: one,
    ours: "reads",
    others: all,
  },
  {
    what: "an archive stored in it",
    bytes: stored,
    tree: { "inner.zip": plain.toString("latin1") },
    ours: "reads",
    others: all,
  },
  {
    what: "an archive stored in it, and a newline after it",
    bytes: Buffer.concat([stored, Buffer.from("\n")]),
    tree: { "inner.zip": plain.toString("latin1") },
    ours: "reads",
    others: all,
  },
  {
    what: "another archive after it",
    bytes: Buffer.concat([plain, other]),
    tree: { a: "x", b: "y" },
    ours: /expected one archive/,
    others: { ...all, python: "differs", unzip: "differs", sevenZip: "differs", bsdtar: "differs" },
  },
  {
    what: "another archive in its comment",
    bytes: rawZip([x], { comment: other }),
    tree: one,
    ours: /expected one archive/,
    others: { ...all, python: "differs", unzip: "differs", bsdtar: "differs" },
  },
  {
    what: "two numbers of entries",
    bytes: rawZip([x], { countOnDisk: 2 }),
    tree: one,
    ours: /contradicts itself/,
    others: all,
  },
  {
    what: "a directory on another disk",
    bytes: rawZip([x], { directoryDisk: 1 }),
    tree: one,
    ours: /multi-disk/,
    others: all,
  },
  {
    what: "a folder with data",
    bytes: rawZip([x, { name: "d/", data: "data", method: 0 }]),
    tree: { a: "x", "d/": "" },
    ours: "reads",
    others: all,
  },
  {
    what: "a folder with the mode of a file",
    bytes: rawZip([x, { name: "d/", mode: 0o100644 }]),
    tree: { a: "x", "d/": "" },
    ours: "reads",
    others: all,
  },
  {
    what: "a file read from a pipe",
    bytes: rawZip([{ ...x, mode: 0o010600 }]),
    tree: one,
    ours: "reads",
    others: all,
  },
  {
    what: "a file read from a pipe without a name, as `7z a -si` writes it: it is called as the archive",
    bytes: rawZip([{ name: "", data: "x", mode: 0o010600 }]),
    tree: one,
    ours: "reads",
    others: { python: "fails", unzip: "fails", sevenZip: "reads", bsdtar: "fails" },
  },
  {
    what: "a file without a name",
    bytes: rawZip([{ name: "", data: "x" }]),
    tree: one,
    ours: /it has no name/,
    others: { python: "fails", unzip: "fails", sevenZip: "reads", bsdtar: "fails" },
  },
  {
    what: "an empty deflated entry of 0 packed bytes",
    bytes: rawZip([{ name: "a", data: "", packed: Buffer.alloc(0) }]),
    tree: { a: "" },
    ours: "reads",
    others: all,
  },
  {
    what: "i and dotless i, sharp s and ss, both small sigmas",
    bytes: rawZip(["i", "ı", "ss", "ß", "σ", "ς"].map((name) => ({ name, data: name }))),
    tree: Object.fromEntries(
      ["i", "ı", "ss", "ß", "σ", "ς"].map((name) => [name, Buffer.from(name).toString("latin1")]),
    ),
    ours: "reads",
    others: all,
  },
  {
    what: "backslashes of DOS as separators",
    bytes: rawZip([{ name: "d\\a", data: "x", host: 0, flags: 0 }]),
    tree: { "d/a": "x" },
    ours: "reads",
    options: { backslashes: "separator" },
    others: { ...all, python: "differs", sevenZip: "differs" },
  },
  {
    what: "a Unicode path field",
    bytes: rawZip([{ name: "a", data: "x", flags: 0, extra: unicodePath("a", Buffer.from("脑")) }]),
    tree: { 脑: "x" },
    ours: "reads",
    others: { ...all, python: "differs", bsdtar: "differs" },
  },
  {
    what: "a Unicode path field of another name, which does not count",
    bytes: rawZip([{ name: "a", data: "x", flags: 0, extra: unicodePath("b", Buffer.from("脑")) }]),
    tree: one,
    ours: "reads",
    others: all,
  },
  {
    what: "a Unicode path field that is not UTF-8",
    bytes: rawZip([{ name: "a", data: "x", flags: 0, extra: unicodePath("a", Buffer.from([0x61, 0xff])) }]),
    tree: one,
    ours: /not UTF-8/,
    others: all,
  },
  {
    what: "an extra field that nobody knows",
    bytes: rawZip([{ ...x, extra: extraField(0xcafe, Buffer.alloc(9)) }]),
    tree: one,
    ours: "reads",
    others: all,
  },
];

const commands: Readonly<Record<keyof Judges, { judge: typeof unzip; args: (archive: string) => string[] }>> =
  {
    python: {
      judge: plainPython,
      args: (archive) => ["-c", "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall()", archive],
    },
    unzip: { judge: unzip, args: (archive) => ["-qo", archive] },
    sevenZip: { judge: sevenZip, args: (archive) => ["x", "-y", archive] },
    bsdtar: { judge: bsdtar, args: (archive) => ["-xf", archive] },
  };

function outcome(
  found: Record<string, string>,
  tree: Readonly<Record<string, string>>,
  status: number | null,
): Outcome {
  const same =
    Object.keys(found).length === Object.keys(tree).length &&
    Object.entries(tree).every(([name, content]) => found[name] === content);
  if (same) return "reads";
  // Those of unzip are warnings at 1.
  return status === 0 || Object.keys(found).length > 0 ? "differs" : "fails";
}

describe("an archive that is not as usual", () => {
  for (const { what, bytes, tree, ours, options, others } of cases) {
    it(`with ${what}, is ${ours === "reads" ? "read" : "refused"}`, async () => {
      const place = diskWorld();
      const { fs, root } = place;
      plant(place, { "a.zip": bytes });
      const attempt = async () => {
        await using zip = await TvbZip.open(`${root}/a.zip`, "r", options);
        await zip.unpackZip(`${root}/out`);
      };
      if (ours !== "reads") return expect(attempt()).rejects.toThrow(ours);
      await attempt();
      expect(harvest(fs, `${root}/out`)).toEqual(tree);
    });

    for (const [name, { judge, args }] of Object.entries(commands)) {
      const expected = others[name as keyof Judges]; // the keys of `commands` are those of the table
      itWith(judge)(`with ${what}: ${name} ${expected} it`, () => {
        const place = diskWorld();
        plant(place, { "a.zip": bytes });
        mkdirSync(`${place.root}/out`);
        const { status } = spawnSync(judge.command, args(`${place.root}/a.zip`), {
          cwd: `${place.root}/out`,
          env: { ...process.env, LC_ALL: "C.UTF-8" },
        });
        const found = existsSync(`${place.root}/out`) ? harvest(place.fs, `${place.root}/out`) : {};
        expect(outcome(found, tree, status)).toBe(expected);
      });
    }
  }
});

describe("an archive of 70,000 entries counted modulo 65,536, as macOS writes it without ZIP64 records", () => {
  const bytes = rawZip(
    Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}`, data: `${i % 7}`, method: 0 })),
  );

  it("is read", async () => {
    const place = diskWorld();
    plant(place, { "a.zip": bytes });
    await using zip = await TvbZip.open(`${place.root}/a.zip`, "r");
    expect(zip.namelist()).toHaveLength(70_000);
    const chunks: Uint8Array[] = [];
    for await (const chunk of await zip.open("69999")) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("6");
  });

  it("is refused beyond the limit of entries, which its count does not show", async () => {
    const place = diskWorld();
    plant(place, { "a.zip": bytes });
    await expect(TvbZip.open(`${place.root}/a.zip`, "r", { limits: { entries: 69_999 } })).rejects.toThrow(
      /has 70000 entries, more than the limit/,
    );
  });

  const lists: Readonly<Record<string, { judge: typeof unzip; args: string[] }>> = {
    python: {
      judge: plainPython,
      args: ["-c", "import zipfile; print('\\n'.join(zipfile.ZipFile('a.zip').namelist()))"],
    },
    unzip: { judge: unzip, args: ["-Z1", "a.zip"] },
    bsdtar: { judge: bsdtar, args: ["-tf", "a.zip"] },
  };
  for (const [name, { judge, args }] of Object.entries(lists))
    itWith(judge)(`is read by ${name}`, () => {
      const place = diskWorld();
      plant(place, { "a.zip": bytes });
      const { stdout } = spawnSync(judge.command, args, { cwd: place.root, encoding: "utf8" });
      expect(stdout.trim().split("\n")).toHaveLength(70_000);
    });
});
