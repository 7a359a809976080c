import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { createFsFromVolume, Volume } from "memfs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FileSystem } from "../src/file-system.js";
import { FolderDescent } from "../src/folder-descent.js";
import { holdFolder } from "../src/held-folder.js";

const DEPTH = 300;

describe.each(["the disk", "memfs"])("a descent and back, on %s", (where) => {
  let fs: typeof nodeFs;
  let root = "";
  beforeEach(() => {
    // memfs has all that the tests call; only its types differ.
    fs =
      where === "memfs"
        ? (createFsFromVolume(Volume.fromJSON({ "/tmp/x": "" })) as unknown as typeof nodeFs)
        : nodeFs;
    root = fs.mkdtempSync(where === "memfs" ? "/tmp/descent-" : `${nodeFs.realpathSync(tmpdir())}/descent-`);
  });
  afterEach(() => fs.rmSync(root, { recursive: true }));

  /** `fs` with its open files counted. */
  function counting(): { counted: FileSystem; open: () => number; most: () => number } {
    let open = 0;
    let most = 0;
    const counted = Object.create(fs) as FileSystem; // with all that `fs` has
    counted.openSync = (...given) => {
      const fd = (fs as FileSystem).openSync(...given);
      open += 1;
      most = Math.max(most, open);
      return fd;
    };
    counted.closeSync = (fd) => {
      open -= 1;
      fs.closeSync(fd);
    };
    return { counted, open: () => open, most: () => most };
  }

  it("returns to every folder, holds few at a time, and releases all", async () => {
    fs.mkdirSync(`${root}${"/d".repeat(DEPTH)}`, { recursive: true });
    const { counted, open, most } = counting();
    const start = await holdFolder(counted, root);
    const way = new FolderDescent(start);
    const inodes = [(await way.folder.stats()).ino];
    for (let level = 0; level < DEPTH; level++) {
      await way.down("d");
      inodes.push((await way.folder.stats()).ino);
    }
    expect(way.folder.path).toBe(`${root}${"/d".repeat(DEPTH)}`);
    for (let level = DEPTH; level > 0; level--) {
      expect((await way.folder.stats()).ino).toBe(inodes[level]);
      await way.up();
    }
    expect(way.folder).toBe(start);
    await way.down("d");
    await way.close();
    await start.close();
    expect(open()).toBe(0);
    expect(most()).toBeLessThan(40);
  });

  it("stays where it is where a folder cannot be entered", async () => {
    fs.writeFileSync(`${root}/file`, "");
    const start = await holdFolder(fs, root);
    const way = new FolderDescent(start);
    await expect(way.down("none")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(way.down("file")).rejects.toThrow(/expected a folder/);
    expect(way.folder).toBe(start);
    await start.close();
  });

  it("refuses a folder that was moved while a subfolder was current", async () => {
    fs.mkdirSync(`${root}/a${"/d".repeat(60)}`, { recursive: true });
    fs.mkdirSync(`${root}/b`);
    const { counted, open } = counting();
    const start = await holdFolder(counted, root);
    const way = new FolderDescent(start);
    await way.down("a");
    for (let level = 0; level < 60; level++) await way.down("d");
    fs.renameSync(`${root}/a/d/d`, `${root}/b/d`);
    const climb = async () => {
      for (let level = 0; level < 60; level++) await way.up();
    };
    await expect(climb()).rejects.toThrow(
      where === "memfs" ? /ENOENT/ : /stay in .*\/a\/d, found that it was moved/,
    );
    await way.close();
    await start.close();
    expect(open()).toBe(0);
  });
});
