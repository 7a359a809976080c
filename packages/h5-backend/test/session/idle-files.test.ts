import nodeFs from "node:fs";
import { memoryFileSystem, type SyncFileSystem } from "@tvb-storage/files";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { type Engine, getEngine } from "../../src/engine/engine.js";
import { H5File } from "../../src/engine/h5-file.js";
import { compact, HDF5StorageManager } from "../../src/index.js";

const folder = temporaryFolder("idle-files");

let count = 0;
const newPath = (): string => folder(`${count++}.h5`);

let engine: Engine;
let opened: MockInstance<typeof H5File.open>;
beforeEach(async () => {
  engine = await getEngine();
  opened = vi.spyOn(H5File, "open");
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function storeMany(manager: HDF5StorageManager, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) await manager.storeData([n, n + 1], `group/x${n}`);
}

async function expectMany(fs: SyncFileSystem, path: string, from: number, to: number): Promise<void> {
  const manager = new HDF5StorageManager(path, { fs });
  for (let n = from; n < to; n++)
    expect((await manager.getData(`group/x${n}`)).data).toEqual(Float64Array.of(n, n + 1));
}

describe("an idle file", () => {
  it("stays open in HDF5, for any manager that changes it next", async () => {
    const path = newPath();
    for (let n = 0; n < 20; n++) await storeMany(new HDF5StorageManager(path), n, n + 1);
    expect(opened).toHaveBeenCalledTimes(1);
    await expectMany(nodeFs, path, 0, 20);
  });

  it("is neither locked nor open in the file system", async () => {
    const open = new Set<number>();
    const fs: SyncFileSystem = {
      ...memoryFileSystem(),
    };
    const { openSync, closeSync } = fs;
    fs.openSync = (...args) => {
      const fd = openSync(...args);
      open.add(fd);
      return fd;
    };
    fs.closeSync = (fd) => {
      closeSync(fd);
      open.delete(fd);
    };
    await storeMany(new HDF5StorageManager("/a.h5", { fs }), 0, 3);
    expect(open.size).toBe(0);
    expect(fs.existsSync("/a.h5.journal")).toBe(false);
  });

  it("is opened again where another program has replaced it by an older one", async () => {
    const path = newPath();
    const manager = new HDF5StorageManager(path);
    await storeMany(manager, 0, 2);
    nodeFs.copyFileSync(path, `${path}.backup`);
    await storeMany(manager, 2, 5);
    nodeFs.copyFileSync(`${path}.backup`, path);
    await storeMany(manager, 5, 6);
    expect((await manager.listNodes({ where: "/group" })).map(({ path: at }) => at)).toEqual([
      "/group/x0",
      "/group/x1",
      "/group/x5",
    ]);
    await expectMany(nodeFs, path, 5, 6);
  });

  it("is forgotten where it was removed, moved or compacted", async () => {
    const path = newPath();
    const manager = new HDF5StorageManager(path);
    await storeMany(manager, 0, 3);
    nodeFs.renameSync(path, `${path}.moved`);
    await storeMany(manager, 3, 4);
    expect(await manager.listNodes({ where: "/group" })).toHaveLength(1);
    await expectMany(nodeFs, `${path}.moved`, 0, 3);
    nodeFs.unlinkSync(path);
    await expect(manager.removeData("group/x3")).rejects.toThrow("does not exist");
    nodeFs.renameSync(`${path}.moved`, path);
    await storeMany(manager, 3, 6);
    await manager.removeData("group/x0");
    await compact(path);
    await storeMany(manager, 6, 8);
    await expectMany(nodeFs, path, 1, 8);
  });

  it("loses nothing where HDF5 crashes on another file", async () => {
    const path = newPath();
    const manager = new HDF5StorageManager(path);
    await storeMany(manager, 0, 3);
    engine.attempt((wasm) => {
      wasm.HEAPU8.fill(0xff);
      throw new RangeError("memory access out of bounds");
    });
    await storeMany(manager, 3, 6);
    await expectMany(nodeFs, path, 0, 6);
  });

  it("does not keep HDF5 from being reset after a failure", async () => {
    const path = newPath();
    const manager = new HDF5StorageManager(path);
    await storeMany(manager, 0, 3);
    const { starts } = engine;
    engine.markSuspect();
    await storeMany(new HDF5StorageManager(newPath()), 0, 1);
    expect(engine.starts).toBe(starts + 1);
    await storeMany(manager, 3, 6);
    await expectMany(nodeFs, path, 0, 6);
  });

  it("is as the last commit after a change that failed", async () => {
    const path = newPath();
    const manager = new HDF5StorageManager(path);
    await storeMany(manager, 0, 3);
    const failing = vi.spyOn(H5File.prototype, "createDataset").mockImplementationOnce(function (
      this: H5File,
    ) {
      this.createGroup("/half");
      throw new Error("in the middle");
    });
    await expect(storeMany(manager, 3, 4)).rejects.toThrow("in the middle");
    expect(failing).toHaveBeenCalledTimes(1);
    await storeMany(manager, 4, 6);
    const nodes = (await manager.listNodes()).map(({ path: at }) => at);
    expect(nodes).toEqual(["/group", "/group/x0", "/group/x1", "/group/x2", "/group/x4", "/group/x5"]);
  });

  it("is kept for half a second, and only the last eight are", async () => {
    // Until those of the other tests are over.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const abandoned = vi.spyOn(H5File.prototype, "abandon");
    vi.useFakeTimers();
    const fs = memoryFileSystem();
    for (let n = 0; n < 10; n++) await storeMany(new HDF5StorageManager(`/${n}.h5`, { fs }), 0, 1);
    expect(abandoned).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(400);
    expect(abandoned).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(abandoned).toHaveBeenCalledTimes(10);
    opened.mockClear();
    await storeMany(new HDF5StorageManager("/9.h5", { fs }), 1, 2);
    expect(opened).toHaveBeenCalledTimes(1);
    await expectMany(fs, "/9.h5", 0, 2);
  });
});
