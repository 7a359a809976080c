import type { GetOptions } from "@tvb-storage/core";
import { equal, equalArray, isTrue, rejects } from "../expect.js";
import { dtype, storedOnFileSystem } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

export const readRules: RuleGroup<StorageContext> = {
  name: "getData and getDataShape",
  rules: [
    rule("another manager reads what one stored", async (t) => {
      await t.open().storeData(t.data([1, 2]), "x");
      t.equalData(await t.open().getData("x"), [2], [1, 2]);
    }),
    rule("a missing dataset is a MissingDataSetException that names file and dataset", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.getData("weights"), "MISSING_DATASET", [t.path(), "weights"]);
      await rejects(m.getDataShape("weights"), "MISSING_DATASET", [t.path(), "weights"]);
    }),
    rule("a dataset in a missing group is missing", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.getData("x", { where: "/nowhere" }), "MISSING_DATASET", ["nowhere"]);
    }),
    rule("where says which of two datasets of one name is meant", async (t) => {
      const m = t.open();
      await m.storeData(t.data([0]), "x");
      await m.storeData(t.data([1]), "x", { where: "/a" });
      await m.storeData(t.data([2]), "x", { where: "/b" });
      t.equalData(await m.getData("x"), [1], [0]);
      t.equalData(await m.getData("x", { where: "/a" }), [1], [1]);
      t.equalData(await m.getData("x", { where: "/b" }), [1], [2]);
      equal(await m.getDataShape("x", { where: "/b" }), [1]);
    }),
    rule("ignoreErrors gives null for a missing dataset", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      equal(await m.getData("y", { ignoreErrors: true }), null);
      equal(await m.getData("y", { ignoreErrors: true, where: "/nowhere" }), null);
    }),
    rule("ignoreErrors gives the data where it is there", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      t.equalData(await m.getData("x", { ignoreErrors: true }), [1], [1]);
    }),
    rule("ignoreErrors hides no other error", async (t) => {
      const m = t.open();
      await rejects(m.getData("x", { ignoreErrors: true }), "FILE_STRUCTURE");
      await m.storeData(t.data([1]), "x");
      await rejects(m.getData("x", { ignoreErrors: true, selection: [5] }), "FILE_STORAGE");
      await rejects(m.getData("", { ignoreErrors: true }), "FILE_STRUCTURE");
      isTrue((await m.getData("a//b", { ignoreErrors: true })) === null, "no dataset is a null");
    }),
    rule("a group has no data", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x", { where: "/g" });
      await rejects(m.getData("g"), ["MISSING_DATASET", "FILE_STORAGE", "FILE_STRUCTURE"], ["g"]);
    }),
    rule("reading a missing file creates none", [storedOnFileSystem], async (t) => {
      await rejects(t.open().getData("x"), "FILE_STRUCTURE", [t.path()]);
      isTrue(!t.fs.existsSync(t.path()), "there should be no file");
    }),
    rule("results are the caller's: changing one changes nothing in the file", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2, 3]), "x");
      const first = await m.getData("x", { closeFile: false });
      t.fill(first, 8);
      t.equalData(await m.getData("x"), [3], [1, 2, 3]);
    }),
    rule("two results share no memory", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2, 3]), "x");
      const [first, second] = await Promise.all([m.getData("x"), m.getData("x")]);
      isTrue(first.data !== second.data, "each call should give its own array");
      if (!Array.isArray(first.data) && !Array.isArray(second.data))
        isTrue(first.data.buffer !== second.data.buffer, "each call should give its own buffer");
    }),
    rule("string results are the caller's too", [dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData(["a", "b"], "x");
      const first = await m.getData("x", { closeFile: false });
      if (Array.isArray(first.data)) first.data[0] = "changed";
      equalArray(await m.getData("x"), "string", [2], ["a", "b"]);
    }),
    rule("a shape that was given out may be changed", async (t) => {
      const m = t.open();
      await m.storeData(t.data([[1, 2]]), "x");
      const shape = await m.getDataShape("x");
      shape.push(99);
      equal(await m.getDataShape("x"), [1, 2]);
    }),
    rule("closeFile: false keeps the file open for further reads", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.storeData(t.data([2]), "y");
      t.equalData(await m.getData("x", { closeFile: false }), [1], [1]);
      t.equalData(await m.getData("y", { closeFile: false }), [1], [2]);
      await m.closeFile();
      t.equalData(await m.getData("x"), [1], [1]);
    }),
    rule("a file kept open for reading shows what is stored meanwhile", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.getData("x", { closeFile: false });
      await t.open().storeData(t.data([2]), "x");
      await t.open().storeData(t.data([3]), "y");
      t.equalData(await m.getData("x", { closeFile: false }), [1], [2]);
      t.equalData(await m.getData("y", { closeFile: false }), [1], [3]);
    }),
    rule("a field of what is no compound is refused", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.getData("x", { field: "re" }), "FILE_STORAGE", ["re"]);
    }),
    rule("an aborted signal ends a read", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.getData("x", { signal: AbortSignal.abort() }), "FILE_STORAGE", ["x"]);
      t.equalData(await m.getData("x"), [1], [1]);
    }),
    rule("an option that does not exist is refused, not ignored", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2]), "x");
      await rejects(m.getData("x", { slice: [0] } as GetOptions), "FILE_STRUCTURE", ["slice"]); // deliberately no option
    }),
  ],
};
