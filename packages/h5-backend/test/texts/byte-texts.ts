import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Metadata } from "@tvb-storage/core";
import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { decodeText, encodeText } from "@tvb-storage/files";
import { expect } from "vitest";
import { h5py } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";

// Texts that are any bytes, as h5py writes and reads them: byte-texts.py is the other side of this.

const script = fileURLToPath(new URL("byte-texts.py", import.meta.url));

interface FileContent {
  readonly data: Readonly<Record<string, readonly string[]>>;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** By the hex of a link's name: what is in the dataset, "group", or the hex of a soft link's target. */
  readonly names: Readonly<Record<string, readonly number[] | string>>;
  readonly attributeNames: readonly string[];
}

const hex = (text: string): string => Buffer.from(encodeText(text)).toString("hex");
export const textOf = (bytes: string): string => decodeText(Buffer.from(bytes, "hex"));

function runScript(...args: readonly string[]): string {
  return execFileSync(h5py.command, [script, ...args], { encoding: "utf8" });
}
export const contentOf = (path: string): FileContent => JSON.parse(runScript("print", path)) as FileContent; // by byte-texts.py
const make = (path: string, texts: readonly string[], names: readonly string[]): string =>
  runScript("make", path, JSON.stringify([texts, names]));

/** Everything of a file that `make` made is read as those bytes, and can be written back as those bytes. */
export async function checkFile(
  path: string,
  texts: readonly string[],
  names: readonly string[],
): Promise<void> {
  make(path, texts, names);
  const before = contentOf(path);
  const m = new HDF5StorageManager(path);
  const nodes = await m.listNodes();

  // Data: read, then written back in place.
  for (const [name, stored] of Object.entries(before.data)) {
    const { data } = await m.getData(name);
    expect((data as string[]).map(hex), name).toEqual(stored); // a dataset of texts
    const restore = m.storeData([...(data as string[])].reverse(), name);
    if (name.endsWith("ascii") && (data as string[]).some((text) => /[^\0-\x7f\udc80-\udcff]/u.test(text))) {
      await expect(restore).rejects.toThrow(IncompatibleFileManagerException);
    } else {
      await restore;
      expect(((await m.getData(name)).data as string[]).map(hex).reverse()).toEqual(stored);
      await m.storeData(data as string[], name);
    }
  }

  // Attributes: values and names.
  const metadata: Metadata = await m.getMetadata();
  for (const [name, stored] of Object.entries(before.attributes)) {
    const value = metadata[name];
    const found = typeof value === "string" ? [value] : (value as { data: string[] }).data;
    expect(found.map(hex), name).toEqual(stored);
    await m.setMetadata({ [name]: value as string | string[] }, "", { tvbSpecificMetadata: false });
  }
  const keys = await m.getMetadata("names");
  expect(Object.keys(keys).map(hex).sort()).toEqual(before.attributeNames);
  names.forEach((name, index) => {
    expect(keys[textOf(name)]).toBe(index);
  });

  // Links, and the paths that lead through them.
  const links = (prefix: string) =>
    nodes.filter(({ path: at }) => at.startsWith(prefix)).map(({ path: at }) => hex(at.slice(prefix.length)));
  expect(links("/names/").sort()).toEqual(Object.keys(before.names).sort());
  for (const [index, name] of names.entries()) {
    const text = textOf(name);
    expect((await m.getData(text, { where: "names" })).data).toEqual(Float64Array.of(index));
    expect((await m.getData(`soft to ${text}`, { where: "names" })).data).toEqual(Float64Array.of(index));
    const soft = nodes.find(({ path: at }) => at === `/names/soft to ${text}`);
    expect(soft?.target).toBe(`/names/${text}`);
  }

  // Fields and members.
  for (const [index, name] of names.entries()) {
    expect((await m.getData("compound", { field: textOf(name) })).data).toEqual(Float64Array.of(index));
  }
  const { enumMembers = {} } = await m.getData("enum");
  expect(enumMembers).toEqual(Object.fromEntries(names.map((name, index) => [textOf(name), index])));

  expect(await verify(path)).toEqual([]);
  expect(contentOf(path)).toEqual(before);
}
