import { equal, equalArray, isTrue } from "../expect.js";
import { dtype, growable, growableOnAnyAxis, removal } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

const kept = { growDimension: 0, closeFile: false } as const;

export const appendBufferedRules: RuleGroup<StorageContext> = {
  name: "appendData: the file kept open",
  rules: [
    rule("buffered rows are read at once, by whatever manager", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[1, 2]]), "x", kept);
      await m.appendData(t.data([[3, 4]]), "x", kept);
      t.equalData(await m.getData("x", { closeFile: false }), [2, 2], [1, 2, 3, 4]);
      t.equalData(await t.open().getData("x", { closeFile: false }), [2, 2], [1, 2, 3, 4]);
    }),
    rule("the shape counts buffered rows", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[1, 2]]), "x", kept);
      await m.appendData(t.data([[3, 4]]), "x", kept);
      equal(await t.open().getDataShape("x"), [2, 2]);
    }),
    rule("selections and streams see buffered rows", [growable], async (t) => {
      const m = t.open();
      for (const i of [1, 2, 3]) await m.appendData(t.data([[i, -i]]), "x", kept);
      t.equalData(await m.getData("x", { selection: [-1], closeFile: false }), [2], [3, -3]);
      let streamed = 0;
      for await (const { block } of m.streamData("x", { blockBytes: 2 * t.itemBytes }))
        streamed += block.shape[0] ?? 0;
      equal(streamed, 3);
    }),
    rule("listNodes sees a dataset whose rows are buffered", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[1, 2]]), "x", kept);
      isTrue(
        (await m.listNodes()).some(({ path }) => path === "/x"),
        "/x should be listed",
      );
    }),
    rule("closeFile puts buffered rows into the file", [growable], async (t) => {
      const m = t.open();
      for (let i = 0; i < 10; i++) await m.appendData(t.data([[i]]), "x", kept);
      await m.closeFile();
      t.equalData(
        await t.open().getData("x"),
        [10, 1],
        Array.from({ length: 10 }, (_, i) => i),
      );
    }),
    rule("another manager's closeFile puts them there too", [growable], async (t) => {
      await t.open().appendData(t.data([[1]]), "x", kept);
      await t.open().closeFile();
      t.equalData(await t.open().getData("x"), [1, 1], [1]);
    }),
    rule("more rows than a buffer holds all arrive", [growable], async (t) => {
      const m = t.open();
      const width = 8192 / t.itemBytes;
      const row = t.array([1, width], new Float64Array(width));
      for (let i = 0; i < 600; i++) {
        t.fill(row, i);
        await m.appendData(row, "x", kept);
      }
      await m.closeFile();
      const data = await t.open().getData("x", { selection: [null, 7] });
      t.equalData(
        data,
        [600],
        Array.from({ length: 600 }, (_, i) => i),
      );
    }),
    rule("the caller's array may be reused after each call", [growable], async (t) => {
      const m = t.open();
      const row = t.array([1, 2], [0, 0]);
      for (let i = 0; i < 3; i++) {
        t.fill(row, i);
        await m.appendData(row, "x", kept);
      }
      t.fill(row, 98);
      await m.closeFile();
      t.equalData(await m.getData("x"), [3, 2], [0, 0, 1, 1, 2, 2]);
    }),
    ...[true, false].map((closeFile) =>
      rule<StorageContext>(
        `with closeFile: ${closeFile}, the caller's array may be reused at once, without awaiting`,
        [growable],
        async (t) => {
          const m = t.open();
          const options = { growDimension: 0, closeFile, dtype: t.dtype };
          const row = t.array([1, 2], [0, 0]);
          const one = t.array([1], [0]);
          const calls: Promise<void>[] = [];
          for (let i = 0; i < 5; i++) {
            t.fill(row, i);
            t.fill(one, i);
            calls.push(m.appendData(row, "rows", options));
            calls.push(m.appendData(one.data, "data", options));
          }
          t.fill(row, 98);
          t.fill(one, 98);
          await Promise.all(calls);
          await m.closeFile();
          t.equalData(await m.getData("rows"), [5, 2], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
          t.equalData(await m.getData("data"), [5], [0, 1, 2, 3, 4]);
        },
      ),
    ),
    rule("a list of numbers, too, may be reused at once", [growable, dtype("float64")], async (t) => {
      for (const closeFile of [true, false]) {
        const m = t.open();
        const list = [0];
        const calls = [1, 2, 3].map((number) => {
          list[0] = number;
          return m.appendData(list, `x${closeFile}`, { closeFile });
        });
        list[0] = 99;
        await Promise.all(calls);
        await m.closeFile();
        equalArray(await m.getData(`x${closeFile}`), "float64", [3], [1, 2, 3]);
      }
    }),
    rule("texts, too, may be reused at once", [growable, dtype("string")], async (t) => {
      const m = t.open();
      const texts = [""];
      const calls = ["a", "b", "c"].map((text) => {
        texts[0] = text;
        return m.appendData({ dtype: "string", shape: [1], data: texts }, "x", kept);
      });
      texts[0] = "later";
      await Promise.all(calls);
      await m.closeFile();
      equalArray(await m.getData("x"), "string", [3], ["a", "b", "c"]);
    }),
    rule("two datasets may be appended to in turn", [growable], async (t) => {
      const m = t.open();
      for (let i = 0; i < 20; i++) {
        await m.appendData(t.data([[i]]), "x", kept);
        await m.appendData(t.data([[-i, i]]), "y", kept);
      }
      await m.closeFile();
      t.equalData(
        await m.getData("x"),
        [20, 1],
        Array.from({ length: 20 }, (_, i) => i),
      );
      equal(await m.getDataShape("y"), [20, 2]);
      t.equalData(await m.getData("y", { selection: [-1] }), [2], [-19, 19]);
    }),
    rule("rows along another axis than the first are buffered too", [growableOnAnyAxis], async (t) => {
      const m = t.open();
      for (let i = 0; i < 4; i++) await m.appendData(t.data([[i], [-i]]), "x", { closeFile: false });
      await m.closeFile();
      t.equalData(await m.getData("x"), [2, 4], [0, 1, 2, 3, -0, -1, -2, -3]);
    }),
    rule("a closing append takes earlier buffered rows along, before its own", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[1]]), "x", kept);
      await m.appendData(t.data([[2]]), "x", kept);
      await m.appendData(t.data([[3]]), "x", { growDimension: 0 });
      t.equalData(await t.open().getData("x"), [3, 1], [1, 2, 3]);
    }),
    rule("storing another dataset meanwhile loses no rows", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[1]]), "x", kept);
      await t.open().storeData(t.data([9]), "y");
      await m.appendData(t.data([[2]]), "x", kept);
      await m.closeFile();
      t.equalData(await m.getData("x"), [2, 1], [1, 2]);
      t.equalData(await m.getData("y"), [1], [9]);
    }),
    rule("setting metadata meanwhile loses no rows", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[1]]), "x", kept);
      await m.setMetadata({ unit: "mV" }, "x");
      await m.appendData(t.data([[2]]), "x", kept);
      await m.closeFile();
      t.equalData(await m.getData("x"), [2, 1], [1, 2]);
      equal(await m.getMetadata("x"), { unit: "mV" });
    }),
    rule("overwriting goes over buffered rows too", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[1]]), "x", kept);
      await m.appendData(t.data([[2]]), "x", kept);
      await m.storeData(t.data([[8], [9]]), "x");
      await m.closeFile();
      t.equalData(await t.open().getData("x"), [2, 1], [8, 9]);
    }),
    rule("removing a dataset removes its buffered rows, for good", [growable, removal], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "other");
      await m.appendData(t.data([[1]]), "x", kept);
      await m.appendData(t.data([[2]]), "x", kept);
      await m.removeData("x");
      await m.closeFile();
      equal(await t.open().getData("x", { ignoreErrors: true }), null);
    }),
    rule(
      "a dataset that was removed and appended to again has the new rows only",
      [growable, removal],
      async (t) => {
        const m = t.open();
        await m.appendData(t.data([[1]]), "x", kept);
        await m.removeData("x");
        await m.appendData(t.data([[5]]), "x", kept);
        await m.closeFile();
        t.equalData(await t.open().getData("x"), [1, 1], [5]);
      },
    ),
    rule("closing when nothing was appended since leaves the data", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[1]]), "x", kept);
      await m.closeFile();
      await m.closeFile();
      await t.open().closeFile();
      t.equalData(await t.open().getData("x"), [1, 1], [1]);
    }),
  ],
};
