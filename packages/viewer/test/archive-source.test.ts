import { readFileSync } from "node:fs";
import { slice } from "@tvb-storage/core/arrays";
import { blobFile } from "@tvb-storage/files";
import { describe, expect, it } from "vitest";
import { type RawArchive, type RawEntry, rawZip } from "../../zip/test/support/raw-zip.js";
import { archiveSource } from "../src/sources/archive-source.js";
import type { Source } from "../src/sources/source.js";

const numbers = readFileSync(new URL("../../../fixtures/h5py/numbers.h5", import.meta.url));
const good: RawEntry = { name: "good.h5", data: numbers };

function opened(bytes: Uint8Array): Promise<Source> {
  return archiveSource({ id: "a", name: "a.zip", bytes: blobFile(new Blob([new Uint8Array(bytes)])) });
}

function archive(entries: readonly RawEntry[], more: RawArchive = {}): Promise<Source> {
  return opened(rawZip(entries, more));
}

/** Opens a file of an archive, and gives the names of what is in it. */
async function namesIn(source: Source, path: string): Promise<string[]> {
  const file = source.files.find((each) => each.path === path);
  if (file === undefined) throw new Error(`${path} is not among ${source.files.map((each) => each.path)}`);
  return (await (await file.data()).list()).map((node) => node.path);
}

describe("a ZIP archive", () => {
  it("has its data files, whether they are deflated or stored, and documents of a project", async () => {
    const source = await archive([
      { name: "1/", mode: 0o040755 },
      { name: "1/deflated.h5", data: numbers },
      { name: "1/stored.h5", data: numbers, method: 0 },
      { name: "Project.xml", data: "<project/>" },
      { name: "IMAGES/figure.png", data: "PNG" },
      { name: "IMAGES/figure.xml", data: "<figure/>" },
      { name: "inner.zip", data: "PK" },
    ]);
    expect(source.files.map(({ path }) => path)).toEqual([
      "1/deflated.h5",
      "1/stored.h5",
      "IMAGES/figure.png",
      "Project.xml",
    ]);
    expect(source.leftOut).toEqual(["IMAGES/figure.xml"]);
    expect(source.problems).toEqual([
      { path: "inner.zip", reason: "it is an archive in an archive; unpack it and open it by itself" },
    ]);
    for (const path of ["1/deflated.h5", "1/stored.h5"])
      expect(await namesIn(source, path)).toContain("/array_be_i2");
    const [, stored, , project] = source.files;
    // What is read of a stored entry are the parts that are looked at.
    expect(stored?.reads?.bytes).toBeLessThan(numbers.length + 100);
    expect(project?.isDocument).toBe(true);
    expect(Buffer.from((await project?.bytes(100)) ?? "").toString()).toBe("<project/>");
    await expect(project?.bytes(5)).rejects.toThrow("Project.xml has 10 bytes; at most 5 are read");
  });

  it("may have a comment, and ZIP64 records", async () => {
    const comment = Buffer.from("of a project");
    const source = await archive([{ ...good, method: 0 }], { comment, zip64: true });
    expect(await namesIn(source, "good.h5")).toContain("/array_be_i2");
  });

  it("may hold a Zarr hierarchy, or be one", async () => {
    const root = '{"zarr_format": 2}';
    const array =
      '{"zarr_format":2,"shape":[2],"chunks":[2],"dtype":"<i2","compressor":null,"fill_value":0,"order":"C","filters":null}';
    const hierarchy = (prefix: string): RawEntry[] => [
      { name: `${prefix}.zgroup`, data: root },
      { name: `${prefix}x/.zarray`, data: array },
      { name: `${prefix}x/0`, data: Buffer.from([7, 0, 8, 0]), method: 0 },
    ];
    const inside = await archive([...hierarchy("1/made.zarr/"), good]);
    expect(inside.files.map(({ path }) => path)).toEqual(["1/made.zarr", "good.h5"]);
    expect(await namesIn(inside, "1/made.zarr")).toEqual(["/x"]);
    const data = await inside.files[0]?.data();
    expect([...((await data?.read("/x"))?.data ?? [])]).toEqual([7, 8]);
    const itself = await archive(hierarchy(""));
    expect(itself.files.map(({ path }) => path)).toEqual(["a.zip"]);
    expect(await namesIn(itself, "a.zip")).toEqual(["/x"]);
  });

  it("has the last document of a hierarchy in which it was written again, as zarr-python does", async () => {
    const group = (title: string) =>
      `{"zarr_format":3,"node_type":"group","attributes":{"title":"${title}"}}`;
    const source = await archive([
      { name: "zarr.json", data: group("first") },
      { name: "sub/zarr.json", data: group("sub") },
      { name: "zarr.json", data: group("last") },
    ]);
    expect(source.problems).toEqual([]);
    expect(await namesIn(source, "a.zip")).toEqual(["/sub"]);
    const attributes = await (await source.files[0]?.data())?.attributes("/");
    expect(attributes?.get("title")).toMatchObject({ array: { data: ["last"] } });
  });

  it("inflates nothing in a hierarchy that is refused outside of one", async () => {
    const packed = Buffer.alloc(1 << 20);
    const array =
      '{"zarr_format":2,"shape":[2],"chunks":[1],"dtype":"<i2","compressor":null,"fill_value":0,"order":"C","filters":null}';
    const source = await archive([
      { name: "x.zarr/.zgroup", data: '{"zarr_format":2}' },
      { name: "x.zarr/bomb/.zarray", packed, size: 65 << 20 },
      { name: "x.zarr/y/.zarray", data: array },
      { name: "x.zarr/y/0", data: Buffer.from([7, 0]) },
      { name: "x.zarr/y/1", packed, size: 600 << 20 },
    ]);
    expect(source.problems.map(({ path }) => path)).toEqual(["x.zarr/bomb/.zarray", "x.zarr/y/1"]);
    expect(await namesIn(source, "x.zarr")).toEqual(["/y"]);
    const data = await source.files[0]?.data();
    expect([...((await data?.read("/y", { selection: [slice(0, 1)] }))?.data ?? [])]).toEqual([7]);
    await expect(data?.read("/y")).rejects.toThrow("it would be inflated to 629145600 bytes");
  });

  it.each<[string, RawEntry[], string, string]>([
    ["leads out", [{ name: "../evil.h5" }], "../evil.h5", "its name leads out of the folder (..)"],
    ["is absolute", [{ name: "/evil.h5" }], "/evil.h5", "its name is an absolute path"],
    ["is on a drive", [{ name: "C:evil.h5" }], "C:evil.h5", "its name is an absolute path"],
    ["has a backslash", [{ name: "..\\evil.h5" }], "..\\evil.h5", "its name has a backslash"],
    ["is a link", [{ name: "a.h5", data: "/etc", mode: 0o120777 }], "a.h5", "it is a symbolic link"],
    ["is encrypted", [{ name: "a.h5", flags: 0x801 }], "a.h5", "it is encrypted"],
    ["has another method", [{ name: "a.h5", method: 12 }], "a.h5", "it is compressed by method 12"],
    ["is there twice", [{ name: "a.h5" }, { name: "a.h5" }], "a.h5", "the archive has several entries"],
    [
      "would grow beyond all measure",
      [{ name: "a.h5", data: "x", size: 2 ** 31 }],
      "a.h5",
      "3 bytes would be inflated to 2147483648, more than 1100 times as much",
    ],
    [
      "would be larger than the bound",
      [{ name: "a.h5", packed: Buffer.alloc(1 << 20), size: 600 << 20 }],
      "a.h5",
      "it would be inflated to 629145600 bytes, more than the 536870912 of one entry",
    ],
    [
      "has two sizes",
      [{ name: "a.h5", data: "xy", method: 0, size: 9 }],
      "a.h5",
      "its sizes differ: 2 and 9",
    ],
    [
      "overlaps another",
      [
        { name: "a.h5", data: "abc", method: 0 },
        { name: "b.h5", data: "a", method: 0, local: null, offset: 1 },
      ],
      "b.h5",
      'it overlaps "a.h5" in the archive',
    ],
  ])("says of an entry that %s why it is not opened, and opens others", async (_, entries, path, reason) => {
    // After them, so that what they say of their places stays.
    const source = await archive([...entries, good]);
    expect(source.problems).toContainEqual({ path, reason: expect.stringContaining(reason) });
    expect(source.files.map((file) => file.path)).toEqual(["good.h5"]);
    expect(await namesIn(source, "good.h5")).toContain("/array_be_i2");
  });

  it.each<[string, RawEntry, string]>([
    ["more bytes than it says", { name: "a.h5", data: numbers, size: 9 }, "cannot be inflated"],
    ["fewer bytes than it says", { name: "a.h5", data: numbers, size: 99_999 }, "cannot be inflated"],
    ["another CRC", { name: "a.h5", data: numbers, crc: 1 }, "cannot be inflated"],
    ["what is not deflated", { name: "a.h5", packed: Buffer.alloc(99, 255), size: 99 }, "cannot be inflated"],
    [
      "no header in its place",
      { name: "a.h5", data: numbers, method: 0, local: { signature: 1 } },
      "a.h5 is not where the directory of the archive says",
    ],
    ["no header in its place", { name: "a.h5", data: numbers, local: { signature: 1 } }, "a.h5 is not where"],
  ])("opens no entry that has %s", async (_, entry, message) => {
    const { files } = await archive([entry]);
    await expect(files[0]?.data()).rejects.toThrow(message);
  });

  it("that is none, or damaged, is refused with its name", async () => {
    await expect(opened(Buffer.from("no archive at all"))).rejects.toThrow(/^a\.zip is no ZIP archive/);
    await expect(opened(rawZip([good]).subarray(0, 500))).rejects.toThrow(/^a\.zip is no ZIP archive/);
  });
});
