import type { ArrayInput } from "@tvb-storage/core";
import { equal, equalArray, isTrue } from "../expect.js";
import { growable } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

const MIB = 1024 * 1024;

/** Entry `i` of a large dataset; different in every row. */
const value = (i: number): number => (i * 2654435761) % 4294967296;

export const largeRules: RuleGroup<StorageContext> = {
  name: "large data",
  rules: [
    rule("16 MiB come back entry for entry", async (t) => {
      const data = Float64Array.from({ length: 2 * MIB }, (_, i) => value(i));
      await t.open().storeData({ dtype: "float64", shape: [2048, 1024], data }, "x");
      const found = await t.open().getData("x");
      equal([...found.shape], [2048, 1024]);
      isTrue(
        found.data.length === data.length && data.every((entry, i) => entry === found.data[i]),
        "every entry",
      );
    }),
    rule("16 MiB are stored in blocks of 1 MiB and streamed in blocks of 3 MiB", async (t) => {
      function* blocks(): Generator<ArrayInput> {
        for (let block = 0; block < 16; block++) {
          const data = Float64Array.from({ length: MIB / 8 }, (_, i) => value((block * MIB) / 8 + i));
          yield { dtype: "float64", shape: [128, 1024], data };
        }
      }
      await t.open().storeData({ dtype: "float64", shape: [2048, 1024], blocks: blocks() }, "x");
      let next = 0;
      let right = true;
      for await (const { block } of t.open().streamData("x", { blockBytes: 3 * MIB }))
        for (const entry of block.data) right = right && entry === value(next++);
      isTrue(right && next === 2 * MIB, "every entry should come once, in its order");
    }),
    rule("a long series is appended block by block, and read back in parts", [growable], async (t) => {
      const m = t.open();
      for (let block = 0; block < 64; block++) {
        const data = Float64Array.from({ length: 100 * 76 }, (_, i) => value(block * 7600 + i));
        await m.appendData({ dtype: "float64", shape: [100, 1, 76, 1], data }, "x", {
          growDimension: 0,
          closeFile: false,
        });
      }
      await m.closeFile();
      equal(await t.open().getDataShape("x"), [6400, 1, 76, 1]);
      const row = await t.open().getData("x", { selection: [6399, 0, null, 0] });
      equalArray(
        row,
        "float64",
        [76],
        Array.from({ length: 76 }, (_, i) => value(6399 * 76 + i)),
      );
    }),
    rule("one column of a wide dataset is read right", async (t) => {
      const data = Float64Array.from({ length: 300 * 2000 }, (_, i) => value(i));
      await t.open().storeData({ dtype: "float64", shape: [300, 2000], data }, "x");
      const column = await t.open().getData("x", { selection: [null, 1999] });
      equalArray(
        column,
        "float64",
        [300],
        Array.from({ length: 300 }, (_, row) => value(row * 2000 + 1999)),
      );
    }),
    rule("ten thousand strings come back", async (t) => {
      if (!t.supports.dtypes.includes("string")) return;
      const labels = Array.from({ length: 10_000 }, (_, i) => `region ${i} ${"é".repeat(i % 7)}`);
      await t.open().storeData(labels, "x");
      equalArray(await t.open().getData("x"), "string", [10_000], labels);
    }),
  ],
};
