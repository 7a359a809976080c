import { execFileSync } from "node:child_process";
import * as nodeFs from "node:fs";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { ndarray } from "@tvb-storage/core";
import { createMemoryFs } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { itWith, posix } from "../../../test/support/judges.ts";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { ZarrStorageManager } from "../src/index.ts";
import { FolderStore } from "../src/stores/folder-store.ts";

const folder = temporaryFolder("folder-store");
const bytes = (...numbers: number[]): Uint8Array => Uint8Array.from(numbers);

/** The disk, with its calls counted. */
function countedFs(): { fs: typeof nodeFs; calls: string[] } {
  const calls: string[] = [];
  const counted = <T extends object>(target: T, prefix: string): T =>
    new Proxy(target, {
      get(_, name) {
        const value: unknown = Reflect.get(target, name);
        if (name === "promises") return counted(value as object, "promises.");
        if (typeof value !== "function" || typeof name !== "string") return value;
        return Object.assign((...args: unknown[]) => {
          calls.push(prefix + name);
          return value.apply(target, args);
        }, value);
      },
    });
  return { fs: counted({ ...nodeFs }, ""), calls };
}

describe("files of a folder", () => {
  itWith(posix)("are not read where a named pipe is in their place, which would wait for ever", async () => {
    const path = folder("pipe.zarr");
    const manager = new ZarrStorageManager(path);
    await manager.storeData(Uint8Array.of(1, 2), "x");
    nodeFs.unlinkSync(`${path}/x/c/0`);
    execFileSync("mkfifo", [`${path}/x/c/0`]);
    await expect(manager.getData("x")).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: expect.stringContaining("x/c/0 is neither a file nor a folder"),
    });
    await manager.storeData(Uint8Array.of(3, 4), "x");
    expect((await manager.getData("x")).data).toEqual(Uint8Array.of(3, 4));
  });

  it("are read as a whole, also where a longer one takes the name just before or after they are opened", async () => {
    const path = folder("replaced");
    const plain = new FolderStore(nodeFs, path);
    for (const when of ["before", "after"])
      for (const read of ["get", "suffix"]) {
        await plain.put("x", bytes(1, 2));
        const replace = (): void => {
          writeFileSync(`${path}/longer`, bytes(3, 4, 5, 6));
          nodeFs.renameSync(`${path}/longer`, `${path}/x`);
        };
        const openSync = (...[at, ...rest]: Parameters<typeof nodeFs.openSync>): number => {
          if (when === "before") replace();
          const fd = nodeFs.openSync(at, ...rest);
          if (when === "after") replace();
          return fd;
        };
        const store = new FolderStore({ ...nodeFs, openSync } as never, path);
        const found =
          read === "get" ? (await store.get("x"))?.bytes : await store.getRange("x", { suffix: 9 });
        expect(found).toEqual(when === "before" ? bytes(3, 4, 5, 6) : bytes(1, 2));
      }
  });

  it("have a version once they are not new any more, which is another one for each content", async () => {
    const path = folder("versions");
    const store = new FolderStore(nodeFs, path);
    await store.put("x", bytes(1));
    expect((await store.get("x"))?.version).toBeUndefined();
    // The system's own time of a change cannot be set, so a file system without it stands for an older file.
    const { ctimeMs: _, ...old } = { ...statSync(`${path}/x`) };
    const withoutChangeTime = ({ size, ino, mtimeMs }: nodeFs.Stats) => ({
      ...old,
      size,
      ino,
      mtimeMs,
      isFile: () => true,
      isDirectory: () => false,
    });
    const fs = {
      ...nodeFs,
      statSync: (at: string) => withoutChangeTime(statSync(at)),
      fstatSync: (fd: number) => withoutChangeTime(nodeFs.fstatSync(fd)),
    };
    utimesSync(`${path}/x`, 1000, 1000);
    const older = new FolderStore(fs as never, path);
    const { version = "" } = (await older.get("x")) ?? {};
    expect(version).not.toBe("");
    expect(await older.getIfChanged("x", version)).toBe("unchanged");
    await older.put("x", bytes(2), { ifVersion: version });
    expect(await older.getIfChanged("x", version)).toEqual({ bytes: bytes(2), version: undefined });
    for (const change of [
      older.put("x", bytes(3), { ifVersion: version }),
      older.delete("x", { ifVersion: version }),
    ])
      await expect(change).rejects.toMatchObject({
        code: "FILE_STORAGE",
        message: expect.stringContaining("x of"),
      });
    expect((await store.get("x"))?.bytes).toEqual(bytes(2));
  });

  it("of a chunk have its length, with zeros behind the rows that are in it", async () => {
    const path = folder("padded.zarr");
    const manager = new ZarrStorageManager(path, { format: 2 });
    const append = (...data: number[]) =>
      manager.appendData(ndarray(Float64Array.from(data), { shape: [1, 2] }), "x", {
        growDimension: 0,
        chunks: [4, 2],
      });
    const stored = (): number[] => [
      ...new Float64Array(Uint8Array.from(readFileSync(`${path}/x/0.0`)).buffer),
    ];
    await append(1, 2);
    expect(stored()).toEqual([1, 2, 0, 0, 0, 0, 0, 0]);
    await append(3, 4);
    expect(stored()).toEqual([1, 2, 3, 4, 0, 0, 0, 0]);
    // Of what is behind them nothing is kept.
    writeFileSync(`${path}/x/0.0`, new Uint8Array(Float64Array.of(1, 2, 3, 4, 9, 9, 9, 9).buffer));
    await append(5, 6);
    expect(stored()).toEqual([1, 2, 3, 4, 5, 6, 0, 0]);
    writeFileSync(`${path}/x/0.0`, new Uint8Array(40));
    await expect(append(7, 8)).rejects.toThrow(
      "the chunk x/0.0 is damaged: it has 40 bytes, where 6 elements of 8 bytes belong",
    );
    expect((await manager.getDataShape("x"))[0]).toBe(3);
  });

  it("of a long chunk have zeros behind them, too, with and without a sync", async () => {
    for (const durability of ["process", "power"] as const)
      for (const length of [10, 1024 * 1024 + 1]) {
        const path = folder(`padded-${durability}-${length}`);
        await new FolderStore(nodeFs, path, durability).putPadded("g/x", bytes(1, 2), length);
        const expected = new Uint8Array(length);
        expected.set([1, 2]);
        expect(readFileSync(`${path}/g/x`).equals(expected)).toBe(true);
      }
  });

  itWith(posix)("keep their mode when they are replaced", async () => {
    const store = new FolderStore(nodeFs, folder("modes"));
    await store.put("x", bytes(1));
    chmodSync(folder("modes/x"), 0o640);
    await store.put("x", bytes(2));
    expect(statSync(folder("modes/x")).mode & 0o777).toBe(0o640);
  });

  it("are named without replacing others, also where there are no links", async () => {
    const { linkSync: _, ...fs } = createMemoryFs({ "/d/other": "" });
    const store = new FolderStore(fs as never, "/d/a");
    expect(await store.putIfAbsent("g/x", bytes(1))).toEqual({});
    expect(await store.putIfAbsent("g/x", bytes(2))).toBeUndefined();
    expect((await store.get("g/x"))?.bytes).toEqual(bytes(1));
    expect(await store.list("")).toEqual([{ key: "g/x" }]);
  });

  it("that a dead writer had not finished are removed by the next one", async () => {
    const path = folder("dead.zarr");
    await new ZarrStorageManager(path).storeData([1], "x");
    const temporary = `${path}/.zarr.json.0123abcd-0123.tmp`;
    writeFileSync(temporary, "{");
    await new ZarrStorageManager(path).setMetadata({ a: 1 });
    expect(existsSync(temporary)).toBe(true);
    writeFileSync(
      `${path}.journal`,
      JSON.stringify({ token: "t", host: "", pid: 0, abandoned: true, since: 0 }),
    );
    await new ZarrStorageManager(path).setMetadata({ a: 2 });
    expect(readdirSync(path).sort()).toEqual(["x", "zarr.json"]);
  });

  it("are replaced by few calls, none of them on another thread", async () => {
    const { fs, calls } = countedFs();
    const m = new ZarrStorageManager(folder("counted.zarr"), { fs });
    await m.storeData([1], "x");
    calls.length = 0;
    await m.setMetadata({ a: 1 }, "x");
    const made = calls.filter((name) => !/realpath|readlink|lstat|stat|exists/.test(name));
    const file = ["openSync", "writeSync", "closeSync", "renameSync"];
    const read = ["openSync", "readSync", "closeSync"];
    expect(made).toEqual(["openSync", "writeSync", ...read, ...file, ...file, "unlinkSync", "closeSync"]);
    expect(calls.length).toBeLessThan(35);
  });

  it("let timers run while many are written", async () => {
    const fs = createMemoryFs({ "/d/other": "" });
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    const m = new ZarrStorageManager("/d/a.zarr", { fs });
    for (let i = 0; i < 20; i++) await m.setMetadata({ i });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});
