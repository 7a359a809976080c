import { type ArrayInput, type BlockSource, type Nested, ndarray } from "@tvb-storage/core";
import { equal, equalArray, isTrue, rejects, within } from "../expect.js";
import { dtype } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import { NUMERIC_TYPES } from "../sample-data.js";
import type { StorageContext } from "../storage-context.js";

async function* later(...blocks: readonly ArrayInput[]): AsyncGenerator<ArrayInput> {
  for (const block of blocks) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    yield block;
  }
}

function* broken(t: StorageContext): Generator<ArrayInput> {
  yield t.data([[1, 2]]);
  throw new Error("the simulation diverged");
}

/** Three rows of two, in blocks. */
const rowsOf = (t: StorageContext, blocks: BlockSource["blocks"]): BlockSource => ({
  dtype: t.dtype,
  shape: [3, 2],
  blocks,
});

const rows = (t: StorageContext, ...blocks: Nested<number>[]): BlockSource => rowsOf(t, blocks.map(t.data));

export const storeBlocksRules: RuleGroup<StorageContext> = {
  name: "storeData: block by block",
  rules: [
    rule("blocks follow each other along axis 0", async (t) => {
      const m = t.open();
      await m.storeData(rows(t, [[1, 2]], [[3, 4]], [[5, 6]]), "x");
      t.equalData(await t.open().getData("x"), [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    rule("blocks may differ in height, and be empty", async (t) => {
      const m = t.open();
      const two = t.data([
        [1, 2],
        [3, 4],
      ]); // prettier-ignore
      await m.storeData(rowsOf(t, [two, t.array([0, 2], []), t.data([[5, 6]])]), "x");
      t.equalData(await m.getData("x"), [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    rule("blocks may come asynchronously", async (t) => {
      const m = t.open();
      const two = t.data([
        [3, 4],
        [5, 6],
      ]); // prettier-ignore
      await m.storeData(rowsOf(t, later(t.data([[1, 2]]), two)), "x");
      t.equalData(await m.getData("x"), [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    ...NUMERIC_TYPES.map((type) =>
      rule<StorageContext>(`the dtype is the source's: ${type}`, [dtype(type)], async (t) => {
        const m = t.open();
        const typed = ndarray([2, 3], { dtype: type });
        await m.storeData({ dtype: type, shape: [3], blocks: [[1], typed] }, "x");
        equalArray(await m.getData("x"), type, [3], ndarray([1, 2, 3], { dtype: type }).data);
      }),
    ),
    rule("strings come in blocks too", [dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData({ dtype: "string", shape: [3], blocks: [["a", "b"], ["ccc"]] }, "x");
      equalArray(await m.getData("x"), "string", [3], ["a", "b", "ccc"]);
    }),
    rule("a dataset of no rows needs no blocks", async (t) => {
      const m = t.open();
      await m.storeData({ dtype: t.dtype, shape: [0, 4], blocks: [] }, "x");
      t.equalData(await m.getData("x"), [0, 4], []);
    }),
    rule("blocks overwrite a dataset of the same shape", async (t) => {
      const m = t.open();
      await m.storeData(
        t.data([
          [0, 0],
          [0, 0],
          [0, 0],
        ]),
        "x",
      ); // prettier-ignore
      await m.storeData(rows(t, [[1, 2]], [[3, 4]], [[5, 6]]), "x");
      t.equalData(await m.getData("x"), [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    rule("too few rows are refused, and nothing is stored", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "other");
      await rejects(m.storeData(rows(t, [[1, 2]]), "x"), "FILE_STRUCTURE", [t.path(), "x"]);
      equal(await m.getData("x", { ignoreErrors: true }), null);
    }),
    rule("too many rows are refused, and nothing is stored", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "other");
      await rejects(
        m.storeData(
          rows(
            t,
            [
              [1, 2],
              [3, 4],
            ],
            [
              [5, 6],
              [7, 8],
            ],
          ),
          "x",
        ),
        "FILE_STRUCTURE",
      ); // prettier-ignore
      equal(await m.getData("x", { ignoreErrors: true }), null);
    }),
    rule("a block of another width is refused, and nothing is stored", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "other");
      await rejects(
        m.storeData(
          rows(
            t,
            [[1, 2]],
            [
              [3, 4, 5],
              [6, 7, 8],
            ],
          ),
          "x",
        ),
        "FILE_STRUCTURE",
      ); // prettier-ignore
      equal(await m.getData("x", { ignoreErrors: true }), null);
    }),
    rule(
      "a block of another type is converted where that loses nothing, and else refused",
      [dtype("int32")],
      async (t) => {
        const m = t.open();
        const source = (...blocks: readonly ArrayInput[]): BlockSource => ({
          dtype: "int32",
          shape: [3],
          blocks,
        });
        await m.storeData(source([1, 2], Float64Array.of(3)), "x");
        equalArray(await m.getData("x"), "int32", [3], [1, 2, 3]);
        for (const wrong of [[4.5], Float64Array.of(0.5), Float64Array.of(2 ** 31), ["4"]])
          await rejects(m.storeData(source(Int32Array.of(4, 5), wrong), "x"), "FILE_STRUCTURE");
        equalArray(await m.getData("x"), "int32", [3], [1, 2, 3]);
      },
    ),
    rule("blocks that do not add up leave the dataset that they were to overwrite as it was", async (t) => {
      const m = t.open();
      await m.storeData(
        t.data([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        "x",
      ); // prettier-ignore
      await rejects(m.storeData(rows(t, [[9, 9]], [[9, 9]]), "x"), "FILE_STRUCTURE");
      t.equalData(await t.open().getData("x"), [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    rule("a source that throws rejects the call, and nothing is stored", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "other");
      const error = await m.storeData(rowsOf(t, broken(t)), "x").then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      isTrue(error instanceof Error, "the call should reject");
      const told = `${String(error)} ${String(error instanceof Error ? error.cause : "")}`;
      isTrue(
        told.includes("the simulation diverged"),
        `the source's error should be told, not only: ${told}`,
      );
      equal(await m.getData("x", { ignoreErrors: true }), null);
    }),
    rule("no file comes of blocks that do not add up", async (t) => {
      await rejects(t.open().storeData(rows(t, [[1, 2]]), "x"), "FILE_STRUCTURE");
      equal(await t.open().isValidTvbFile(), false);
    }),
    rule("the shape of an existing dataset must agree", async (t) => {
      const m = t.open();
      await m.storeData(t.data([1, 2]), "x");
      await rejects(m.storeData(rows(t, [[1, 2]], [[3, 4]], [[5, 6]]), "x"), "INCOMPATIBLE_FILE_MANAGER");
      t.equalData(await m.getData("x"), [2], [1, 2]);
    }),
    rule("blocks may be read from the same file while they are stored", async (t) => {
      const m = t.open();
      await m.storeData(
        t.data([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        "x",
      ); // prettier-ignore
      async function* read(): AsyncGenerator<ArrayInput> {
        for await (const { block } of t.open().streamData("x", { blockBytes: 2 * t.itemBytes })) yield block;
      }
      await within(
        10_000,
        "storing what is streamed from the same file",
        m.storeData(rowsOf(t, read()), "y"),
      );
      t.equalData(await m.getData("y"), [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    rule(
      "a call that is cancelled between blocks rejects, pulls no more of them, and stores nothing",
      async (t) => {
        const m = t.open();
        await m.storeData(t.data([1]), "other");
        const control = new AbortController();
        let pulled = 0;
        async function* cancelled(): AsyncGenerator<ArrayInput> {
          for (; pulled < 50; pulled++) {
            if (pulled === 2) control.abort(new Error("enough"));
            yield t.data([[pulled, pulled]]);
          }
        }
        const source = { dtype: t.dtype, shape: [50, 2], blocks: cancelled() };
        await rejects(m.storeData(source, "x", { signal: control.signal }), "FILE_STORAGE");
        isTrue(pulled < 5, `${pulled} blocks were pulled, though the call was cancelled at the third`);
        equal(await m.getData("x", { ignoreErrors: true }), null);
      },
    ),
    rule("the memory of a block may be reused for the next one", async (t) => {
      const m = t.open();
      const shared = t.array([1, 2], [0, 0]);
      function* reusing(): Generator<ArrayInput> {
        for (let row = 0; row < 3; row++) {
          t.fill(shared, row);
          yield shared;
        }
      }
      await m.storeData(rowsOf(t, reusing()), "x");
      t.equalData(await m.getData("x"), [3, 2], [0, 0, 1, 1, 2, 2]);
    }),
  ],
};
