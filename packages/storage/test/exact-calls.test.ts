import { memoryFileSystem, ndarray, type StorageManager, withLogging } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { memoryBackend } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";

type Exact = StorageManager &
  Required<Pick<StorageManager, "getAttributes" | "setAttributes" | "createGroup">>;

const log: string[] = [];
const note = (message: string): void => void log.push(message);
const logger = { debug: note, warn: note, error: note };

const MANAGERS: readonly (readonly [string, () => StorageManager])[] = [
  ["HDF5", () => new HDF5StorageManager("/a.h5", { fs: memoryFileSystem() })],
  [
    "HDF5 by its own library",
    () => new HDF5StorageManager("/a.h5", { fs: memoryFileSystem(), engine: "h5wasm" }),
  ],
  ["memory", () => memoryBackend.open("/a.mem", { fs: memoryFileSystem() })],
  ["a logged one", () => withLogging(memoryBackend.open("/a.mem", { fs: memoryFileSystem() }), logger)],
];

describe.each(MANAGERS)("a manager of %s", (_, open) => {
  const make = (): Exact => open() as Exact; // these managers have all of them

  it("gives attributes as they are stored, and takes them so", async () => {
    const m = make();
    await m.storeData([1], "x");
    await m.setMetadata({ yes: true, n: 5 }, "x");
    const attributes = new Map([
      ["TVB_yes", ndarray("bool:yes")],
      ["plain", ndarray(3, { dtype: "uint8" })],
    ]);
    await m.setAttributes(attributes, "x");
    const found = await m.getAttributes("x");
    expect([...found.keys()].sort()).toEqual(["TVB_n", "TVB_yes", "plain"]);
    expect(found.get("TVB_yes")).toMatchObject({ dtype: "string", shape: [], data: ["bool:yes"] });
    expect(found.get("TVB_n")).toMatchObject({ dtype: "int64", data: BigInt64Array.of(5n) });
    expect(found.get("plain")).toMatchObject({ dtype: "uint8", shape: [] });
    expect(await m.getMetadata("x")).toEqual({ yes: true, n: 5, plain: 3 });
  });

  it("makes no node for attributes, and refuses what is no map of arrays", async () => {
    const m = make();
    await m.storeData([1], "x");
    await expect(m.setAttributes(new Map(), "missing")).rejects.toMatchObject({ code: "MISSING_DATASET" });
    expect((await m.listNodes()).map(({ path }) => path)).toEqual(["/x"]);
    const object = { a: ndarray(1) } as unknown as Map<string, never>;
    await expect(m.setAttributes(object, "x")).rejects.toThrow("a Map of names and arrays");
    await expect(m.setAttributes(new Map([["", ndarray(1)]]), "x")).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
    });
  });

  it("makes groups that are empty, with those above, and a file for them", async () => {
    const m = make();
    await m.createGroup("a/b");
    await m.createGroup("c", { where: "a" });
    await m.createGroup("a/b");
    await m.createGroup("/");
    const groups = (await m.listNodes()).map(({ path, kind }) => [path, kind]);
    expect(groups).toEqual([
      ["/a", "group"],
      ["/a/b", "group"],
      ["/a/c", "group"],
    ]);
    await m.storeData([1], "a/b/x");
    expect((await m.getData("a/b/x")).shape).toEqual([1]);
  });

  it("refuses a group where a dataset is, or above it", async () => {
    const m = make();
    await m.storeData([1], "x");
    await expect(m.createGroup("x")).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
    await expect(m.createGroup("x/y")).rejects.toThrow("/x is a dataset, not a group");
    await expect(m.createGroup("a/../b")).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
    expect((await m.listNodes()).map(({ path }) => path)).toEqual(["/x"]);
  });
});
