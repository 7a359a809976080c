import nodeFs, { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFsFromVolume, Volume } from "memfs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { itWith, posix } from "../../../test/support/judges.js";
import type { FileSystem } from "../src/file-system.js";
import { folderEntries, pathStats } from "../src/path-stats.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "path-stats-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function systems(): readonly (readonly [name: string, fs: FileSystem, root: string])[] {
  const memory = createFsFromVolume(new Volume());
  memory.mkdirSync("/b");
  memory.writeFileSync("/a.h5", "12345", { mode: 0o640 });
  memory.symlinkSync("/a.h5", "/c-link");
  memory.symlinkSync("/missing", "/d-dangling");
  return [
    ["node:fs", nodeFs, folder],
    ["memfs", memory, ""],
  ];
}

describe.each([0, 1])("on file system %#", (which) => {
  let fs: FileSystem = nodeFs;
  let root = "";
  beforeAll(() => {
    if (which === 0) {
      mkdirSync(`${folder}/b`);
      writeFileSync(`${folder}/a.h5`, "12345");
      chmodSync(`${folder}/a.h5`, 0o640);
      symlinkSync(`${folder}/a.h5`, `${folder}/c-link`);
      symlinkSync(`${folder}/missing`, `${folder}/d-dangling`);
    }
    [, fs, root] = systems()[which] ?? expect.unreachable();
  });

  it("reports files, folders and links", async () => {
    const file = await pathStats(fs, `${root}/a.h5`);
    expect(file).toMatchObject({ kind: "file", size: 5, mode: 0o640 });
    expect(Math.abs(Date.now() - Number(file?.mtimeMs))).toBeLessThan(60_000);
    expect((await pathStats(fs, `${root}/b`))?.kind).toBe("folder");
    expect((await pathStats(fs, `${root}/c-link`))?.kind).toBe("link");
    expect((await pathStats(fs, `${root}/d-dangling`))?.kind).toBe("link");
  });

  it("follows links with followLinks", async () => {
    const followed = await pathStats(fs, `${root}/c-link`, { followLinks: true });
    expect(followed).toMatchObject({ kind: "file", size: 5 });
    expect(followed?.ino).toBe((await pathStats(fs, `${root}/a.h5`))?.ino);
    expect(await pathStats(fs, `${root}/d-dangling`, { followLinks: true })).toBeUndefined();
  });

  it("is undefined for a missing path", async () => {
    expect(await pathStats(fs, `${root}/missing`)).toBeUndefined();
    expect(await pathStats(fs, `${root}/a.h5/beneath a file`)).toBeUndefined();
  });

  it("lists a folder by name", async () => {
    expect(await folderEntries(fs, `${root}/`)).toEqual([
      { name: "a.h5", kind: "file" },
      { name: "b", kind: "folder" },
      { name: "c-link", kind: "link" },
      { name: "d-dangling", kind: "link" },
    ]);
    expect(await folderEntries(fs, `${root}/b`)).toEqual([]);
    await expect(folderEntries(fs, `${root}/missing`)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(folderEntries(fs, `${root}/a.h5`)).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});

describe("pathStats", () => {
  it("passes other errors on", async () => {
    const circle = `${folder}/circle`;
    symlinkSync(circle, circle);
    await expect(pathStats(nodeFs, circle, { followLinks: true })).rejects.toMatchObject({ code: "ELOOP" });
    rmSync(circle);
  });

  itWith(posix)("calls a socket neither file nor folder", async () => {
    const path = `${folder}/socket`;
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect((await pathStats(nodeFs, path))?.kind).toBe("other");
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("folderEntries", () => {
  it("says so where a file system gives names only", async () => {
    const fs: FileSystem = { ...nodeFs, promises: { ...nodeFs.promises, readdir: async () => ["a"] } };
    await expect(folderEntries(fs, "/")).rejects.toThrow(TypeError);
  });
});
