import nodeFs, { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createFsFromVolume, Volume } from "memfs";
import { afterEach, describe, expect, it } from "vitest";
import type { SyncFileSystem } from "../src/file-system.js";
import { memoryFileSystem } from "../src/memory-file-system.js";

// The same tests on the disk and on memfs: what they do is what this one has to do.
const folders: string[] = [];
const SYSTEMS: Readonly<Record<string, () => { fs: SyncFileSystem; root: string }>> = {
  memoryFileSystem: () => ({ fs: memoryFileSystem(), root: "" }),
  memfs: () => ({ fs: createFsFromVolume(new Volume()), root: "" }),
  "node:fs": () => {
    const root = mkdtempSync(join(tmpdir(), "file-system-"));
    folders.push(root);
    return { fs: nodeFs, root };
  },
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function content(fs: SyncFileSystem, path: string): number[] {
  const fd = fs.openSync(path, "r");
  const data = new Uint8Array(fs.fstatSync(fd).size);
  expect(fs.readSync(fd, data, 0, data.length, 0)).toBe(data.length);
  fs.closeSync(fd);
  return [...data];
}

function write(fs: SyncFileSystem, path: string, data: Uint8Array): void {
  const fd = fs.openSync(path, "w");
  fs.writeSync(fd, data, 0, data.length, 0);
  fs.closeSync(fd);
}

/** The errno name with which `act` fails. */
function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
  return "no failure";
}

describe.each(Object.keys(SYSTEMS))("%s", (name) => {
  const make = SYSTEMS[name] ?? expect.unreachable();

  it("distinguishes two files, also where one has taken the other's name", () => {
    const { fs, root } = make();
    const first = fs.openSync(`${root}/x`, "w+");
    const second = fs.openSync(`${root}/y`, "w+");
    const { ino } = fs.fstatSync(second);
    expect(ino).not.toBe(fs.fstatSync(first).ino);
    fs.renameSync(`${root}/y`, `${root}/x`);
    const renamed = fs.openSync(`${root}/x`, "r");
    expect(fs.fstatSync(renamed).ino).toBe(ino);
    for (const fd of [first, second, renamed]) fs.closeSync(fd);
  });

  it("reads what was written, at any position", () => {
    const { fs, root } = make();
    const fd = fs.openSync(`${root}/x`, "w+");
    expect(fs.writeSync(fd, bytes(0, 1, 2, 3, 0), 1, 3, 2)).toBe(3);
    const read = bytes(9, 9, 9, 9, 9, 9);
    expect(fs.readSync(fd, read, 1, 4, 1)).toBe(4);
    expect([...read]).toEqual([9, 0, 1, 2, 3, 9]);
    expect(fs.fstatSync(fd).size).toBe(5);
    fs.fsyncSync(fd);
    fs.closeSync(fd);
    expect(content(fs, `${root}/x`)).toEqual([0, 0, 1, 2, 3]);
  });

  it("reads less at the end and nothing after it", () => {
    const { fs, root } = make();
    write(fs, `${root}/x`, bytes(1, 2, 3));
    const fd = fs.openSync(`${root}/x`, "r");
    const read = bytes(0, 0, 0, 0);
    expect(fs.readSync(fd, read, 0, 4, 1)).toBe(2);
    expect([...read]).toEqual([2, 3, 0, 0]);
    expect(fs.readSync(fd, read, 0, 4, 3)).toBe(0);
    expect(fs.readSync(fd, read, 0, 4, 100)).toBe(0);
    fs.closeSync(fd);
  });

  it("truncates a file, and fills with zeros when it grows", () => {
    const { fs, root } = make();
    const fd = fs.openSync(`${root}/x`, "w+");
    fs.writeSync(fd, bytes(1, 2, 3, 4), 0, 4, 0);
    fs.ftruncateSync(fd, 2);
    expect(fs.fstatSync(fd).size).toBe(2);
    fs.ftruncateSync(fd, 3);
    fs.writeSync(fd, bytes(5), 0, 1, 4);
    fs.closeSync(fd);
    expect(content(fs, `${root}/x`)).toEqual([1, 2, 0, 0, 5]);
  });

  it("opens with the flags of node:fs", () => {
    const { fs, root } = make();
    expect(failure(() => fs.openSync(`${root}/x`, "r"))).toBe("ENOENT");
    expect(failure(() => fs.openSync(`${root}/x`, "r+"))).toBe("ENOENT");
    fs.closeSync(fs.openSync(`${root}/x`, "wx"));
    expect(failure(() => fs.openSync(`${root}/x`, "wx"))).toBe("EEXIST");
    expect(failure(() => fs.openSync(`${root}/x`, "wx+"))).toBe("EEXIST");
    write(fs, `${root}/x`, bytes(1, 2));
    const fd = fs.openSync(`${root}/x`, "r+");
    fs.writeSync(fd, bytes(9), 0, 1, 0);
    fs.closeSync(fd);
    expect(content(fs, `${root}/x`)).toEqual([9, 2]);
    fs.closeSync(fs.openSync(`${root}/x`, "w"));
    expect(content(fs, `${root}/x`)).toEqual([]);
  });

  // memfs lets a descriptor do what it was not opened for.
  it.skipIf(name === "memfs")("keeps to the mode in which a file was opened", () => {
    const { fs, root } = make();
    write(fs, `${root}/x`, bytes(1));
    const reading = fs.openSync(`${root}/x`, "r");
    expect(failure(() => fs.writeSync(reading, bytes(1), 0, 1, 0))).toBe("EBADF");
    expect(failure(() => fs.ftruncateSync(reading, 0))).toMatch(/EINVAL|EBADF/);
    fs.closeSync(reading);
    expect(content(fs, `${root}/x`)).toEqual([1]);
    const writing = fs.openSync(`${root}/x`, "w");
    expect(failure(() => fs.readSync(writing, bytes(0), 0, 1, 0))).toBe("EBADF");
    fs.closeSync(writing);
  });

  it("refuses a closed descriptor", () => {
    const { fs, root } = make();
    const fd = fs.openSync(`${root}/x`, "w+");
    fs.closeSync(fd);
    for (const act of [
      () => fs.closeSync(fd),
      () => fs.readSync(fd, bytes(0), 0, 1, 0),
      () => fs.writeSync(fd, bytes(0), 0, 1, 0),
      () => fs.fstatSync(fd),
      () => fs.fsyncSync(fd),
      () => fs.ftruncateSync(fd, 0),
    ])
      expect(failure(act)).toBe("EBADF");
  });

  it("refuses a range that is not in the buffer, and writes nothing of it", () => {
    const { fs, root } = make();
    const fd = fs.openSync(`${root}/x`, "w+");
    expect(() => fs.writeSync(fd, bytes(1, 2), 1, 2, 0)).toThrow(RangeError);
    expect(() => fs.readSync(fd, bytes(1, 2), 0, 3, 0)).toThrow(RangeError);
    expect(fs.fstatSync(fd).size).toBe(0);
    fs.closeSync(fd);
  });

  it("says what is there", () => {
    const { fs, root } = make();
    const before = Date.now() - 1000;
    write(fs, `${root}/x`, bytes(1, 2, 3));
    const stats = fs.statSync(`${root}/x`);
    expect([stats.size, stats.isFile(), stats.isDirectory()]).toEqual([3, true, false]);
    expect(stats.mtimeMs).toBeGreaterThan(before);
    const folder = fs.statSync(`${root}/`);
    expect([folder.isFile(), folder.isDirectory()]).toEqual([false, true]);
    expect(fs.existsSync(`${root}/x`)).toBe(true);
    expect(fs.existsSync(`${root}/`)).toBe(true);
    expect(fs.existsSync(`${root}/y`)).toBe(false);
    fs.chmodSync(`${root}/x`, 0o744);
    for (const act of [
      () => fs.statSync(`${root}/y`),
      () => fs.chmodSync(`${root}/y`, 0o744),
      () => fs.unlinkSync(`${root}/y`),
      () => fs.renameSync(`${root}/y`, `${root}/z`),
    ])
      expect(failure(act)).toBe("ENOENT");
  });

  it("moves a file over another", () => {
    const { fs, root } = make();
    write(fs, `${root}/x`, bytes(1));
    write(fs, `${root}/y`, bytes(2));
    fs.renameSync(`${root}/x`, `${root}/y`);
    expect(fs.existsSync(`${root}/x`)).toBe(false);
    expect(content(fs, `${root}/y`)).toEqual([1]);
    fs.renameSync(`${root}/y`, `${root}/y`);
    expect(content(fs, `${root}/y`)).toEqual([1]);
  });

  it("keeps a removed file that is open", () => {
    const { fs, root } = make();
    write(fs, `${root}/x`, bytes(1, 2));
    const fd = fs.openSync(`${root}/x`, "r");
    fs.unlinkSync(`${root}/x`);
    write(fs, `${root}/x`, bytes(3));
    const read = bytes(0, 0);
    expect(fs.readSync(fd, read, 0, 2, 0)).toBe(2);
    expect([...read]).toEqual([1, 2]);
    fs.closeSync(fd);
  });

  it("does not open, remove or replace a folder as a file", () => {
    const { fs, root } = make();
    write(fs, `${root}/x`, bytes(1));
    expect(failure(() => fs.openSync(`${root}/`, "w"))).toBe("EISDIR");
    if (name !== "memfs") {
      expect(failure(() => fs.unlinkSync(`${root}/`))).toMatch(/EISDIR|EPERM/);
      expect(failure(() => fs.renameSync(`${root}/x`, `${root}/`))).toMatch(
        /EISDIR|EBUSY|ENOTDIR|EEXIST|ENOTEMPTY/,
      );
    }
    expect(content(fs, `${root}/x`)).toEqual([1]);
  });
});

describe("memoryFileSystem", () => {
  it("has nothing in common with another", () => {
    const one = memoryFileSystem();
    write(one, "/x", bytes(1));
    expect(memoryFileSystem().existsSync("/x")).toBe(false);
  });

  it("finds a file by every form of its path", () => {
    const fs = memoryFileSystem();
    write(fs, "/a/b.h5", bytes(1));
    expect(content(fs, "//a/./c/../b.h5")).toEqual([1]);
  });

  it("refuses unknown flags", () => {
    const fs = memoryFileSystem();
    for (const flags of ["a", "", "constructor"])
      expect(failure(() => fs.openSync("/x", flags))).toBe("EINVAL");
    expect(fs.existsSync("/x")).toBe(false);
  });

  it("reports a full disk where memory ends, and keeps the content", () => {
    const fs = memoryFileSystem();
    write(fs, "/x", bytes(1, 2));
    const fd = fs.openSync("/x", "r+");
    expect(failure(() => fs.writeSync(fd, bytes(3), 0, 1, 2 ** 52))).toBe("ENOSPC");
    expect(failure(() => fs.ftruncateSync(fd, 2 ** 52))).toBe("ENOSPC");
    fs.closeSync(fd);
    expect(content(fs, "/x")).toEqual([1, 2]);
  });

  it("takes and returns bytes without a copy", () => {
    const fs = memoryFileSystem();
    const given = bytes(1, 2, 3);
    fs.putFile("/x", given);
    expect(fs.fileBytes("/x").buffer).toBe(given.buffer);
    expect(content(fs, "/x")).toEqual([1, 2, 3]);
    const fd = fs.openSync("/x", "r+");
    fs.writeSync(fd, bytes(4, 5), 0, 2, 2);
    fs.closeSync(fd);
    expect([...fs.fileBytes("/x")]).toEqual([1, 2, 4, 5]);
  });

  it("replaces a file, which stays readable where it is open", () => {
    const fs = memoryFileSystem();
    write(fs, "/x", bytes(1));
    const fd = fs.openSync("/x", "r");
    fs.putFile("/x", bytes(7, 8).subarray(1));
    expect(content(fs, "/x")).toEqual([8]);
    const old = new Uint8Array(2);
    expect(fs.readSync(fd, old, 0, 2, 0)).toBe(1);
    expect(old[0]).toBe(1);
    expect(fs.statSync("/x").ino).not.toBe(fs.fstatSync(fd).ino);
  });

  it("copies shared memory, which other threads may change", () => {
    const fs = memoryFileSystem();
    const shared = new Uint8Array(new SharedArrayBuffer(2));
    shared[0] = 1;
    fs.putFile("/x", shared);
    shared[0] = 9;
    expect([...fs.fileBytes("/x")]).toEqual([1, 0]);
  });

  it("has no bytes for a missing file, nor for its root", () => {
    const fs = memoryFileSystem();
    expect(failure(() => fs.fileBytes("/x"))).toBe("ENOENT");
    expect(failure(() => fs.fileBytes("/"))).toBe("EISDIR");
    expect(failure(() => fs.putFile("/", bytes(1)))).toBe("EISDIR");
  });

  it("has the same content as memfs after any writes and truncations", () => {
    const step = fc.oneof(
      fc.record({ at: fc.nat(5000), data: fc.uint8Array({ minLength: 1, maxLength: 50 }) }),
      fc.record({ size: fc.nat(5000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const results = [memoryFileSystem(), createFsFromVolume(new Volume())].map((fs: SyncFileSystem) => {
          const fd = fs.openSync("/x", "w+");
          for (const each of steps) {
            if ("size" in each) fs.ftruncateSync(fd, each.size);
            else fs.writeSync(fd, each.data, 0, each.data.length, each.at);
          }
          fs.closeSync(fd);
          return content(fs, "/x");
        });
        expect(results[0]).toEqual(results[1]);
      }),
      { seed: 8, numRuns: 100 },
    );
  });
});
