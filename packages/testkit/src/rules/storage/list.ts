import type { StorageManager } from "@tvb-storage/core";
import { equal, rejects } from "../expect.js";
import { listed, listedPaths } from "../listed.js";
import { type RuleGroup, rule } from "../rule.js";
import { sampleData } from "../sample-data.js";
import type { StorageContext } from "../storage-context.js";

async function tree(t: StorageContext): Promise<StorageManager> {
  const m = t.open();
  await m.storeData(t.data([[1, 2, 3]]), "a"); // prettier-ignore
  await m.storeData(t.data(5), "s", { where: "/g" });
  await m.storeData(t.data([1]), "x", { where: "/g/h/i" });
  return t.open();
}

export const listRules: RuleGroup<StorageContext> = {
  name: "listNodes",
  rules: [
    rule("every group and dataset is listed once, by its absolute path", async (t) => {
      const nodes = await listed(await tree(t));
      equal(
        nodes.map(({ path, kind }) => `${kind} ${path}`),
        ["dataset /a", "group /g", "group /g/h", "group /g/h/i", "dataset /g/h/i/x", "dataset /g/s"],
      ); // prettier-ignore
    }),
    rule("datasets tell dtype and shape", async (t) => {
      const nodes = await listed(await tree(t));
      const about = (path: string) => nodes.find((node) => node.path === path);
      equal([about("/a")?.dtype, about("/a")?.shape], [t.dtype, [1, 3]]);
      equal([about("/g/s")?.dtype, about("/g/s")?.shape], [t.dtype, []]);
      equal([about("/g")?.dtype, about("/g")?.shape], [undefined, undefined]);
    }),
    rule("the dtype is the one that data comes back with", async (t) => {
      const m = t.open();
      for (const type of t.supports.dtypes) {
        await m.storeData(sampleData(t.supports, type).array([1], [1]), type);
        equal((await m.getData(type)).dtype, type);
      }
      for (const { path, dtype } of await listed(m)) equal(dtype, path.slice(1));
    }),
    rule("what is listed is the caller's to change", async (t) => {
      const m = t.open();
      const data = t.array([2, 3], [1, 2, 3, 4, 5, 6]);
      const chunks = [2, 3];
      if (t.supports.growableAxes === "none") await m.storeData(data, "d", { chunks });
      else await m.appendData(data, "d", { growDimension: 0, chunks });
      const before = await listed(m);
      for (const list of ["shape", "maxShape", "chunks", "filters"] as const) {
        // Read-only for TypeScript; a program in JavaScript may write into it.
        for (const node of await m.listNodes()) (node[list] as unknown[] | null | undefined)?.fill(9);
      }
      equal(await listed(m), before, "what listNodes says after its results were written into");
      equal(await m.getDataShape("d"), [2, 3]);
      (await m.getDataShape("d")).fill(9);
      equal(await m.getDataShape("d"), [2, 3]);
    }),
    rule("where lists what is beneath a group", async (t) => {
      const m = await tree(t);
      equal(await listedPaths(m, { where: "/g" }), ["/g/h", "/g/h/i", "/g/h/i/x", "/g/s"]);
      equal(await listedPaths(m, { where: "/g/h/i" }), ["/g/h/i/x"]);
    }),
    rule("depth 1 lists the children only", async (t) => {
      const m = await tree(t);
      equal(await listedPaths(m, { depth: 1 }), ["/a", "/g"]);
      equal(await listedPaths(m, { where: "/g", depth: 1 }), ["/g/h", "/g/s"]);
    }),
    rule("depth 2 lists their children too", async (t) => {
      equal(await listedPaths(await tree(t), { depth: 2 }), ["/a", "/g", "/g/h", "/g/s"]);
    }),
    rule("groups whose names begin alike are kept apart", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x", { where: "/g" });
      await m.storeData(t.data([1]), "y", { where: "/g2" });
      equal(await listedPaths(m, { where: "/g" }), ["/g/x"]);
    }),
    rule("a file with metadata only has no nodes beneath its root", async (t) => {
      const m = t.open();
      await m.setMetadata({ title: "t" });
      equal(await listed(m), []);
    }),
    rule("a missing node is a MissingDataSetException", async (t) => {
      await rejects((await tree(t)).listNodes({ where: "/nowhere" }), "MISSING_DATASET", [
        t.path(),
        "nowhere",
      ]);
    }),
    rule("two hundred datasets are all listed", async (t) => {
      const m = t.open();
      for (let i = 0; i < 200; i++) await m.storeData(t.data([i]), `d${i}`, { where: "/many" });
      equal((await listed(m, { where: "/many" })).length, 200);
    }),
  ],
};
