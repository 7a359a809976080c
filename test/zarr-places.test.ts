import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createBackendRegistry, type StorageManager } from "@tvb-storage/core";
import { h5Backend } from "@tvb-storage/h5-backend";
import { zarrBackends } from "@tvb-storage/zarr-backend";
import { TvbZip } from "@tvb-storage/zip";
import { beforeAll, describe, expect, it } from "vitest";
import { fileServer } from "./support/file-server.js";
import { temporaryFolder } from "./support/temporary-folder.js";

// One registry opens whatever a path names.

const at = temporaryFolder("zarr-backends");
const server = fileServer(() => at());
const registry = createBackendRegistry([h5Backend, ...zarrBackends()]);
const open = (path: string): StorageManager => registry.forPath(path).open(path);

async function zipped(folder: string, archive: string): Promise<void> {
  const zip = await TvbZip.open(archive, "w");
  await zip.writeZipFolder(folder);
  await zip.close();
}

beforeAll(async () => {
  const manager = open(at("a b.zarr"));
  await manager.storeData(Float64Array.of(1, 2, 3), "g/x");
  await manager.setMetadata({ unit: "mV" }, "g/x");
  await manager.closeFile();
  await zipped(at("a b.zarr"), at("a.zarr.zip"));
});

describe.each([
  ["a folder", () => at("a b.zarr")],
  ["a folder, named with a slash", () => `${at("a b.zarr")}/`],
  ["a ZIP archive", () => at("a.zarr.zip")],
  ["a web server", () => `${server.url}/a%20b.zarr`],
  ["a web server, named with a slash", () => `${server.url}/a%20b.zarr/`],
  ["an archive on a web server", () => `${server.url}/a.zarr.zip`],
])("a hierarchy in %s", (_, path) => {
  it("is read", async () => {
    const manager = open(path());
    expect(await manager.isValidTvbFile()).toBe(true);
    expect([...(await manager.getData("g/x")).data]).toEqual([1, 2, 3]);
    expect(await manager.getMetadata("g/x")).toEqual({ unit: "mV" });
  });
});

describe.each([
  ["a ZIP archive", () => at("a.zarr.zip")],
  ["a web server", () => `${server.url}/a%20b.zarr`],
])("a hierarchy in %s is not written", (_, path) => {
  const changes: Readonly<Record<string, (manager: StorageManager) => Promise<unknown> | undefined>> = {
    storeData: (m) => m.storeData([1], "new"),
    appendData: (m) => m.appendData([1], "g/x"),
    removeData: (m) => m.removeData("g/x"),
    setMetadata: (m) => m.setMetadata({ a: 1 }),
    removeMetadata: (m) => m.removeMetadata("unit", "g/x"),
    createGroup: (m) => m.createGroup?.("h"),
  };
  it.each(Object.keys(changes))("by %s", async (name) => {
    await expect(changes[name]?.(open(path()))).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
      message: expect.stringContaining(path()),
    });
    await expect(changes[name]?.(open(path()))).rejects.toThrow("it is only read");
  });
});

describe("what is not there, or no hierarchy", () => {
  it.each([
    ["a folder", () => at("none.zarr")],
    ["an archive", () => at("none.zarr.zip")],
    ["an address", () => `${server.url}/none.zarr`],
  ])("is said of %s", async (_, path) => {
    const manager = open(path());
    expect(await manager.isValidTvbFile()).toBe(false);
    await expect(manager.listNodes()).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
      message: expect.stringContaining(path()),
    });
    await expect(manager.getFileDataVersion()).rejects.toMatchObject({ code: "MISSING_DATA_FILE" });
  });

  it("is said of an archive of something else, of no archive, and of a folder", async () => {
    mkdirSync(at("other"));
    writeFileSync(at("other/a.txt"), "a");
    await zipped(at("other"), at("other.zarr.zip"));
    writeFileSync(at("text.zarr.zip"), "a");
    mkdirSync(at("folder.zarr.zip"));
    // As of `zip -r outer.zarr.zip a.zarr`.
    mkdirSync(at("outer"));
    cpSync(at("a b.zarr"), at("outer/a.zarr"), { recursive: true });
    await zipped(at("outer"), at("outer.zarr.zip"));
    for (const [name, reason] of [
      ["other", "it has no metadata of a Zarr hierarchy"],
      ["outer", '"a.zarr" in it has, whose content is to be in its place'],
      ["text", "it has no end record"],
      ["folder", "it is a folder, not a ZIP archive"],
    ] as const) {
      const manager = open(at(`${name}.zarr.zip`));
      expect(await manager.isValidTvbFile()).toBe(false);
      await expect(manager.getFileDataVersion()).rejects.toMatchObject({
        code: "INCOMPATIBLE_FILE_MANAGER",
        message: expect.stringContaining(reason),
      });
    }
  });

  it("is said of the address of an HDF5 file", () => {
    expect(() => open(`${server.url}/a.h5`)).toThrow(
      "is the address of an HDF5 file by its extension, and addresses are those of Zarr hierarchies",
    );
  });
});

it("an archive that appears later is found by the manager that missed it", async () => {
  const manager = open(at("later.zarr.zip"));
  expect(await manager.isValidTvbFile()).toBe(false);
  await zipped(at("a b.zarr"), at("later.zarr.zip"));
  expect(await manager.getDataShape("g/x")).toEqual([3]);
  rmSync(at("later.zarr.zip"));
});

it("an archive that is replaced while it is read is an exception", async () => {
  await zipped(at("a b.zarr"), at("changing.zarr.zip"));
  const manager = open(at("changing.zarr.zip"));
  await manager.listNodes();
  writeFileSync(at("changing.zarr.zip"), "short");
  await expect(manager.getData("g/x")).rejects.toMatchObject({
    code: "FILE_STORAGE",
    message: expect.stringContaining("it was changed while it was read; open it again"),
  });
});
