import { equal, isTrue, rejects } from "../expect.js";
import { listedPaths } from "../listed.js";
import { growable, noRemoval, removal, storedOnFileSystem } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import { sampleData } from "../sample-data.js";
import type { StorageContext } from "../storage-context.js";

const paths = (t: StorageContext): Promise<string[]> => listedPaths(t.open());

export const removeRules: RuleGroup<StorageContext> = {
  name: "removeData",
  rules: [
    rule("a removed dataset is gone, for every manager", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.storeData(t.data([2]), "y");
      await m.removeData("x");
      await rejects(t.open().getData("x"), "MISSING_DATASET");
      equal(await paths(t), ["/y"]);
    }),
    rule("its siblings keep their data and metadata", [removal], async (t) => {
      const m = t.open();
      for (const name of ["a", "ab", "abc", "b"]) await m.storeData(t.data([name.length]), name);
      await m.setMetadata({ unit: "mm" }, "abc");
      await m.removeData("ab");
      equal(await paths(t), ["/a", "/abc", "/b"]);
      t.equalData(await m.getData("abc"), [1], [3]);
      equal(await m.getMetadata("abc"), { unit: "mm" });
    }),
    rule("a group is removed with all that is in it, and nothing else", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x", { where: "/g/deep/er" });
      await m.storeData(t.data([2]), "y", { where: "/g" });
      await m.storeData(t.data([3]), "x", { where: "/g2" });
      await m.removeData("g");
      equal(await paths(t), ["/g2", "/g2/x"]);
    }),
    rule("where names the group of what is removed", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([0]), "x");
      await m.storeData(t.data([1]), "x", { where: "/a" });
      await m.storeData(t.data([2]), "y", { where: "/a" });
      await m.removeData("x", { where: "/a" });
      equal(await paths(t), ["/a", "/a/y", "/x"]);
    }),
    rule("the emptied group stays", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x", { where: "/a" });
      await m.removeData("x", { where: "/a" });
      equal(await paths(t), ["/a"]);
    }),
    rule("the root's metadata stays", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.setMetadata({ title: "t" });
      await m.removeData("x");
      equal(await m.getMetadata(), { Data_version: 5, title: "t" });
    }),
    rule("the name can be used again, for another shape and type", [removal], async (t) => {
      const m = t.open();
      const other = sampleData(t.supports, t.supports.dtypes.filter((type) => type !== t.dtype).at(-1));
      await m.storeData(t.data([1, 2]), "x");
      await m.setMetadata({ unit: "mV" }, "x");
      await m.removeData("x");
      await m.storeData(other.array([3], [3, 4, 5]), "x");
      other.equalData(await m.getData("x"), [3], [3, 4, 5]);
      equal(await m.getMetadata("x"), {});
    }),
    rule("a growing dataset is removed and begun again", [removal, growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([1, 2]), "x");
      await m.removeData("x");
      await m.appendData(t.data([7]), "x");
      t.equalData(await m.getData("x"), [1], [7]);
    }),
    rule("half of a hundred datasets are removed, the others stay", [removal], async (t) => {
      const m = t.open();
      for (let i = 0; i < 100; i++) await m.storeData(t.data([i]), `d${i}`);
      for (let i = 0; i < 100; i += 2) await m.removeData(`d${i}`);
      equal((await paths(t)).length, 50);
      for (let i = 1; i < 100; i += 2) t.equalData(await m.getData(`d${i}`), [1], [i]);
    }),
    rule("a missing dataset is a FileStructureException that names it", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.removeData("weights"), "FILE_STRUCTURE", [t.path(), "weights"]);
      await rejects(m.removeData("x", { where: "/nowhere" }), "FILE_STRUCTURE", ["nowhere"]);
      t.equalData(await m.getData("x"), [1], [1]);
    }),
    rule("removing twice is an error", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.storeData(t.data([1]), "y");
      await m.removeData("x");
      await rejects(m.removeData("x"), "FILE_STRUCTURE");
    }),
    rule(
      "removing from a missing file is an error, and creates none",
      [removal, storedOnFileSystem],
      async (t) => {
        await rejects(t.open().removeData("x"), "FILE_STRUCTURE", [t.path()]);
        isTrue(!t.fs.existsSync(t.path()), "there should be no file");
      },
    ),
    rule("the root cannot be removed", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.removeData(""), "FILE_STRUCTURE");
      await rejects(m.removeData("", { where: "/" }), "FILE_STRUCTURE");
      equal(await paths(t), ["/x"]);
    }),
    rule("the last dataset can be removed; the file stays one", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.removeData("x");
      equal(await m.isValidTvbFile(), true);
      equal(await paths(t), []);
    }),
    rule("a backend that cannot remove refuses to, and removes nothing", [noRemoval], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.removeData("x"), ["FILE_STORAGE", "FILE_STRUCTURE"], ["x"]);
      t.equalData(await m.getData("x"), [1], [1]);
    }),
  ],
};
