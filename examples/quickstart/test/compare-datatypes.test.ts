import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import type { StorageManager } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { expect, test } from "vitest";
import { compareDatatypes } from "../src/compare-datatypes.js";
import { temporaryFolder } from "./temporary-folder.js";

const inFolder = temporaryFolder();

async function write(name: string, change?: (file: StorageManager) => Promise<void>): Promise<string> {
  const path = inFolder(name);
  await using file = new HDF5StorageManager(path);
  await file.storeData([1, Number.NaN, 3], "values", { where: "/group" });
  await file.storeData(["a", "ß"], "labels");
  await file.setMetadata({ unit: "mm", created: new Date(2026, 1, 3) }, "labels");
  await file.setMetadata({ title: "T" });
  await change?.(file);
  return path;
}

test("files of the same content are the same, NaN and dates included", async () => {
  const { verdict, datasets } = await compareDatatypes(await write("a.h5"), await write("b.h5"));
  expect(verdict).toEqual({ kind: "same" });
  expect(datasets.map((compared) => [compared.node.path, compared.verdict]).sort()).toEqual([
    ["/group/values", { kind: "same" }],
    ["/labels", { kind: "same" }],
  ]);
});

test("one changed value is found, with the dataset and the block", async () => {
  const changed = await write("b.h5", (file) =>
    file.storeData([1, Number.NaN, 4], "values", { where: "/group" }),
  );
  const { verdict, datasets } = await compareDatatypes(await write("a.h5"), changed);
  expect(verdict).toEqual({ kind: "same" });
  expect(datasets.find(({ node }) => node.path === "/group/values")?.verdict).toEqual({
    kind: "different",
    reason: "/group/values differs in the block at [0]",
  });
});

test("one changed attribute is found, on a dataset and on the root", async () => {
  const changed = await write("b.h5", async (file) => {
    await file.setMetadata({ unit: "cm" }, "labels");
    await file.setMetadata({ title: "U" });
  });
  const { verdict, datasets } = await compareDatatypes(await write("a.h5"), changed);
  expect(verdict).toEqual({ kind: "different", reason: "the attributes of / differ" });
  expect(datasets.find(({ node }) => node.path === "/labels")?.verdict).toEqual({
    kind: "different",
    reason: "the attributes of /labels differ",
  });
});

test("an object that cannot be read is reported, and the others are compared", async () => {
  const original = await write("a.h5");
  const bytes = readFileSync(original);
  // A letter of an attribute's name: the checksum of its block no longer fits.
  bytes[bytes.indexOf("TVB_unit")] = 0x55;
  writeFileSync(original, bytes);
  copyFileSync(original, inFolder("b.h5"));
  const { verdict, datasets } = await compareDatatypes(original, inFolder("b.h5"));
  expect(verdict).toEqual({ kind: "same" });
  expect(datasets.map(({ node, verdict: { kind } }) => [node.path, kind])).toEqual([
    ["/group/values", "same"],
    ["/labels", "unreadable"],
  ]);
  expect(datasets[1]?.verdict).toMatchObject({ reason: expect.stringMatching(/^\/labels: .*checksum/) });
});

test("a missing, an additional and a reshaped dataset are found", async () => {
  const more = await write("b.h5", (file) => file.storeData([1], "more"));
  const other = await write("c.h5", (file) => file.storeData([1, 2], "more"));
  const plain = await write("a.h5");
  const reason = async (original: string, copy: string) => (await compareDatatypes(original, copy)).verdict;
  expect(await reason(more, plain)).toEqual({ kind: "different", reason: "/more is missing in the copy" });
  expect(await reason(plain, more)).toEqual({ kind: "different", reason: "/more is in the copy only" });
  expect(await reason(more, other)).toMatchObject({ reason: "/more has another type or shape in the copy" });
});
