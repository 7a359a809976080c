import type { NodeInfo, StorageManager } from "@tvb-storage/core";
import { equal, rejects } from "../expect.js";
import { dtype, growable } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

/** The nodes beneath the requested one; a backend may list that one too. */
async function listed(m: StorageManager, options?: { where?: string; depth?: number }): Promise<NodeInfo[]> {
  const where = options?.where ?? "/";
  const nodes = (await m.listNodes(options)).filter(({ path }) => path !== where);
  return nodes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function tree(t: StorageContext): Promise<StorageManager> {
  const m = t.open();
  await m.storeData([[1, 2, 3]], "a"); // prettier-ignore
  await m.storeData(5, "s", { where: "/g" });
  await m.storeData([1], "x", { where: "/g/h/i" });
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
      equal([about("/a")?.dtype, about("/a")?.shape], ["float64", [1, 3]]);
      equal([about("/g/s")?.dtype, about("/g/s")?.shape], ["float64", []]);
      equal([about("/g")?.dtype, about("/g")?.shape], [undefined, undefined]);
    }),
    rule("the dtype is the one that data comes back with", [dtype("bool", "string", "int64")], async (t) => {
      const m = t.open();
      await m.storeData([true], "b");
      await m.storeData(["a"], "t");
      await m.storeData([1n], "i");
      equal(
        (await listed(m)).map(({ dtype: type }) => type),
        ["bool", "int64", "string"],
      );
    }),
    rule("what is listed is the caller's to change", [growable], async (t) => {
      const m = t.open();
      await m.appendData(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        "d",
        { growDimension: 0, chunks: [2, 3] },
      );
      const before = await m.listNodes();
      for (const list of ["shape", "maxShape", "chunks", "filters"] as const) {
        // Read-only for TypeScript; a program in JavaScript may write into it.
        for (const node of await m.listNodes()) (node[list] as unknown[] | null | undefined)?.fill(9);
      }
      equal(await m.listNodes(), before, "what listNodes says after its results were written into");
      equal(await m.getDataShape("d"), [2, 3]);
      (await m.getDataShape("d")).fill(9);
      equal(await m.getDataShape("d"), [2, 3]);
    }),
    rule("where lists what is beneath a group", async (t) => {
      const m = await tree(t);
      equal(
        (await listed(m, { where: "/g" })).map(({ path }) => path),
        ["/g/h", "/g/h/i", "/g/h/i/x", "/g/s"],
      );
      equal(
        (await listed(m, { where: "/g/h/i" })).map(({ path }) => path),
        ["/g/h/i/x"],
      );
    }),
    rule("depth 1 lists the children only", async (t) => {
      const m = await tree(t);
      equal(
        (await listed(m, { depth: 1 })).map(({ path }) => path),
        ["/a", "/g"],
      );
      equal(
        (await listed(m, { where: "/g", depth: 1 })).map(({ path }) => path),
        ["/g/h", "/g/s"],
      );
    }),
    rule("depth 2 lists their children too", async (t) => {
      equal(
        (await listed(await tree(t), { depth: 2 })).map(({ path }) => path),
        ["/a", "/g", "/g/h", "/g/s"],
      );
    }),
    rule("groups whose names begin alike are kept apart", async (t) => {
      const m = t.open();
      await m.storeData([1], "x", { where: "/g" });
      await m.storeData([1], "y", { where: "/g2" });
      equal(
        (await listed(m, { where: "/g" })).map(({ path }) => path),
        ["/g/x"],
      );
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
      for (let i = 0; i < 200; i++) await m.storeData([i], `d${i}`, { where: "/many" });
      equal((await listed(m, { where: "/many" })).length, 200);
    }),
  ],
};
