import fs, { mkdtempSync, rmSync } from "node:fs";
import promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slice } from "@tvb-storage/core";
import { FilesHelper } from "@tvb-storage/fs-helper";
import { HDF5StorageManager, h5Backend } from "@tvb-storage/h5-backend";
import { StorageInterface } from "@tvb-storage/storage";
import { memoryBackend } from "@tvb-storage/testkit";
import { XMLReader, XMLWriter } from "@tvb-storage/xml-meta";
import { TvbZip } from "@tvb-storage/zip";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// The first mistakes of a new user. The message says how to correct them.

let folder = "";
const at = (name: string): string => join(folder, name);
let h5: HDF5StorageManager;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "first-mistakes-"));
  h5 = new HDF5StorageManager(at("a.h5"));
  await h5.storeData([1, 2, 3], "weights");
  await h5.storeData([1, 2, 3], "tract_lengths", { where: "connectivity" });
  await h5.storeData(
    [
      [1, 2],
      [3, 4],
    ],
    "data",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Mistakes that TypeScript refuses and JavaScript does not. */
const wrong = (value: unknown): never => value as never;

/** A disk where nothing can be created in any folder, as without permission. */
function withoutPermission(): typeof fs {
  const refused = (): never => {
    throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
  };
  return {
    ...fs,
    openSync: (path, flags, mode) => (flags === "r" ? fs.openSync(path, flags, mode) : refused()),
  };
}

const MISTAKES: readonly [what: string, call: () => unknown, ...texts: (string | RegExp)[]][] = [
  [
    "a missing folder, for writing",
    () => new HDF5StorageManager(at("none/a.h5")).storeData([1], "x"),
    /there is no folder .*none; create it first \(ENOENT\)/,
  ],
  [
    "a missing folder, for reading",
    () => new HDF5StorageManager(at("none/a.h5")).getData("x"),
    /there is no folder .*none \(ENOENT\)/,
  ],
  [
    "a missing folder for an XML file",
    () => new XMLWriter({ a: 1 }).writeMetadataInXml(at("none/a.xml")),
    "create it first",
  ],
  ["a missing folder for an archive", () => TvbZip.open(at("none/a.zip"), "w"), "create it first"],
  [
    "a folder that cannot be written",
    () => new HDF5StorageManager(at("b.h5"), { fs: withoutPermission() }).storeData([1], "x"),
    /the folder .* must be writable, since files are made in it: no permission \(EACCES\)/,
  ],
  [
    "a backend in place of a registry",
    () => new StorageInterface({ storageRoot: "x", backends: wrong(h5Backend) }),
    "a registry of backends, as createBackendRegistry makes it",
  ],
  [
    "a project that does not exist, for an export",
    () => new StorageInterface({ storageRoot: at("s") }).exportProject("Epilepsi"),
    'cannot export the project "Epilepsi": expected a project\'s folder at ',
  ],
  [
    "the name of a datatype in place of its path",
    () => new StorageInterface({ storageRoot: at("s") }).exportDatatypes("Connectivity"),
    "ends with the extension of no backend; registered: h5",
  ],
  [
    "a gid that is cut off",
    () => new StorageInterface({ storageRoot: at("s") }).getFilename("Connectivity", "0011"),
    '"0011" is no gid: give 32 hexadecimal digits',
  ],
  [
    "a misspelled option of a call",
    () => h5.getData("data", wrong({ selektion: [1] })),
    "did you mean selection?",
    "It has where, selection, field",
  ],
  [
    "a misspelled option of a constructor",
    () => new HDF5StorageManager("x", wrong({ durabilty: "power" })),
    "did you mean durability?",
    "lockTimeoutMs",
  ],
  [
    "a misspelled option of FilesHelper",
    () => new FilesHelper(wrong({ storageroot: "x" })),
    "did you mean storageRoot?",
  ],
  [
    "an option that is like no other",
    () => h5.getData("data", wrong({ zzz: 1 })),
    'no option "zzz"; it has where',
  ],
  [
    "swapped arguments of storeData",
    () => h5.storeData(wrong("data"), wrong([1, 2])),
    "found a list",
    "storeData(data, datasetName)",
  ],
  [
    "swapped arguments of setMetadata",
    () => h5.setMetadata(wrong("data"), wrong({ a: 1 })),
    "found an object",
    "setMetadata(metadata, datasetName)",
  ],
  [
    "no name",
    () => h5.storeData([1], wrong(undefined)),
    "a dataset's name must be a text",
    "found undefined",
  ],
  [
    "a promise as data",
    () => h5.storeData(wrong(Promise.resolve([1])), "x"),
    "the data is a promise: use await",
  ],
  [
    "a promise as a path",
    () => new HDF5StorageManager(wrong(Promise.resolve("x"))),
    "found a promise: use await",
  ],
  [
    "a promise as metadata",
    () => h5.setMetadata(wrong({ a: Promise.resolve(1) })),
    'the value of "a" is a promise: use await',
  ],
  [
    "a missing dataset",
    () => h5.getData("weigths"),
    'a.h5 has no dataset /weigths; the group / has "weights", ',
  ],
  [
    "a missing dataset in a group",
    () => h5.getDataShape("tracts", { where: "connectivity" }),
    'the group /connectivity has "tract_lengths"',
  ],
  [
    "a missing group",
    () => h5.getData("weights", { where: "conectivity" }),
    'the group / has "connectivity", ',
  ],
  [
    "a missing dataset to remove",
    () => h5.removeData("weigths"),
    'has no /weigths to remove; the group / has "weights"',
  ],
  ["a missing dataset of another backend", () => inMemory(), '; the group / has "weights"'],
  [
    "an object as data",
    () => h5.storeData(wrong({ a: 1 }), "x"),
    "the data is an object",
    "a typed array, or an NDArray { dtype, shape, data }",
  ],
  ["nothing as data", () => h5.storeData(wrong(undefined), "x"), "the data is undefined", "nested arrays"],
  [
    "a promise-based file system",
    () => new HDF5StorageManager("x", { fs: wrong(promises) }),
    "found one of promises",
    "give node:fs itself",
  ],
  [
    "a promise-based file system of FilesHelper",
    () => new FilesHelper({ storageRoot: "x", fs: wrong(promises) }),
    "give node:fs itself",
  ],
  [
    "a promise-based file system of an archive",
    () => TvbZip.open("x", "r", { fs: wrong(promises) }),
    "give node:fs itself",
  ],
  [
    "a promise-based file system of XML",
    () => new XMLReader("x", { fs: wrong(promises) }),
    "give node:fs itself",
  ],
  [
    "a number as a selection",
    () => h5.getData("data", { selection: wrong(0) }),
    "for example [0, null, slice(2, 10)]",
    "found 0",
  ],
  [
    "a text as a selection",
    () => h5.getData("data", { selection: wrong("0:2") }),
    "for example [0, null, slice(2, 10)]",
  ],
  [
    "a slice as a selection",
    () => h5.getData("data", { selection: wrong(slice(1)) }),
    "for example [0, null, slice(2, 10)]",
  ],
  [
    "a list in a selection",
    () => h5.getData("data", { selection: wrong([[0, 1]]) }),
    "not a list; for example [0, null, slice(2, 10)]",
  ],
];

async function inMemory(): Promise<void> {
  const memory = memoryBackend.open(at("a.mem"));
  await memory.storeData([1], "weights");
  await memory.getData("weigths");
}

describe("the message says the fix of", () => {
  it.each(MISTAKES)("%s", async (_, call, ...texts) => {
    const message = await (async () => call())().then(
      () => "no error",
      (error: Error) => error.message,
    );
    for (const text of texts) expect(message).toMatch(text);
  });
});

it("the name of a dataset is in every message about it, also where it is part of a word there", async () => {
  await expect(h5.storeData([1, 2], "data")).rejects.toThrow(/a\.h5, data: the dataset has shape/);
});
