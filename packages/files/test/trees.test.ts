import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { createFsFromVolume, Volume } from "memfs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyTree } from "../src/copy-tree.js";
import { type HeldFolder, holdFolder } from "../src/held-folder.js";
import { removeTree } from "../src/remove-tree.js";

describe.each(["the disk", "memfs"])("a tree, on %s", (where) => {
  let fs: typeof nodeFs;
  let root = "";
  let held: HeldFolder;
  beforeEach(async () => {
    // memfs has all that the tests call; only its types differ.
    fs =
      where === "memfs"
        ? (createFsFromVolume(Volume.fromJSON({ "/tmp/x": "" })) as unknown as typeof nodeFs)
        : nodeFs;
    root = fs.mkdtempSync(where === "memfs" ? "/tmp/trees-" : `${nodeFs.realpathSync(tmpdir())}/trees-`);
    held = await holdFolder(fs, root);
  });
  afterEach(async () => {
    await held.close();
    fs.rmSync(root, { recursive: true });
  });

  function write(path: string, content: string): void {
    fs.mkdirSync(`${root}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    fs.writeFileSync(`${root}/${path}`, content);
  }

  it("is removed with all that is in it, links not followed, however deep", async () => {
    write("x/a/b/c", "c");
    write("x/e", "e");
    write(`x/${"f/".repeat(300)}g`, "g");
    write("outside/h", "h");
    fs.symlinkSync(`${root}/outside`, `${root}/x/a/link`);
    expect(await removeTree(fs, held, "x")).toEqual([]);
    expect(fs.readdirSync(root)).toEqual(["outside"]);
    expect(fs.readFileSync(`${root}/outside/h`, "utf8")).toBe("h");
  });

  it("is no error where it is missing", async () => {
    expect(await removeTree(fs, held, "none")).toEqual([]);
  });

  it("is copied with modes and times", async () => {
    write("x/a/b", "content");
    write("x/c", "");
    fs.chmodSync(`${root}/x/a/b`, 0o640);
    fs.chmodSync(`${root}/x/a`, 0o750);
    fs.utimesSync(`${root}/x/a/b`, 1e9, 1e9);
    await copyTree(fs, { folder: held, name: "x" }, { folder: held, name: "y" });
    expect(fs.readFileSync(`${root}/y/a/b`, "utf8")).toBe("content");
    expect(fs.readdirSync(`${root}/y`).sort()).toEqual(["a", "c"]);
    expect(fs.statSync(`${root}/y/a/b`).mode & 0o777).toBe(0o640);
    expect(fs.statSync(`${root}/y/a`).mode & 0o777).toBe(0o750);
    expect(fs.statSync(`${root}/y/a/b`).mtimeMs).toBe(1e12);
  });

  it("is not copied where a link is in it", async () => {
    write("x/a", "a");
    fs.symlinkSync(`${root}/x/a`, `${root}/x/link`);
    await expect(copyTree(fs, { folder: held, name: "x" }, { folder: held, name: "y" })).rejects.toThrow(
      `cannot copy ${root}/x/link: it is a symbolic link`,
    );
  });
});
