import { equal, equalArray, isTrue, rejects } from "../expect.js";
import { removal } from "../requirements.js";
import { type Rule, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

/** Names that a backend on a file system is tempted to use as they are. */
const allowed: readonly { what: string; name: string }[] = [
  { what: "spaces", name: " two  words " },
  { what: "a dot in front", name: ".hidden" },
  { what: "three dots", name: "..." },
  { what: "a file's extension", name: "data.json" },
  { what: "letters beyond ASCII", name: "Größe ☃ 🧠" },
  { what: "a composed and a decomposed letter", name: "e\u0301" },
  { what: "a backslash", name: "a\\b" },
  { what: "a drive's letter", name: "C:" },
  { what: "a device of Windows", name: "CON" },
  { what: "characters that Windows refuses", name: 'a<b>c"d|e?f*g' },
  { what: "per cent signs", name: "100%2F%00" },
  { what: "quotes", name: `"it's"` },
  { what: "a line break", name: "two\nlines" },
  { what: "JavaScript's __proto__", name: "__proto__" },
  { what: "JavaScript's constructor", name: "constructor" },
  { what: "200 characters", name: "n".repeat(200) },
  { what: "a tilde", name: "~" },
  { what: "a number", name: "0" },
];

const refused: readonly { what: string; name: unknown; where?: unknown }[] = [
  { what: "no name", name: "" },
  { what: "a slash alone", name: "/" },
  { what: "a slash in front", name: "/x" },
  { what: "a slash at the end", name: "x/" },
  { what: "an empty part", name: "a//b" },
  { what: "the part ..", name: "a/../b" },
  { what: "the name ..", name: ".." },
  { what: "a way out of the file", name: "../../etc/passwd" },
  { what: "the part .", name: "./x" },
  { what: "a NUL", name: "a\0b" },
  { what: "half of a surrogate pair", name: "\ud83e" },
  { what: "a number for a name", name: 5 },
  { what: "an empty part in where", name: "x", where: "/a//b" },
  { what: "the part .. in where", name: "x", where: "/a/.." },
  { what: "a number for where", name: "x", where: 5 },
];

const spellings: Rule<StorageContext> = rule(
  "where may be written with or without its slashes",
  async (t) => {
    const m = t.open();
    await m.storeData([1], "x", { where: "/a/b" });
    for (const where of ["a/b", "/a/b", "/a/b/", "a/b/"])
      equalArray(await m.getData("x", { where }), "float64", [1], [1]);
    equalArray(await m.getData("b/x", { where: "/a" }), "float64", [1], [1]);
    equalArray(await m.getData("a/b/x", { where: "/" }), "float64", [1], [1]);
    equalArray(await m.getData("a/b/x", { where: "" }), "float64", [1], [1]);
  },
);

export const nameRules: RuleGroup<StorageContext> = {
  name: "names",
  rules: [
    spellings,
    ...allowed.map(({ what, name }) =>
      rule<StorageContext>(`${what}: a dataset and a group may be called so`, async (t) => {
        const m = t.open();
        await m.storeData([1], name);
        await m.storeData([2], "x", { where: `/g/${name}` });
        await m.setMetadata({ unit: "mV" }, name);
        equalArray(await t.open().getData(name), "float64", [1], [1]);
        equalArray(await t.open().getData("x", { where: `/g/${name}` }), "float64", [1], [2]);
        equal(await t.open().getMetadata(name), { unit: "mV" });
        const paths = (await t.open().listNodes()).map(({ path }) => path);
        isTrue(paths.includes(`/${name}`) && paths.includes(`/g/${name}/x`), `listed: ${paths.join(" ")}`);
      }),
    ),
    ...refused.map(({ what, name, where }) =>
      rule<StorageContext>(`${what} is refused, by every method, and no file comes of it`, async (t) => {
        const m = t.open();
        const bad = name as string; // deliberately none
        const options = where === undefined ? {} : { where: where as string };
        await rejects(m.storeData([1], bad, options), "FILE_STRUCTURE");
        await rejects(m.getData(bad, options), "FILE_STRUCTURE");
        await rejects(m.getDataShape(bad, options), "FILE_STRUCTURE");
        await rejects(m.removeData(bad, options), ["FILE_STRUCTURE", "FILE_STORAGE"]);
        // An empty name is the node `where` itself where metadata is concerned.
        if (name !== "") await rejects(m.setMetadata({ a: 1 }, bad, options), "FILE_STRUCTURE");
        equal(await m.isValidTvbFile(), false);
      }),
    ),
    rule("names that differ in case only are two datasets", async (t) => {
      const m = t.open();
      await m.storeData([1], "Weights");
      await m.storeData([2], "weights");
      equalArray(await m.getData("Weights"), "float64", [1], [1]);
      equalArray(await m.getData("weights"), "float64", [1], [2]);
    }),
    rule("names that differ in their Unicode form only are two datasets", async (t) => {
      const m = t.open();
      await m.storeData([1], "\u00e9");
      await m.storeData([2], "e\u0301");
      equalArray(await m.getData("\u00e9"), "float64", [1], [1]);
      equalArray(await m.getData("e\u0301"), "float64", [1], [2]);
    }),
    rule("a dataset may be called like a part of another's path", [removal], async (t) => {
      const m = t.open();
      await m.storeData([1], "a", { where: "/b" });
      await m.storeData([2], "a");
      await m.removeData("a");
      equalArray(await m.getData("a", { where: "/b" }), "float64", [1], [1]);
    }),
    rule("twenty groups deep works", async (t) => {
      const m = t.open();
      const where = Array.from({ length: 20 }, (_, i) => `level${i}`).join("/");
      await m.storeData([1], "x", { where });
      equalArray(await t.open().getData("x", { where }), "float64", [1], [1]);
    }),
  ],
};
