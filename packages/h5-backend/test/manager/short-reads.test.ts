import nodeFs from "node:fs";
import {
  FileStorageException,
  FileStructureException,
  MissingDataFileException,
  MissingDataSetException,
} from "@tvb-storage/errors";
import type { SyncFileSystem } from "@tvb-storage/files";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { HDF5StorageManager } from "../../src/index.js";

const folder = temporaryFolder("h5-kept");

/** A row is longer than what is answered from blocks that were read before. */
const COLUMNS = 512;
const row = (index: number) => Float64Array.from({ length: COLUMNS }, (_, i) => index * COLUMNS + i);
const kept = (row: number) => ({ selection: [row], closeFile: false });

/** A file whose data are of one piece, once a change of it would show in its modification time. */
async function makeFile(name: string): Promise<string> {
  const path = `${folder()}/${name}.h5`;
  const data = {
    dtype: "float64" as const,
    shape: [3, COLUMNS],
    data: Float64Array.from({ length: 3 * COLUMNS }, (_, i) => i),
  };
  await new HDF5StorageManager(path).storeData(data, "data");
  await new Promise((resolve) => setTimeout(resolve, 40));
  return path;
}

/** The disk as another process has it: nothing that is open is shared. Each call is reported before and after. */
function separateDisk(
  watch: { call?: (name: string, path: unknown) => void; read?: () => void } = {},
): SyncFileSystem {
  const reported =
    <A extends unknown[], R>(name: string, call: (...args: A) => R) =>
    (...args: A): R => {
      watch.call?.(name, args[0]);
      return call(...args);
    };
  return {
    ...nodeFs,
    openSync: reported("open", nodeFs.openSync),
    statSync: reported("stat", nodeFs.statSync) as typeof nodeFs.statSync, // its overloads
    existsSync: reported("exists", nodeFs.existsSync),
    readSync: (fd, buffer, offset, length, position) => {
      watch.call?.("read", fd);
      const count = nodeFs.readSync(fd, buffer, offset, length, position);
      watch.read?.();
      return count;
    },
  };
}

describe("reads of a file that is kept open", () => {
  it("cost a read and one look at the file each", async () => {
    const path = await makeFile("calls");
    const calls: string[] = [];
    const m = new HDF5StorageManager(path, { fs: separateDisk({ call: (name) => calls.push(name) }) });
    expect((await m.getData("data", kept(0))).data).toEqual(row(0));
    calls.length = 0;
    expect((await m.getData("data", kept(2))).data).toEqual(row(2));
    expect(calls).toEqual(["read", "stat", "exists"]);
    await m.closeFile();
  });

  it("see what another process committed before the call", async () => {
    const path = await makeFile("commits");
    const reader = new HDF5StorageManager(path, { fs: separateDisk() });
    const writer = new HDF5StorageManager(path);
    for (let round = 0; round < 5; round++) {
      const value = round === 0 ? COLUMNS : round * 100;
      expect((await reader.getData("data", kept(1))).data[0]).toBe(value);
      expect((await reader.getData("data", kept(1))).data[0]).toBe(value);
      const data = new Float64Array(3 * COLUMNS).fill((round + 1) * 100);
      await writer.storeData({ dtype: "float64", shape: [3, COLUMNS], data }, "data");
    }
    await reader.closeFile();
  });

  it("are made again where the file changed in the middle", async () => {
    const path = await makeFile("middle");
    const position = nodeFs.readFileSync(path).indexOf(new Uint8Array(row(1).buffer));
    expect(position).toBeGreaterThan(0);
    const change = () => {
      const fd = nodeFs.openSync(path, "r+");
      nodeFs.writeSync(fd, new Uint8Array(Float64Array.of(-4).buffer), 0, 8, position);
      nodeFs.closeSync(fd);
    };
    const watch: { read?: () => void } = {};
    const reader = new HDF5StorageManager(path, { fs: separateDisk(watch) });
    await reader.getData("data", kept(0));
    watch.read = () => {
      delete watch.read;
      change();
    };
    expect((await reader.getData("data", kept(1))).data).toEqual(Float64Array.of(-4, ...row(1).subarray(1)));
    expect(watch.read).toBeUndefined();
    await reader.closeFile();
  });

  it("see rows that were appended in this process and are not committed yet", async () => {
    const path = folder("appended.h5");
    const m = new HDF5StorageManager(path);
    const pair = (value: number) => ({
      dtype: "float64" as const,
      shape: [1, 2],
      data: Float64Array.of(value, value),
    });
    await m.appendData(pair(1), "rows", { growDimension: 0 });
    expect((await m.getData("rows", { closeFile: false })).shape).toEqual([1, 2]);
    await m.appendData(pair(2), "rows", { growDimension: 0, closeFile: false });
    expect((await m.getData("rows", { closeFile: false })).shape).toEqual([2, 2]);
    await m.closeFile();
  });

  it("never share memory", async () => {
    const m = new HDF5StorageManager(await makeFile("memory"));
    await m.getData("data", kept(0));
    const first = await m.getData("data", kept(0));
    first.data.fill(-1 as never);
    const second = await m.getData("data", kept(0));
    expect(second.data).toEqual(row(0));
    expect(second.data).not.toBe(first.data);
    await m.closeFile();
  });

  it("fail as others do", async () => {
    const path = await makeFile("failures");
    const m = new HDF5StorageManager(path);
    await m.getData("data", kept(0));
    await expect(m.getData("data", kept(3))).rejects.toThrow(FileStorageException);
    await m.getData("data", kept(0));
    const missing = m.getData("nothing", { closeFile: false });
    await expect(missing).rejects.toThrow(MissingDataSetException);
    await expect(missing).rejects.toThrow(path);
    await m.getData("data", kept(0));
    expect(await m.getData("nothing", { closeFile: false, ignoreErrors: true })).toBeNull();
    const signal = AbortSignal.abort();
    await m.getData("data", kept(0));
    await expect(m.getData("data", { ...kept(0), signal })).rejects.toThrow("cancelled");
    await m.closeFile();
  });
});

describe("reads of a file that nothing in this process uses", () => {
  it("are made once where they fail too", async () => {
    const path = await makeFile("fails");
    const calls: string[] = [];
    const fs = separateDisk({ call: (name) => calls.push(name) });
    const m = new HDF5StorageManager(path, { fs });
    await m.getDataShape("data");
    calls.length = 0;
    await expect(m.getData("nothing")).rejects.toThrow(/no dataset \/nothing/);
    expect(calls).toEqual(["stat", "exists", "open", "read", "stat"]);
  });

  it("open it once, take one look before and one after, and leave nothing open", async () => {
    const path = await makeFile("once");
    const calls: string[] = [];
    const fs = separateDisk({ call: (name) => calls.push(name) });
    const m = new HDF5StorageManager(path, { fs });
    await m.getDataShape("data");
    calls.length = 0;
    expect((await m.getData("data", { selection: [1] })).data).toEqual(row(1));
    // The structures from one block, then the row.
    expect(calls).toEqual(["stat", "exists", "open", "read", "read", "stat"]);
    expect(HDF5StorageManager.LOCKS.has(path)).toBe(false);
  });

  it("are made again where the file changed in the middle", async () => {
    const path = await makeFile("once-middle");
    const position = nodeFs.readFileSync(path).indexOf(new Uint8Array(row(1).buffer));
    const watch: { read?: () => void } = {};
    const m = new HDF5StorageManager(path, { fs: separateDisk(watch) });
    await m.getDataShape("data");
    let reads = 0;
    watch.read = () => {
      reads += 1;
      if (reads !== 2) return;
      const fd = nodeFs.openSync(path, "r+");
      nodeFs.writeSync(fd, new Uint8Array(Float64Array.of(-4).buffer), 0, 8, position);
      nodeFs.closeSync(fd);
    };
    expect((await m.getData("data", { selection: [1] })).data[0]).toBe(-4);
    expect(reads).toBeGreaterThan(2);
  });

  it("look for the journal where a link leads, with or without lstat", async () => {
    const path = await makeFile("linked");
    const link = folder("link.h5");
    nodeFs.symlinkSync(path, link);
    for (const lstatSync of [nodeFs.lstatSync, undefined]) {
      const looks: unknown[] = [];
      const call = (name: string, of: unknown) => {
        if (name === "exists") looks.push(of);
      };
      const { lstatSync: _, ...fs } = separateDisk({ call });
      const m = new HDF5StorageManager(link, { fs: lstatSync === undefined ? fs : { ...fs, lstatSync } });
      await m.getDataShape("data");
      expect((await m.getData("data", { selection: [2] })).data).toEqual(row(2));
      expect(new Set(looks)).toEqual(new Set([`${nodeFs.realpathSync(path)}.journal`]));
    }
  });

  it("wait for a call that is at the file, and see what it did", async () => {
    const path = await makeFile("turn");
    const m = new HDF5StorageManager(path);
    await m.getDataShape("data");
    const data = new Float64Array(3 * COLUMNS).fill(7);
    const stored = m.storeData({ dtype: "float64", shape: [3, COLUMNS], data }, "data");
    const metadata = m.setMetadata({ unit: "mV" }, "data");
    const other = new HDF5StorageManager(path);
    expect((await other.getData("data", { selection: [0, 0] })).data[0]).toBe(7);
    expect(await other.getMetadata("data")).toEqual({ unit: "mV" });
    await Promise.all([stored, metadata]);
  });

  it("see rows that another manager holds in its buffer", async () => {
    const path = folder("buffered.h5");
    const m = new HDF5StorageManager(path);
    const pair = (value: number) => ({
      dtype: "float64" as const,
      shape: [1, 2],
      data: Float64Array.of(value, value),
    });
    await m.appendData(pair(1), "rows", { growDimension: 0, closeFile: false });
    const other = new HDF5StorageManager(path);
    expect(await other.getDataShape("rows")).toEqual([1, 2]);
    expect((await other.getData("rows")).data).toEqual(Float64Array.of(1, 1));
    expect((await other.listNodes()).map((node) => node.path)).toEqual(["/rows"]);
    await m.closeFile();
  });

  it("report a missing file as other reads do", async () => {
    const m = new HDF5StorageManager(folder("none.h5"));
    await expect(m.getDataShape("data")).rejects.toThrow(FileStructureException);
    await expect(m.getFileDataVersion()).rejects.toThrow(MissingDataFileException);
  });
});
