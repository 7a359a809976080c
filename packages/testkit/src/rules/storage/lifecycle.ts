import { pathStats, withFilesReleased } from "@tvb-storage/files";
import { equal, isTrue, rejects } from "../expect.js";
import { growable, storedAsFile, storedOnFileSystem } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

export const lifecycleRules: RuleGroup<StorageContext> = {
  name: "lifecycle",
  rules: [
    rule("a manager knows the path that it was opened with", async (t) => {
      // In a store without a file system, its place may come before it.
      const { path } = t.open();
      if (t.supports.storedAs !== "remote") equal(path, t.path());
      else isTrue(path.endsWith(t.path()), path);
    }),
    rule("opening a manager touches no file", [storedOnFileSystem], async (t) => {
      t.open();
      isTrue(!t.fs.existsSync(t.path()), "there should be no file");
    }),
    rule("isValidTvbFile is false for a missing file, and true once something is stored", async (t) => {
      equal(await t.open().isValidTvbFile(), false);
      await t.open().storeData(t.data([1]), "x");
      equal(await t.open().isValidTvbFile(), true);
    }),
    rule("isValidTvbFile is true while rows are buffered", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([1]), "x", { closeFile: false });
      equal(await m.isValidTvbFile(), true);
    }),
    rule("closing twice is fine, and closing what was never opened", async (t) => {
      const m = t.open();
      await m.closeFile();
      await m.storeData(t.data([1]), "x");
      await m.closeFile();
      await m.closeFile();
      t.equalData(await m.getData("x"), [1], [1]);
    }),
    rule("closing what was never written creates no file", [storedOnFileSystem], async (t) => {
      await t.open().closeFile();
      isTrue(!t.fs.existsSync(t.path()), "there should be no file");
    }),
    rule("a manager can be used again after it was closed", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.closeFile();
      await m.storeData(t.data([2]), "y");
      await m.closeFile();
      t.equalData(await m.getData("y"), [1], [2]);
    }),
    rule("await using closes: buffered rows are in the file", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([1]), "x");
      await m.appendData(t.data([2]), "x", { closeFile: false });
      await m[Symbol.asyncDispose]();
      t.equalData(await t.open().getData("x"), [2], [1, 2]);
    }),
    rule("a new file has mode 0744", [storedAsFile], async (t) => {
      await t.open().storeData(t.data([1]), "x");
      equal((await pathStats(t.fs, t.path()))?.mode.toString(8), "744");
    }),
    rule("after a close there is the file and nothing beside it", [storedAsFile], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await m.setMetadata({ title: "t" });
      await m.storeData(t.data([2]), "x");
      await m.closeFile();
      equal(await names(t), [t.path().slice(t.folder.length + 1)]);
    }),
    rule("a refused call leaves nothing beside the file", [storedAsFile], async (t) => {
      const m = t.open();
      await rejects(m.storeData(null as unknown as number, "x"), "FILE_STRUCTURE"); // deliberately no data
      equal(await names(t), []);
      await m.storeData(t.data([1]), "x");
      await rejects(m.storeData(t.data([1, 2]), "x"), "INCOMPATIBLE_FILE_MANAGER");
      equal(await names(t), [t.path().slice(t.folder.length + 1)]);
    }),
    rule("a missing folder is a FileStructureException, and is not made", [storedOnFileSystem], async (t) => {
      const path = `${t.folder}/missing/${t.path().slice(t.folder.length + 1)}`;
      await rejects(t.open(path).storeData(t.data([1]), "x"), "FILE_STRUCTURE", [path]);
      isTrue(!t.fs.existsSync(`${t.folder}/missing`), "the folder should not be made");
    }),
    rule("a file that is moved takes its buffered rows along", [growable, storedOnFileSystem], async (t) => {
      const m = t.open();
      await m.appendData(t.data([1]), "x");
      await m.appendData(t.data([2]), "x", { closeFile: false });
      await withFilesReleased(t.fs, t.path(), () => t.fs.promises.rename(t.path(), t.path("moved")));
      t.equalData(await t.open(t.path("moved")).getData("x"), [2], [1, 2]);
      equal(await m.isValidTvbFile(), false);
      await rejects(m.getData("x"), "FILE_STRUCTURE", [t.path()]);
    }),
    rule(
      "a folder that is moved takes along what is open in it",
      [growable, storedOnFileSystem],
      async (t) => {
        await t.fs.promises.mkdir(`${t.folder}/from`, {});
        const name = t.path().slice(t.folder.length + 1);
        const m = t.open(`${t.folder}/from/${name}`);
        await m.appendData(t.data([1]), "x", { closeFile: false });
        await withFilesReleased(t.fs, `${t.folder}/from`, () =>
          t.fs.promises.rename(`${t.folder}/from`, `${t.folder}/to`),
        );
        t.equalData(await t.open(`${t.folder}/to/${name}`).getData("x"), [1], [1]);
      },
    ),
    rule("another file under the same path is read as what it is", [storedOnFileSystem], async (t) => {
      await t.open().storeData(t.data([1, 2]), "x");
      await t.open(t.path("other")).storeData(t.data([7]), "y");
      await t.open().getData("x", { closeFile: false });
      await withFilesReleased(t.fs, t.path(), () => t.fs.promises.rename(t.path(), t.path("away")));
      await withFilesReleased(t.fs, t.path("other"), () => t.fs.promises.rename(t.path("other"), t.path()));
      t.equalData(await t.open().getData("y"), [1], [7]);
      await rejects(t.open().getData("x"), "MISSING_DATASET");
    }),
    rule("two hundred openings and closings leave nothing behind", async (t) => {
      for (let i = 0; i < 200; i++) {
        const m = t.open();
        if (i % 10 === 0) await m.storeData(t.data([i]), "x");
        else await m.getData("x");
        await m.closeFile();
      }
      t.equalData(await t.open().getData("x"), [1], [190]);
    }),
    rule("a failed read leaves the file usable, also a hundred times", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      for (let i = 0; i < 100; i++)
        await rejects(m.getData("missing", { closeFile: false }), "MISSING_DATASET");
      await m.storeData(t.data([2]), "x");
      t.equalData(await m.getData("x"), [1], [2]);
    }),
  ],
};

async function names(t: StorageContext): Promise<string[]> {
  const entries = await t.fs.promises.readdir(t.folder, { withFileTypes: true });
  return entries.map((entry) => String((entry as { name: unknown }).name)).sort(); // Dirent's shape
}
