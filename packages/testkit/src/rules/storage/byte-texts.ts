import type { StorageManager } from "@tvb-storage/core";
import { equal, equalArray, isTrue, rejects } from "../expect.js";
import { dtype, escapedBytes } from "../requirements.js";
import { type Rule, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

/** Two labels in Latin-1, whose last bytes are not UTF-8, among characters. */
const texts = ["caf\udce9", "caf\udce8", "\ufeffé\udcc3", "plain"];
const text = "caf\udce9";
const other = "caf\udce8";

/** Ways to store such a text: what is read back, and what is expected. */
const ways: readonly {
  what: string;
  store(m: StorageManager): Promise<unknown>;
  read(m: StorageManager): Promise<unknown>;
  back: unknown;
}[] = [
  {
    what: "data",
    store: (m) => m.storeData(texts, "x"),
    read: async (m) => (await m.getData("x")).data,
    back: texts,
  },
  {
    what: "appended data",
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
    store: async (m) => {
      await m.storeData([1], text);
      await m.storeData([2], other);
    },
    read: async (m) => [...(await m.getData(text)).data, ...(await m.getData(other)).data],
    back: [1, 2],
  },
  {
    what: "names of groups",
    store: (m) => m.storeData([1], "x", { where: text }),
    read: async (m) => (await m.listNodes()).map(({ path }) => path).sort(),
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
      ({ what, store, read, back }): Rule<StorageContext> =>
        rule(`such ${what} are kept`, [dtype("string"), escapedBytes], async (t) => {
          await store(t.open());
          equal(await read(t.open()), back);
        }),
    ),
    ...ways.map(
      ({ what, store, read, back }): Rule<StorageContext> =>
        rule(`such ${what} are kept or refused, never changed`, [dtype("string")], async (t) => {
          let error: unknown;
          await store(t.open()).catch((thrown: unknown) => {
            error = thrown;
          });
          if (error === undefined) equal(await read(t.open()), back);
          else await rejects(Promise.reject(error), "FILE_STRUCTURE");
        }),
    ),
    rule("such datasets are overwritten and removed by their name", [escapedBytes], async (t) => {
      const m = t.open();
      await m.storeData([1], text);
      await m.storeData([2], other);
      await m.storeData([3], text);
      equalArray(await m.getData(text), "float64", [1], [3]);
      equalArray(await m.getData(other), "float64", [1], [2]);
      if (t.supports.removal) {
        await m.removeData(text);
        isTrue((await m.listNodes()).map(({ path }) => path).join() === `/${other}`, "the other one is left");
      }
    }),
    ...refused.map(
      ({ what, bad }): Rule<StorageContext> =>
        rule(`${what}: refused in data, metadata and names`, [dtype("string")], async (t) => {
          const m = t.open();
          await rejects(m.storeData([bad], "x"), "FILE_STRUCTURE");
          await rejects(m.appendData([bad], "x"), "FILE_STRUCTURE");
          await rejects(m.storeData([1], bad), "FILE_STRUCTURE");
          await rejects(m.setMetadata({ a: bad }), "FILE_STRUCTURE");
          await rejects(m.setMetadata({ [bad]: 1 }), "FILE_STRUCTURE");
          equal(await m.isValidTvbFile(), false);
        }),
    ),
  ],
};
