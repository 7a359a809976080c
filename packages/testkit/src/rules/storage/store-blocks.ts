import type { ArrayInput } from "@tvb-storage/core";
import { equal, equalArray, isTrue, rejects, within } from "../expect.js";
import { dtype } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

async function* later(...blocks: readonly ArrayInput[]): AsyncGenerator<ArrayInput> {
  for (const block of blocks) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    yield block;
  }
}

function* broken(): Generator<ArrayInput> {
  yield [[1, 2]];
  throw new Error("the simulation diverged");
}

const rows = (...blocks: ArrayInput[]) => ({ dtype: "float64", shape: [3, 2], blocks }) as const;

export const storeBlocksRules: RuleGroup<StorageContext> = {
  name: "storeData: block by block",
  rules: [
    rule("blocks follow each other along axis 0", async (t) => {
      const m = t.open();
      await m.storeData(rows([[1, 2]], [[3, 4]], [[5, 6]]), "x");
      equalArray(await t.open().getData("x"), "float64", [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    rule("blocks may differ in height, and be empty", async (t) => {
      const m = t.open();
      await m.storeData(
        rows(
          [
            [1, 2],
            [3, 4],
          ],
          { dtype: "float64", shape: [0, 2], data: new Float64Array(0) },
          [[5, 6]],
        ),
        "x",
      ); // prettier-ignore
      equalArray(await m.getData("x"), "float64", [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    rule("blocks may come asynchronously", async (t) => {
      const m = t.open();
      await m.storeData(
        {
          dtype: "float64",
          shape: [3, 2],
          blocks: later(
            [[1, 2]],
            [
              [3, 4],
              [5, 6],
            ],
          ),
        },
        "x",
      ); // prettier-ignore
      equalArray(await m.getData("x"), "float64", [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    rule("the dtype is the source's", [dtype("int32")], async (t) => {
      const m = t.open();
      await m.storeData({ dtype: "int32", shape: [3], blocks: [[1], Int32Array.of(2, 3)] }, "x");
      equalArray(await m.getData("x"), "int32", [3], [1, 2, 3]);
    }),
    rule("strings come in blocks too", [dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData({ dtype: "string", shape: [3], blocks: [["a", "b"], ["ccc"]] }, "x");
      equalArray(await m.getData("x"), "string", [3], ["a", "b", "ccc"]);
    }),
    rule("a dataset of no rows needs no blocks", async (t) => {
      const m = t.open();
      await m.storeData({ dtype: "float64", shape: [0, 4], blocks: [] }, "x");
      equalArray(await m.getData("x"), "float64", [0, 4], []);
    }),
    rule("blocks overwrite a dataset of the same shape", async (t) => {
      const m = t.open();
      await m.storeData(
        [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        "x",
      ); // prettier-ignore
      await m.storeData(rows([[1, 2]], [[3, 4]], [[5, 6]]), "x");
      equalArray(await m.getData("x"), "float64", [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    rule("too few rows are refused, and nothing is stored", async (t) => {
      const m = t.open();
      await m.storeData([1], "other");
      await rejects(m.storeData(rows([[1, 2]]), "x"), "FILE_STRUCTURE", [t.path(), "x"]);
      equal(await m.getData("x", { ignoreErrors: true }), null);
    }),
    rule("too many rows are refused, and nothing is stored", async (t) => {
      const m = t.open();
      await m.storeData([1], "other");
      await rejects(
        m.storeData(
          rows(
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
      await m.storeData([1], "other");
      await rejects(
        m.storeData(
          rows(
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
    rule("blocks that do not add up leave the dataset that they were to overwrite as it was", async (t) => {
      const m = t.open();
      await m.storeData(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        "x",
      ); // prettier-ignore
      await rejects(m.storeData(rows([[9, 9]], [[9, 9]]), "x"), "FILE_STRUCTURE");
      equalArray(await t.open().getData("x"), "float64", [3, 2], [1, 2, 3, 4, 5, 6]);
    }),
    rule("a source that throws rejects the call, and nothing is stored", async (t) => {
      const m = t.open();
      await m.storeData([1], "other");
      const error = await m.storeData({ dtype: "float64", shape: [3, 2], blocks: broken() }, "x").then(
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
      await rejects(t.open().storeData(rows([[1, 2]]), "x"), "FILE_STRUCTURE");
      equal(await t.open().isValidTvbFile(), false);
    }),
    rule("the shape of an existing dataset must agree", async (t) => {
      const m = t.open();
      await m.storeData([1, 2], "x");
      await rejects(m.storeData(rows([[1, 2]], [[3, 4]], [[5, 6]]), "x"), "INCOMPATIBLE_FILE_MANAGER");
      equalArray(await m.getData("x"), "float64", [2], [1, 2]);
    }),
    rule("blocks may be read from the same file while they are stored", async (t) => {
      const m = t.open();
      await m.storeData(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        "x",
      ); // prettier-ignore
      async function* doubled(): AsyncGenerator<ArrayInput> {
        for await (const { block } of t.open().streamData("x", { blockBytes: 16 }))
          yield {
            dtype: "float64",
            shape: block.shape,
            data: Float64Array.from(block.data as ArrayLike<number>, (v) => 2 * v), // "x" is float64
          };
      }
      const source = { dtype: "float64", shape: [3, 2], blocks: doubled() } as const;
      await within(10_000, "storing what is streamed from the same file", m.storeData(source, "y"));
      equalArray(await m.getData("y"), "float64", [3, 2], [2, 4, 6, 8, 10, 12]);
    }),
    rule(
      "a call that is cancelled between blocks rejects, pulls no more of them, and stores nothing",
      async (t) => {
        const m = t.open();
        await m.storeData([1], "other");
        const control = new AbortController();
        let pulled = 0;
        async function* cancelled(): AsyncGenerator<ArrayInput> {
          for (; pulled < 50; pulled++) {
            if (pulled === 2) control.abort(new Error("enough"));
            yield [[pulled, pulled]];
          }
        }
        const source = { dtype: "float64", shape: [50, 2], blocks: cancelled() } as const;
        await rejects(m.storeData(source, "x", { signal: control.signal }), "FILE_STORAGE");
        isTrue(pulled < 5, `${pulled} blocks were pulled, though the call was cancelled at the third`);
        equal(await m.getData("x", { ignoreErrors: true }), null);
      },
    ),
    rule("the memory of a block may be reused for the next one", async (t) => {
      const m = t.open();
      const shared = new Float64Array(2);
      function* reusing(): Generator<ArrayInput> {
        for (let row = 0; row < 3; row++) {
          shared.fill(row);
          yield { dtype: "float64", shape: [1, 2], data: shared };
        }
      }
      await m.storeData({ dtype: "float64", shape: [3, 2], blocks: reusing() }, "x");
      equalArray(await m.getData("x"), "float64", [3, 2], [0, 0, 1, 1, 2, 2]);
    }),
  ],
};
