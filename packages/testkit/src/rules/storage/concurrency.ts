import { equal, isTrue, rejects, within } from "../expect.js";
import { growable, removal } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

const each = (count: number) => Array.from({ length: count }, (_, i) => i);
const LIMIT = 20_000;

export const concurrencyRules: RuleGroup<StorageContext> = {
  name: "concurrency",
  rules: [
    rule("datasets stored at once by one manager are all there", async (t) => {
      const m = t.open();
      await within(
        LIMIT,
        "storing at once",
        Promise.all(each(20).map((i) => m.storeData(t.data([i]), `d${i}`))),
      );
      for (const i of each(20)) t.equalData(await m.getData(`d${i}`), [1], [i]);
    }),
    rule("datasets stored at once by many managers are all there", async (t) => {
      await within(
        LIMIT,
        "storing at once",
        Promise.all(each(20).map((i) => t.open().storeData(t.data([i]), `d${i}`, { where: `/g${i % 3}` }))),
      );
      for (const i of each(20))
        t.equalData(await t.open().getData(`d${i}`, { where: `/g${i % 3}` }), [1], [i]);
    }),
    rule("calls on one file are served in the order they were made", async (t) => {
      const m = t.open();
      const calls = each(20).map((i) => m.storeData(t.data([i]), "x"));
      calls.push(m.setMetadata({ last: true }, "x"));
      const read = m.getData("x");
      await Promise.all(calls);
      t.equalData(await read, [1], [19]);
    }),
    rule("rows appended at once by many managers arrive each once, in order", [growable], async (t) => {
      const appends = each(40).map((i) =>
        t.open().appendData(t.data([[i, -i]]), "x", { growDimension: 0, closeFile: i % 3 === 0 }),
      );
      await within(LIMIT, "appending at once", Promise.all(appends));
      await t.open().closeFile();
      const rows = await t.open().getData("x", { selection: [null, 0] });
      t.equalData(rows, [40], each(40));
    }),
    rule("metadata set at once by many managers is all there", async (t) => {
      await Promise.all(each(20).map((i) => t.open().setMetadata({ [`key${i}`]: i })));
      const found = await t.open().getMetadata();
      for (const i of each(20)) equal(found[`key${i}`], i);
    }),
    rule("a reader beside a writer sees the old data or the new, never a mixture", async (t) => {
      const filled = (number: number) => t.array([64, 64], new Float64Array(4096).fill(number));
      await t.open().storeData(filled(0), "x");
      const writing = (async () => {
        for (const i of each(8)) await t.open().storeData(filled(i + 1), "x");
      })();
      for (const _ of each(16)) {
        const { data } = await t.open().getData("x");
        const entries = data.length / 4096;
        isTrue(
          Array.from<unknown>(data).every((entry, i) => entry === data[i % entries]),
          "all elements should be of one state",
        );
      }
      await writing;
    }),
    rule("a refused call does not hold up those after it", async (t) => {
      const m = t.open();
      const results = await within(
        LIMIT,
        "calls after a refused one",
        Promise.allSettled([
          m.storeData(t.data([1]), "x"),
          m.getData("missing"),
          m.storeData(t.data([1, 2]), "x"),
          m.getData("x", { selection: [9] }),
          m.storeData(t.data([2]), "x"),
        ]),
      );
      equal(
        results.map(({ status }) => status),
        ["fulfilled", "rejected", "rejected", "rejected", "fulfilled"],
      );
      t.equalData(await m.getData("x"), [1], [2]);
    }),
    rule("two files do not share anything", async (t) => {
      const [one, two] = [t.path("one"), t.path("two")];
      await Promise.all([t.open(one).storeData(t.data([1]), "x"), t.open(two).storeData(t.data([2]), "x")]);
      await t.open(one).setMetadata({ title: "one" });
      t.equalData(await t.open(one).getData("x"), [1], [1]);
      t.equalData(await t.open(two).getData("x"), [1], [2]);
      equal((await t.open(two).getMetadata())["title"], undefined);
    }),
    rule("closing one file does not close another", [growable], async (t) => {
      const [one, two] = [t.open(t.path("one")), t.open(t.path("two"))];
      await one.appendData(t.data([1]), "x", { closeFile: false });
      await two.appendData(t.data([2]), "x", { closeFile: false });
      await one.closeFile();
      await two.appendData(t.data([3]), "x", { closeFile: false });
      await two.closeFile();
      t.equalData(await two.getData("x"), [2], [2, 3]);
    }),
    rule("other spellings of the path are the same file", [growable], async (t) => {
      await t.open().appendData(t.data([1]), "x", { closeFile: false });
      const spelt = t.open(`${t.folder}/./${t.path().slice(t.folder.length + 1)}`);
      t.equalData(await spelt.getData("x"), [1], [1]);
      await spelt.appendData(t.data([2]), "x", { closeFile: false });
      await t.open().closeFile();
      t.equalData(await t.open().getData("x"), [2], [1, 2]);
    }),
    rule("closing while appends are under way loses no rows", [growable], async (t) => {
      const m = t.open();
      const calls = each(30).map((i) => m.appendData(t.data([i]), "x", { closeFile: false }));
      await Promise.all([...calls.slice(0, 10), m.closeFile(), t.open().closeFile(), ...calls.slice(10)]);
      await m.closeFile();
      t.equalData(await t.open().getData("x"), [30], each(30));
    }),
    rule("removals and stores at once end in the state of their order", [removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([0]), "keep");
      await Promise.all(each(10).flatMap((i) => [m.storeData(t.data([i]), "x"), m.removeData("x")]));
      equal(await m.getData("x", { ignoreErrors: true }), null);
      t.equalData(await m.getData("keep"), [1], [0]);
    }),
    rule("of two calls that create one dataset in different shapes the first wins", async (t) => {
      const [first, second] = await Promise.allSettled([
        t.open().storeData(t.data([1]), "x"),
        t.open().storeData(t.data([1, 2]), "x"),
      ]);
      equal([first.status, second.status], ["fulfilled", "rejected"]);
      if (second.status === "rejected")
        await rejects(Promise.reject(second.reason), "INCOMPATIBLE_FILE_MANAGER");
      equal(await t.open().getDataShape("x"), [1]);
    }),
    rule("what a promise resolved for is there for the next caller", async (t) => {
      for (const i of each(20)) {
        await t.open().storeData(t.data([i]), `d${i}`);
        t.equalData(await t.open().getData(`d${i}`), [1], [i]);
      }
    }),
  ],
};
