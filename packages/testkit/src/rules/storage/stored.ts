import type { StorageManager } from "@tvb-storage/core";
import { equal, isTrue, rejects } from "../expect.js";
import { looksAt, stateOf } from "../look.js";
import { cold, medium, removal } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

// What calls leave in the folder, or in the remote store.

interface Change {
  readonly what: string;
  readonly change: (m: StorageManager) => Promise<void>;
}

/** Changes of a file, one after the other, as far as the backend supports them. */
function changesOf(t: StorageContext): Change[] {
  const changes: Change[] = [
    { what: "storing", change: (m) => m.storeData(t.data([1, 2]), "x") },
    { what: "storing in a group", change: (m) => m.storeData(t.data([3]), "y", { where: "/g" }) },
    { what: "overwriting", change: (m) => m.storeData(t.data([4, 5]), "x") },
    { what: "setting metadata", change: (m) => m.setMetadata({ a: 1, b: "text" }) },
    { what: "setting metadata of a dataset", change: (m) => m.setMetadata({ unit: "mV" }, "x") },
    { what: "removing metadata", change: (m) => m.removeMetadata("a") },
  ];
  if (t.supports.growableAxes !== "none")
    changes.push(
      { what: "appending", change: (m) => m.appendData(t.data([1]), "rows", { growDimension: 0 }) },
      { what: "appending more", change: (m) => m.appendData(t.data([2, 3]), "rows", { growDimension: 0 }) },
      {
        what: "closing after a buffered append",
        change: async (m) => {
          await m.appendData(t.data([4]), "rows", { growDimension: 0, closeFile: false });
          await m.closeFile();
        },
      },
    );
  if (t.supports.removal)
    changes.push(
      { what: "removing a dataset", change: (m) => m.removeData("x") },
      { what: "removing a group", change: (m) => m.removeData("g") },
    );
  return changes;
}

/** Paths that a backend could take for parts of each other, or store under one name. */
function similarPaths(t: StorageContext): string[] {
  const names = ["a", "ab", "a_b", "a.b", "a-b", "a%2Fb"];
  const paths = [...names.map((name) => t.path(name)), `${t.path("a")}b`];
  // Where there are no folders, a file may also be where others have a folder.
  return t.remote === undefined
    ? paths
    : [...paths, t.path("A"), t.path("a/b"), `${t.path("a")}/b`, `${t.path("a")}/`.repeat(2) + t.path("a")];
}

async function touchesNoOther(t: StorageContext, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const others = await t.medium.stored();
    for (const { what, change } of changesOf(t)) {
      await change(t.open(path));
      const now = await t.medium.stored();
      for (const [name, content] of others)
        equal(now.get(name), content, `${what} in ${path} should leave ${name}, of another file, as it is`);
    }
  }
  const states = new Set<string>();
  for (const path of paths) states.add(await stateOf(t.open(path)));
  equal(states.size, 1, "all files should have the same content");
}

/** How many objects are stored. */
async function count(t: StorageContext): Promise<number> {
  return (await t.medium.stored()).size;
}

export const storedRules: RuleGroup<StorageContext> = {
  name: "what is stored",
  rules: [
    rule("no call on one file touches what is stored of another", [medium], async (t) => {
      await touchesNoOther(t, similarPaths(t));
      await t.inNewStore((other) => touchesNoOther(other, similarPaths(other).reverse()));
    }),
    rule("nothing stays of what is removed", [medium, removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "keep");
      const before = await count(t);
      await m.storeData(t.array([3000], new Float64Array(3000).fill(1)), "x");
      await m.setMetadata({ unit: "mV" }, "x");
      for (const name of ["a", "b", "c"]) await m.storeData(t.data([2]), name, { where: "/g/h" });
      await m.removeData("x");
      await m.removeData("g");
      await m.closeFile();
      equal(await count(t), before);
      t.equalData(await m.getData("keep"), [1], [1]);
    }),
    rule("nothing stays of what is overwritten", [medium], async (t) => {
      const m = t.open();
      const change = async (number: number): Promise<void> => {
        await m.storeData(t.array([3000], new Float64Array(3000).fill(number)), "x");
        await m.setMetadata({ number }, "x");
        await m.closeFile();
      };
      await change(0);
      const before = await count(t);
      for (let i = 1; i < 6; i++) await change(i);
      equal(await count(t), before);
    }),
    rule("reading changes nothing of what is stored", [medium], async (t) => {
      await t.open().storeData(t.data([1, 2]), "x");
      await t.open().setMetadata({ a: 1 }, "x");
      await t.open().closeFile();
      const before = await t.medium.stored();
      const m = t.open();
      for (const { look } of looksAt(["x"])) await look(m);
      await m.isValidTvbFile();
      await rejects(m.getData("missing"), "MISSING_DATASET");
      await m.closeFile();
      equal(await t.medium.stored(), before);
    }),
    rule("a refused change changes nothing of what is stored", [medium], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2]), "x");
      await m.closeFile();
      const before = await t.medium.stored();
      await rejects(m.storeData(t.data([1, 2, 3]), "x"), "INCOMPATIBLE_FILE_MANAGER");
      await rejects(m.storeData(t.data([1]), "y", { where: "/x" }), "FILE_STRUCTURE");
      await rejects(m.setMetadata({ a: 1, "": 2 }), "FILE_STRUCTURE");
      await rejects(m.removeMetadata("missing"), "FILE_STRUCTURE");
      if (t.supports.removal) await rejects(m.removeData("missing"), "FILE_STRUCTURE");
      await m.closeFile();
      equal(await t.medium.stored(), before);
    }),
    rule("what a call did is what another process finds", [cold], async (t) => {
      const m = t.open();
      for (const { what, change } of changesOf(t)) {
        await change(m);
        const found = await stateOf(await t.openCold());
        equal(found, await stateOf(m), `found by another process after ${what}`);
        isTrue(found !== "no file", `there should be a file after ${what}`);
      }
    }),
  ],
};
