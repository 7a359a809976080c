import { type ArrayInput, type DataBlock, elementCount } from "@tvb-storage/core";
import { equalBlocks } from "../equal-blocks.js";
import { equal, equalArray, isTrue, rejects } from "../expect.js";
import { dtype, growable, removal } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

const MIB = 1024 * 1024;

/** Entry `i` of a large dataset; different in every row. */
const value = (i: number): number => (i * 2654435761) % 4294967296;

/** Entries from `first` on. */
const values = (first: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => value(first + i));

/** Rows of 1024 elements that have 16 MiB; fewer bytes where an element has less than 8. */
const rowsOf = (t: StorageContext): number => Math.min(2048, (16 * MIB) / 1024 / t.itemBytes);

export const largeRules: RuleGroup<StorageContext> = {
  name: "large data",
  rules: [
    rule("16 MiB come back entry for entry", async (t) => {
      const shape = [rowsOf(t), 1024];
      const data = values(0, elementCount(shape));
      await t.open().storeData(t.array(shape, data), "x");
      t.equalData(await t.open().getData("x"), shape, data);
    }),
    rule("16 MiB are stored in blocks of 1 MiB and streamed in blocks of 3 MiB", async (t) => {
      const shape = [rowsOf(t), 1024];
      const block = [rowsOf(t) / 16, 1024];
      const size = elementCount(block);
      function* blocks(): Generator<ArrayInput> {
        for (let i = 0; i < 16; i++) yield t.array(block, values(i * size, size));
      }
      await t.open().storeData({ dtype: t.dtype, shape, blocks: blocks() }, "x");
      const streamed: DataBlock[] = [];
      for await (const each of t.open().streamData("x", { blockBytes: 3 * MIB })) streamed.push(each);
      equalBlocks(t, streamed, shape, values(0, 16 * size), 3 * MIB);
    }),
    rule("16 MiB are streamed in blocks of 4 MiB by default", async (t) => {
      const shape = [rowsOf(t), 1024];
      const data = values(0, elementCount(shape));
      await t.open().storeData(t.array(shape, data), "x");
      const streamed: DataBlock[] = [];
      for await (const each of t.open().streamData("x")) streamed.push(each);
      equalBlocks(t, streamed, shape, data, 4 * MIB);
    }),
    rule("a call that is cancelled before its last progress rejects, and stores nothing", async (t) => {
      const shape = [rowsOf(t), 1024];
      const [old, next] = [values(0, elementCount(shape)), values(7, elementCount(shape))];
      const m = t.open();
      await m.storeData(t.array(shape, old), "x");
      for (const call of ["storeData", "getData"] as const) {
        const control = new AbortController();
        let isEarly = false;
        const onProgress = (done: number, total: number): void => {
          if (done < total) isEarly = true;
          if (done < total) control.abort(new Error("enough"));
        };
        const options = { signal: control.signal, onProgress };
        const made =
          call === "getData" ? m.getData("x", options) : m.storeData(t.array(shape, next), "x", options);
        const error = await made.then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        isTrue(
          isEarly === (error !== undefined),
          `${call} should reject where it is cancelled in the middle, and only there`,
        );
        if (error !== undefined) await rejects(Promise.reject(error), "FILE_STORAGE", [t.path()]);
        if (isEarly) t.equalData(await t.open().getData("x"), shape, old);
        else await m.storeData(t.array(shape, old), "x");
      }
    }),
    rule("an axis of 70,000, and its end", async (t) => {
      await t.open().storeData(t.array([70_000], values(0, 70_000)), "x");
      equal(await t.open().getDataShape("x"), [70_000]);
      t.equalData(
        await t.open().getData("x", { selection: [{ start: 65_530, stop: null, step: 4_000 }] }),
        [2],
        [value(65_530), value(69_530)],
      );
    }),
    rule("a long series is appended block by block, and read back in parts", [growable], async (t) => {
      const m = t.open();
      for (let block = 0; block < 64; block++) {
        await m.appendData(t.array([100, 1, 76, 1], values(block * 7600, 7600)), "x", {
          growDimension: 0,
          closeFile: false,
        });
      }
      await m.closeFile();
      equal(await t.open().getDataShape("x"), [6400, 1, 76, 1]);
      const row = await t.open().getData("x", { selection: [6399, 0, null, 0] });
      t.equalData(row, [76], values(6399 * 76, 76));
    }),
    rule("one column of a wide dataset is read right", async (t) => {
      await t.open().storeData(t.array([300, 2000], values(0, 300 * 2000)), "x");
      const column = await t.open().getData("x", { selection: [null, 1999] });
      t.equalData(
        column,
        [300],
        Array.from({ length: 300 }, (_, row) => value(row * 2000 + 1999)),
      );
    }),
    rule("ten thousand strings come back", [dtype("string")], async (t) => {
      const labels = Array.from({ length: 10_000 }, (_, i) => `region ${i} ${"é".repeat(i % 7)}`);
      await t.open().storeData(labels, "x");
      equalArray(await t.open().getData("x"), "string", [10_000], labels);
    }),
  ],
};

export const manyNodesRules: RuleGroup<StorageContext> = {
  name: "many nodes",
  once: true,
  rules: [
    rule("1,100 datasets in one group are all listed, and removed with it", [removal], async (t) => {
      const m = t.open();
      for (let i = 0; i < 1_100; i++) await m.storeData(t.data(i % 100), `d${i}`, { where: "/g" });
      equal(
        (await t.open().listNodes({ where: "/g" })).filter(({ kind }) => kind === "dataset").length,
        1_100,
      );
      await m.removeData("g");
      equal(await m.getData("g/d1099", { ignoreErrors: true }), null);
    }),
  ],
};
