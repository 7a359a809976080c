import { equal, isTrue, rejects } from "../expect.js";
import { growable, storedOnFileSystem } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

const keys = [
  "a b",
  "ünï",
  "__proto__",
  "constructor",
  "toString",
  "a/b",
  "a.b",
  "TVB",
  "TVB_",
  "x".repeat(200),
  "👍",
];

export const metadataRules: RuleGroup<StorageContext> = {
  name: "metadata: nodes and keys",
  rules: [
    rule("metadata goes to the root by default", async (t) => {
      await t.open().setMetadata({ title: "t" });
      equal(await t.open().getMetadata(), { Data_version: 5, title: "t" });
      equal(await t.open().getMetadata("", { where: "/" }), { Data_version: 5, title: "t" });
    }),
    rule("a dataset has metadata of its own", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.setMetadata({ unit: "mV" }, "x");
      equal(await t.open().getMetadata("x"), { unit: "mV" });
      equal(await t.open().getMetadata(), { Data_version: 5 });
    }),
    rule("a group has metadata of its own, named as dataset or as where", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x", { where: "/g" });
      await m.setMetadata({ one: 1 }, "g");
      await m.setMetadata({ two: 2 }, "", { where: "/g" });
      equal(await m.getMetadata("g"), { one: 1, two: 2 });
      equal(await m.getMetadata("x", { where: "/g" }), {});
    }),
    rule("where says which of two datasets of one name is meant", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x", { where: "/a" });
      await m.storeData(t.data([1]), "x", { where: "/b" });
      await m.setMetadata({ in: "a" }, "x", { where: "/a" });
      await m.setMetadata({ in: "b" }, "x", { where: "/b" });
      equal(await m.getMetadata("x", { where: "/a" }), { in: "a" });
      equal(await m.getMetadata("x", { where: "/b" }), { in: "b" });
    }),
    rule("a second call adds keys and replaces values, of another kind too", async (t) => {
      const m = t.open();
      await m.setMetadata({ a: 1, b: 2 });
      await m.setMetadata({ b: "two", c: true });
      equal(await t.open().getMetadata(), { Data_version: 5, a: 1, b: "two", c: true });
    }),
    rule("no keys change nothing", async (t) => {
      const m = t.open();
      await m.setMetadata({ a: 1 });
      await m.setMetadata({});
      equal(await m.getMetadata(), { Data_version: 5, a: 1 });
    }),
    rule("a key without the prefix is read under its name", async (t) => {
      const m = t.open();
      await m.setMetadata({ plain: 1 }, "", { tvbSpecificMetadata: false });
      equal((await m.getMetadata())["plain"], 1);
    }),
    rule("of TVB_x and x the first wins", async (t) => {
      const m = t.open();
      await m.setMetadata({ x: "with prefix" });
      await m.setMetadata({ x: "without" }, "", { tvbSpecificMetadata: false });
      equal((await m.getMetadata())["x"], "with prefix");
      await m.removeMetadata("x");
      equal((await m.getMetadata())["x"], "without");
    }),
    rule("the prefix is on the file: a key set without it may spell it out", async (t) => {
      const m = t.open();
      await m.setMetadata({ TVB_spelt: 1 }, "", { tvbSpecificMetadata: false });
      equal((await m.getMetadata())["spelt"], 1);
    }),
    rule("unusual keys are kept", async (t) => {
      const m = t.open();
      const metadata = Object.fromEntries(keys.map((key, i) => [key, i]));
      await m.setMetadata(metadata);
      const found = await t.open().getMetadata();
      for (const [i, key] of keys.entries()) {
        isTrue(Object.hasOwn(found, key), `the key ${key} should be there`);
        equal(found[key], i, key);
      }
    }),
    rule("an empty key is refused, and so is one with a NUL", async (t) => {
      const m = t.open();
      await rejects(m.setMetadata({ "": 1 }), "FILE_STRUCTURE", [t.path()]);
      await rejects(m.setMetadata({ "a\0b": 1 }), "FILE_STRUCTURE");
      equal(await m.isValidTvbFile(), false);
    }),
    rule("three hundred keys are kept", async (t) => {
      const metadata = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key${i}`, i]));
      await t.open().setMetadata(metadata);
      equal(await t.open().getMetadata(), { Data_version: 5, ...metadata });
    }),
    rule("a missing node becomes a dataset of shape (1,)", async (t) => {
      const m = t.open();
      await m.setMetadata({ unit: "mV" }, "x", { where: "/g" });
      equal(await m.getDataShape("x", { where: "/g" }), [1]);
      equal(await m.getMetadata("g/x"), { unit: "mV" });
    }),
    rule("a logger is warned of the node that was made, and of no other", async (t) => {
      const warnings: string[] = [];
      const silent = (): void => undefined;
      const logger = { debug: silent, error: silent, warn: (text: string) => warnings.push(text) };
      const m = t.open(t.path(), { logger });
      await m.storeData(t.data([1]), "weights");
      await m.setMetadata({ unit: "mm" }, "weights");
      await m.setMetadata({ title: "t" });
      equal(warnings, []);
      await m.setMetadata({ unit: "mm" }, "weigths");
      equal(warnings.length, 1);
      isTrue(warnings[0]?.includes("weigths") === true, "the warning should name the node");
    }),
    rule("a missing file is created", async (t) => {
      await t.open().setMetadata({ title: "t" });
      equal(await t.open().isValidTvbFile(), true);
    }),
    rule("where the values are refused, a missing node is not made", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "other");
      await rejects(m.setMetadata({ bad: undefined as unknown as null }, "x"), "FILE_STRUCTURE"); // deliberately no value
      await rejects(m.getDataShape("x"), "MISSING_DATASET");
    }),
    rule("metadata that is no object is refused", async (t) => {
      const m = t.open();
      for (const bad of [null, ["a"], "text"])
        await rejects(m.setMetadata(bad as unknown as Record<string, null>), "FILE_STRUCTURE"); // deliberately none
    }),
    rule("metadata of a missing node is a MissingDataSetException", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.getMetadata("weights"), "MISSING_DATASET", [t.path(), "weights"]);
    }),
    rule("reading metadata of a missing file creates none", [storedOnFileSystem], async (t) => {
      await rejects(t.open().getMetadata(), "FILE_STRUCTURE", [t.path()]);
      isTrue(!t.fs.existsSync(t.path()), "there should be no file");
    }),
    rule("metadata sets no data", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([1, 2]), "x");
      await m.setMetadata({ unit: "mV" }, "x");
      t.equalData(await m.getData("x"), [2], [1, 2]);
    }),
  ],
};

export const removeMetadataRules: RuleGroup<StorageContext> = {
  name: "removeMetadata",
  rules: [
    rule("a key is removed, the others stay", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.setMetadata({ a: 1, ab: 2, b: 3 }, "x");
      await m.removeMetadata("a", "x");
      equal(await t.open().getMetadata("x"), { ab: 2, b: 3 });
    }),
    rule("a key of the root is removed", async (t) => {
      const m = t.open();
      await m.setMetadata({ a: 1 });
      await m.removeMetadata("a");
      equal(await m.getMetadata(), { Data_version: 5 });
    }),
    rule("where and dataset say of which node", async (t) => {
      const m = t.open();
      await m.setMetadata({ a: 1 });
      await m.storeData(t.data([1]), "x", { where: "/g" });
      await m.setMetadata({ a: 2 }, "x", { where: "/g" });
      await m.removeMetadata("a", "x", { where: "/g" });
      equal(await m.getMetadata("g/x"), {});
      equal((await m.getMetadata())["a"], 1);
    }),
    rule("the prefix is part of which key is meant", async (t) => {
      const m = t.open();
      await m.setMetadata({ a: 1 });
      await rejects(m.removeMetadata("a", "", { tvbSpecificMetadata: false }), "FILE_STRUCTURE");
      await m.setMetadata({ b: 1 }, "", { tvbSpecificMetadata: false });
      await m.removeMetadata("b", "", { tvbSpecificMetadata: false });
      equal(await m.getMetadata(), { Data_version: 5, a: 1 });
    }),
    rule("a missing key is a FileStructureException that names it", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.removeMetadata("unit", "x"), "FILE_STRUCTURE", [t.path(), "unit"]);
    }),
    rule("checkExistence makes a missing key a no-op", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.setMetadata({ a: 1 }, "x");
      await m.removeMetadata("unit", "x", { checkExistence: true });
      await m.removeMetadata("a", "x", { checkExistence: true });
      equal(await m.getMetadata("x"), {});
    }),
    rule("a missing node is a FileStructureException", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.removeMetadata("a", "nowhere"), "FILE_STRUCTURE", ["nowhere"]);
    }),
    rule("a missing file is one too, and none is created", [storedOnFileSystem], async (t) => {
      await rejects(t.open().removeMetadata("a"), "FILE_STRUCTURE", [t.path()]);
      await rejects(t.open().removeMetadata("a", "", { checkExistence: true }), "FILE_STRUCTURE", [t.path()]);
      isTrue(!t.fs.existsSync(t.path()), "there should be no file");
    }),
    rule("a removed key can be set again", async (t) => {
      const m = t.open();
      await m.setMetadata({ a: 1 });
      await m.removeMetadata("a");
      await m.setMetadata({ a: "again" });
      equal((await m.getMetadata())["a"], "again");
    }),
  ],
};
