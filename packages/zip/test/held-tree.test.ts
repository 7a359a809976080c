import { holdFolder } from "@tvb-storage/files/internal";
import { expect, it } from "vitest";
import { HeldTree } from "../src/held-tree.js";
import { describeOnBoth, harvest, plant } from "./support/world.js";

describeOnBoth("a tree that is held", (world) => {
  it("gives its folders by their paths, many at once and one after another", async () => {
    const place = world();
    const { fs, root } = place;
    const paths = Array.from({ length: 200 }, (_, i) => `${i % 10}/${i % 100}/${i}`);
    plant(place, Object.fromEntries(paths.map((path) => [`${path}/`, ""])));
    const base = await holdFolder(fs, root);
    const tree = new HeldTree(base);
    const write = (path: string) =>
      tree.use(path, async (folder) => fs.promises.writeFile(await folder.at("file"), path));
    await Promise.all(paths.map(write));
    for (const path of paths)
      await tree.useParent(`${path}/file`, async (folder, name) => fs.promises.unlink(await folder.at(name)));
    await Promise.all(paths.map(write));
    await tree.close();
    await base.close();
    expect(harvest(fs, root)).toEqual(Object.fromEntries(paths.map((path) => [`${path}/file`, path])));
  });

  it("follows no link, and reports an error to each caller", async () => {
    const place = world();
    const { fs, root } = place;
    plant(place, { "a/b/": "", "outside/c/": "" });
    fs.symlinkSync(`${root}/outside`, `${root}/a/b/link`);
    const base = await holdFolder(fs, root);
    const tree = new HeldTree(base);
    for (let times = 0; times < 2; times++)
      await expect(tree.use("a/b/link/c", async () => undefined)).rejects.toThrow(/found a link/);
    await tree.close();
    await base.close();
  });
});
