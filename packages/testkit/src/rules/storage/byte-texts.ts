import type { StorageManager } from "@tvb-storage/core";
import { equal, rejects } from "../expect.js";
import { listedPaths } from "../listed.js";
import { dtype, escapedBytes, growable } from "../requirements.js";
import { type Requirement, type Rule, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

/** Two labels in Latin-1, whose last bytes are not UTF-8, among characters. */
const texts = ["caf\udce9", "caf\udce8", "\ufeffé\udcc3", "plain"];
const text = "caf\udce9";
const other = "caf\udce8";

/** Ways to store such a text: what is read back, and what is expected. */
const ways: readonly {
  what: string;
  requires?: readonly Requirement[];
  store(m: StorageManager, t: StorageContext): Promise<unknown>;
  read(m: StorageManager, t: StorageContext): Promise<unknown>;
  back: unknown;
}[] = [
  {
    what: "data",
    requires: [dtype("string")],
    store: (m) => m.storeData(texts, "x"),
    read: async (m) => (await m.getData("x")).data,
    back: texts,
  },
  {
    what: "appended data",
    requires: [dtype("string"), growable],
    store: (m) => m.appendData(texts, "x"),
    read: async (m) => (await m.getData("x")).data,
    back: texts,
  },
  {
    what: "metadata",
    store: (m) => m.setMetadata({ text }),
    read: async (m) => (await m.getMetadata()).text,
    back: text,
  },
  {
    what: "an array of metadata",
    store: (m) => m.setMetadata({ texts }),
    read: async (m) => (await m.getMetadata()).texts,
    back: { dtype: "string", shape: [4], data: texts },
  },
  {
    what: "keys of metadata",
    store: (m) => m.setMetadata({ [text]: 1, [other]: 2 }),
    read: async (m) => {
      const metadata = await m.getMetadata();
      return [metadata[text], metadata[other]];
    },
    back: [1, 2],
  },
  {
    what: "names of datasets",
    store: async (m, t) => {
      await m.storeData(t.data([1]), text);
      await m.storeData(t.data([2]), other);
    },
    read: async (m, t) => {
      t.equalData(await m.getData(text), [1], [1]);
      t.equalData(await m.getData(other), [1], [2]);
      return listedPaths(m);
    },
    back: [`/${other}`, `/${text}`],
  },
  {
    what: "names of groups",
    store: (m, t) => m.storeData(t.data([1]), "x", { where: text }),
    read: (m) => listedPaths(m),
    back: [`/${text}`, `/${text}/x`],
  },
];

/** Text that does not come from any bytes. */
const refused: readonly { what: string; bad: string }[] = [
  { what: "escaped bytes that are a character", bad: "caf\udcc3\udca9" },
  { what: "a lone surrogate that stands for no byte", bad: "caf\udc7f" },
];

export const byteTextRules: RuleGroup<StorageContext> = {
  name: "texts with bytes that are not UTF-8",
  rules: [
    ...ways.map(
      ({ what, requires = [], store, read, back }): Rule<StorageContext> =>
        rule(`such ${what} are kept`, [...requires, escapedBytes], async (t) => {
          await store(t.open(), t);
          equal(await read(t.open(), t), back);
        }),
    ),
    ...ways.map(
      ({ what, requires = [], store, read, back }): Rule<StorageContext> =>
        rule(`such ${what} are kept or refused, never changed`, requires, async (t) => {
          let error: unknown;
          await store(t.open(), t).catch((thrown: unknown) => {
            error = thrown;
          });
          if (error === undefined) equal(await read(t.open(), t), back);
          else await rejects(Promise.reject(error), "FILE_STRUCTURE");
        }),
    ),
    rule("such datasets are overwritten and removed by their name", [escapedBytes], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), text);
      await m.storeData(t.data([2]), other);
      await m.storeData(t.data([3]), text);
      t.equalData(await m.getData(text), [1], [3]);
      t.equalData(await m.getData(other), [1], [2]);
      if (t.supports.removal) {
        await m.removeData(text);
        equal(await listedPaths(m), [`/${other}`]);
      }
    }),
    ...refused.map(
      ({ what, bad }): Rule<StorageContext> =>
        rule(`${what}: refused in data, metadata and names`, async (t) => {
          const m = t.open();
          await rejects(m.storeData([bad], "x"), "FILE_STRUCTURE");
          if (t.supports.growableAxes !== "none") await rejects(m.appendData([bad], "x"), "FILE_STRUCTURE");
          await rejects(m.storeData(t.data([1]), bad), "FILE_STRUCTURE");
          await rejects(m.setMetadata({ a: bad }), "FILE_STRUCTURE");
          await rejects(m.setMetadata({ [bad]: 1 }), "FILE_STRUCTURE");
          equal(await m.isValidTvbFile(), false);
        }),
    ),
  ],
};
