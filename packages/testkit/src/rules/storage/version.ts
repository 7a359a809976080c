import { equal, rejects } from "../expect.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

export const versionRules: RuleGroup<StorageContext> = {
  name: "getFileDataVersion",
  rules: [
    rule("a new file has data version 5", async (t) => {
      await t.open().storeData(t.data([1]), "x");
      equal(await t.open().getFileDataVersion(), 5);
    }),
    rule("the option dataVersion gives new files another", async (t) => {
      await t.open(t.path(), { dataVersion: 7 }).storeData(t.data([1]), "x");
      equal(await t.open().getFileDataVersion(), 7);
    }),
    rule("an existing file keeps its version", async (t) => {
      await t.open(t.path(), { dataVersion: 3 }).storeData(t.data([1]), "x");
      await t.open().storeData(t.data([2]), "y");
      await t.open().setMetadata({ title: "t" });
      equal(await t.open().getFileDataVersion(), 3);
    }),
    rule("the version is metadata of the root", async (t) => {
      const m = t.open();
      await m.setMetadata({ Data_version: 9 });
      equal(await m.getFileDataVersion(), 9);
      equal(await m.getMetadata(), { Data_version: 9 });
    }),
    rule("another attribute of another node may tell it", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x", { where: "/g" });
      await m.setMetadata({ release: "2.8" }, "x", { where: "/g" });
      equal(await m.getFileDataVersion("release", "x", { where: "/g" }), "2.8");
    }),
    rule("a file without the attribute is incompatible", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.getFileDataVersion("Other_version"), "INCOMPATIBLE_FILE_MANAGER", [
        t.path(),
        "Other_version",
      ]);
      await rejects(m.getFileDataVersion("constructor"), "INCOMPATIBLE_FILE_MANAGER", ["constructor"]);
      await m.removeMetadata("Data_version");
      await rejects(m.getFileDataVersion(), "INCOMPATIBLE_FILE_MANAGER", ["Data_version"]);
    }),
    rule("a missing file is a MissingDataFileException", async (t) => {
      await rejects(t.open().getFileDataVersion(), "MISSING_DATA_FILE", [t.path()]);
    }),
  ],
};
