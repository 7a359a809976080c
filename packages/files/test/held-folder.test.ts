import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { FileStructureException } from "@tvb-storage/errors";
import { createFsFromVolume, Volume } from "memfs";
import { afterAll, describe, expect, it } from "vitest";
import { itWith, linux } from "../../../test/support/judges.js";
import type { FileSystem } from "../src/file-system.js";
import { holdFolder } from "../src/held-folder.js";

type TestFs = typeof nodeFs & Omit<FileSystem, keyof typeof nodeFs>;

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) nodeFs.rmSync(root, { recursive: true, force: true });
});

function disk(): { fs: TestFs; root: string } {
  const root = nodeFs.realpathSync(nodeFs.mkdtempSync(`${tmpdir()}/tvb-held-`));
  roots.push(root);
  return { fs: nodeFs, root };
}

function memory(): { fs: TestFs; root: string } {
  const fs = createFsFromVolume(Volume.fromJSON({ "/work/.keep": "" }));
  // memfs has all that the port and the tests call; only its types differ.
  return { fs: fs as unknown as TestFs, root: "/work" };
}

for (const [where, world] of Object.entries({ "the disk": disk, memfs: memory })) {
  describe(`a folder that is held, on ${where}`, () => {
    it("gives the paths of its entries, and holds its subfolders and parent", async () => {
      const { fs, root } = world();
      fs.mkdirSync(`${root}/a/b`, { recursive: true });
      const a = await holdFolder(fs, `${root}/a`);
      const b = await a.enter("b");
      fs.writeFileSync(await b.at("file"), "content");
      expect(fs.readFileSync(`${root}/a/b/file`, "utf8")).toBe("content");
      expect(b.path).toBe(`${root}/a/b`);
      const above = await b.parent();
      expect((await above.stats()).ino).toBe((await a.stats()).ino);
      expect(fs.readdirSync(await above.at())).toEqual(["b"]);
      for (const folder of [a, b, above]) await folder.close();
    });

    it("follows links of its path when it is opened, and none later", async () => {
      const { fs, root } = world();
      fs.mkdirSync(`${root}/real/in`, { recursive: true });
      fs.mkdirSync(`${root}/outside`);
      fs.symlinkSync(`${root}/real`, `${root}/link`);
      fs.symlinkSync(`${root}/outside`, `${root}/real/out`);
      const held = await holdFolder(fs, `${root}/link`);
      expect(held.path).toBe(`${root}/real`);
      await expect(held.enter("out")).rejects.toThrow(
        new FileStructureException(`expected a folder at ${root}/real/out, found a link`),
      );
      await held.close();
    });

    it("refuses what is no folder, and throws ENOENT where nothing is there", async () => {
      const { fs, root } = world();
      fs.writeFileSync(`${root}/file`, "");
      await expect(holdFolder(fs, `${root}/file`)).rejects.toThrow(
        /expected a folder at .*file, found a file/,
      );
      await expect(holdFolder(fs, `${root}/none`)).rejects.toMatchObject({ code: "ENOENT" });
      const held = await holdFolder(fs, root);
      await expect(held.enter("file")).rejects.toThrow(/expected a folder at .*file, found a file/);
      await expect(held.enter("none")).rejects.toMatchObject({ code: "ENOENT" });
      await held.close();
    });

    it("never leads through a link that replaced it, or a folder above it", async () => {
      const { fs, root } = world();
      fs.mkdirSync(`${root}/a/b`, { recursive: true });
      fs.mkdirSync(`${root}/outside/b`, { recursive: true });
      const held = await (await holdFolder(fs, `${root}/a`)).enter("b");
      fs.renameSync(`${root}/a`, `${root}/aside`);
      fs.symlinkSync(`${root}/outside`, `${root}/a`);
      try {
        fs.writeFileSync(await held.at("file"), "content");
        expect(fs.readdirSync(`${root}/aside/b`)).toEqual(["file"]);
      } catch (error) {
        expect(error).toBeInstanceOf(FileStructureException);
        expect(String(error)).toContain(`expected the folder ${root}/a/b to stay where it is`);
      }
      expect(fs.readdirSync(`${root}/outside/b`)).toEqual([]);
      await held.close();
    });
  });
}

itWith(linux)("works in a folder without permission to list it", async () => {
  const { fs, root } = disk();
  fs.mkdirSync(`${root}/a`, { mode: 0o300 });
  const held = await holdFolder(fs, `${root}/a`);
  fs.writeFileSync(await held.at("file"), "content");
  expect(fs.readFileSync(`${root}/a/file`, "utf8")).toBe("content");
  await held.close();
  fs.chmodSync(`${root}/a`, 0o700);
});
