import { equal, isTrue, rejects } from "../expect.js";
import { listedPaths } from "../listed.js";
import { removal } from "../requirements.js";
import { type Rule, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

/** Names that a backend on a file system might use unchanged as file names. */
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
  { what: "slashes alone", name: "//" },
  { what: "a dot alone", name: "." },
  { what: "the part ..", name: "a/../b" },
  { what: "a way out at the end", name: "x/.." },
  { what: "the name ..", name: ".." },
  { what: "a way out of the file", name: "../../etc/passwd" },
  { what: "a NUL", name: "a\0b" },
  { what: "half of a surrogate pair", name: "\ud83e" },
  { what: "a number for a name", name: 5 },
  { what: "the part .. in where", name: "x", where: "/a/.." },
  { what: "a number for where", name: "x", where: 5 },
];

/** Ways to write the path /a/b/x. */
const spellings: readonly { where?: string; name: string }[] = [
  { name: "a/b/x" },
  { name: "/a/b/x" },
  { name: "a/b/x/" },
  { name: "//a//b///x//" },
  { name: "./a/./b/x/." },
  { where: "/", name: "a/b/x" },
  { where: "", name: "/a/b/x" },
  { where: "a/b", name: "x" },
  { where: "/a/b", name: "x" },
  { where: "/a/b/", name: "/x" },
  { where: "a//b/", name: "x/" },
  { where: "/a/./b", name: "./x" },
  { where: "/a", name: "b/x" },
  { where: "/a/b/x", name: "" },
  { where: "/a/b/x/", name: "." },
];

const spelled: readonly Rule<StorageContext>[] = spellings.map(({ where, name }) => {
  const options = where === undefined ? {} : { where };
  const path = `${where === undefined ? "" : `${JSON.stringify(where)} and `}${JSON.stringify(name)}`;
  return rule(`${path} mean /a/b/x, to every method`, async (t) => {
    const m = t.open();
    await m.storeData(t.data([1]), name, options);
    await m.storeData(t.data([2]), "x", { where: "/a/b" });
    await m.setMetadata({ unit: "mV" }, name, options);
    t.equalData(await m.getData(name, options), [1], [2]);
    equal(await m.getDataShape(name, options), [1]);
    equal(await m.getMetadata("x", { where: "a/b" }), { unit: "mV" });
    equal(await m.getFileDataVersion("unit", name, options), "mV");
    for await (const { block } of m.streamData(name, options)) t.equalData(block, [1], [2]);
    await m.removeMetadata("unit", name, options);
    equal(await m.getMetadata(name, options), {});
    equal(await listedPaths(m), ["/a", "/a/b", "/a/b/x"]);
  });
});

const listed: Rule<StorageContext> = rule(
  "what listNodes lists is read by what it is listed as",
  async (t) => {
    const m = t.open();
    for (const name of ["x", "g/y", "g/h/z", "g/ two  words "]) await m.storeData(t.data([1]), name);
    for (const { path, kind } of [...(await m.listNodes()), ...(await m.listNodes({ where: "/g/h" }))]) {
      await m.getMetadata(path);
      await m.listNodes({ where: path });
      if (kind === "dataset") t.equalData(await m.getData(path), [1], [1]);
    }
  },
);

const parents: Rule<StorageContext> = rule("a node called .. that is not there is not found", async (t) => {
  const m = t.open();
  await m.storeData(t.data([1]), "a/x");
  for (const name of ["a/../a/x", "..", "../a/x"]) {
    await rejects(m.getData(name), "MISSING_DATASET", [name]);
    equal(await m.getData(name, { ignoreErrors: true }), null);
    await rejects(m.getMetadata(name), "MISSING_DATASET");
    await rejects(m.storeData(t.data([1]), name), "FILE_STRUCTURE", [name, ".."]);
    await rejects(m.setMetadata({ a: 1 }, name), "FILE_STRUCTURE", [name, ".."]);
  }
  equal(await listedPaths(m), ["/a", "/a/x"]);
});

export const nameRules: RuleGroup<StorageContext> = {
  name: "names",
  rules: [
    ...spelled,
    listed,
    parents,
    ...allowed.map(({ what, name }) =>
      rule<StorageContext>(`${what}: a dataset and a group may be called so`, async (t) => {
        const m = t.open();
        await m.storeData(t.data([1]), name);
        await m.storeData(t.data([2]), "x", { where: `/g/${name}` });
        await m.setMetadata({ unit: "mV" }, name);
        t.equalData(await t.open().getData(name), [1], [1]);
        t.equalData(await t.open().getData("x", { where: `/g/${name}` }), [1], [2]);
        equal(await t.open().getMetadata(name), { unit: "mV" });
        const paths = await listedPaths(t.open());
        isTrue(paths.includes(`/${name}`) && paths.includes(`/g/${name}/x`), `listed: ${paths.join(" ")}`);
      }),
    ),
    ...refused.map(({ what, name, where }) =>
      rule<StorageContext>(`${what} is refused, by every method, and no file comes of it`, async (t) => {
        const m = t.open();
        const bad = name as string; // deliberately none
        const options = where === undefined ? {} : { where: where as string };
        await rejects(m.storeData(t.data([1]), bad, options), "FILE_STRUCTURE");
        await rejects(m.getData(bad, options), "FILE_STRUCTURE");
        await rejects(m.getDataShape(bad, options), "FILE_STRUCTURE");
        await rejects(m.removeData(bad, options), ["FILE_STRUCTURE", "FILE_STORAGE"]);
        // For metadata, a name without parts is the node `where` itself.
        if (!/^[/.]?\/?$/.test(String(name)))
          await rejects(m.setMetadata({ a: 1 }, bad, options), "FILE_STRUCTURE");
        equal(await m.isValidTvbFile(), false);
      }),
    ),
    rule("names that differ in case only are two datasets", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "Weights");
      await m.storeData(t.data([2]), "weights");
      t.equalData(await m.getData("Weights"), [1], [1]);
      t.equalData(await m.getData("weights"), [1], [2]);
    }),
    rule("names that differ in their Unicode form only are two datasets", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "\u00e9");
      await m.storeData(t.data([2]), "e\u0301");
      t.equalData(await m.getData("\u00e9"), [1], [1]);
      t.equalData(await m.getData("e\u0301"), [1], [2]);
    }),
    rule("a dataset may be called like a part of another's path", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "a", { where: "/b" });
      await m.storeData(t.data([2]), "a");
      await m.removeData("a");
      t.equalData(await m.getData("a", { where: "/b" }), [1], [1]);
    }),
    rule("twenty groups deep works", async (t) => {
      const m = t.open();
      const where = Array.from({ length: 20 }, (_, i) => `level${i}`).join("/");
      await m.storeData(t.data([1]), "x", { where });
      t.equalData(await t.open().getData("x", { where }), [1], [1]);
    }),
  ],
};
