import {
  allocate,
  type DataBlock,
  itemSize,
  type NDArray,
  type StorageManager,
  type StoreOptions,
  type StreamOptions,
  toNested,
} from "@tvb-storage/core";
import { equal, equalArray, isTrue, rejects, within } from "../expect.js";
import { dtype, growable, removal } from "../requirements.js";
import { type Requirement, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

/** Six rows of four: `10 * row + column`. */
async function sixRows(m: StorageManager): Promise<void> {
  const data = Float64Array.from({ length: 24 }, (_, i) => 10 * Math.floor(i / 4) + (i % 4));
  await m.storeData({ dtype: "float64", shape: [6, 4], data }, "x");
}

async function all(m: StorageManager, name: string, options?: StreamOptions): Promise<DataBlock[]> {
  const blocks: DataBlock[] = [];
  for await (const block of m.streamData(name, options)) blocks.push(block);
  return blocks;
}

const ROW = 4 * 8;

/** A replacement of `sixRows`, large enough for the remaining blocks. */
const replacements: readonly {
  what: string;
  data: NDArray;
  requires?: readonly Requirement[];
  options?: StoreOptions;
}[] = [
  {
    what: "of another dtype",
    data: { dtype: "float32", shape: [6, 4], data: new Float32Array(24) },
    requires: [dtype("float32")],
  },
  {
    what: "of a dtype of the same size",
    data: { dtype: "int64", shape: [6, 4], data: new BigInt64Array(24) },
    requires: [dtype("int64")],
  },
  { what: "with fewer axes", data: { dtype: "float64", shape: [24], data: new Float64Array(24) } },
  { what: "with more axes", data: { dtype: "float64", shape: [6, 4, 1], data: new Float64Array(24) } },
  { what: "with longer rows", data: { dtype: "float64", shape: [6, 5], data: new Float64Array(30) } },
  {
    what: "of other chunks",
    data: { dtype: "float64", shape: [6, 4], data: new Float64Array(24) },
    options: { chunks: [2, 4] },
  },
  {
    what: "that is the same but for its values",
    data: { dtype: "float64", shape: [6, 4], data: new Float64Array(24) },
  },
];

export const streamRules: RuleGroup<StorageContext> = {
  name: "streamData",
  rules: [
    rule("a small dataset comes in one block", async (t) => {
      const m = t.open();
      await m.storeData(
        [
          [1, 2],
          [3, 4],
        ],
        "x",
      ); // prettier-ignore
      const blocks = await all(m, "x");
      equal(
        blocks.map(({ offset }) => [...offset]),
        [[0, 0]],
      );
      equalArray(blocks[0]?.block ?? null, "float64", [2, 2], [1, 2, 3, 4]);
    }),
    rule("blocks go along axis 0, and their offsets say where", async (t) => {
      const m = t.open();
      await sixRows(m);
      const blocks = await all(m, "x", { blockBytes: 2 * ROW });
      equal(
        blocks.map(({ offset }) => [...offset]),
        [
          [0, 0],
          [2, 0],
          [4, 0],
        ],
      ); // prettier-ignore
      equalArray(blocks[1]?.block ?? null, "float64", [2, 4], [20, 21, 22, 23, 30, 31, 32, 33]);
    }),
    rule("no block is larger than blockBytes, and none is left out", async (t) => {
      const m = t.open();
      await sixRows(m);
      for (const blockBytes of [8, 24, ROW, 100, 5 * ROW, 6 * ROW]) {
        const blocks = await all(m, "x", { blockBytes });
        isTrue(
          blocks.every(({ block }) => block.data.length * 8 <= blockBytes),
          `blocks of at most ${blockBytes} bytes`,
        );
        const entries = blocks.flatMap(({ block }) => Array.from(block.data, Number));
        equal(
          entries,
          Array.from({ length: 24 }, (_, i) => 10 * Math.floor(i / 4) + (i % 4)),
        );
      }
    }),
    rule("a row larger than blockBytes is cut along further axes", async (t) => {
      const m = t.open();
      await sixRows(m);
      const blocks = await all(m, "x", { blockBytes: 2 * 8 });
      equal(blocks.length, 12);
      equal([...(blocks[1]?.offset ?? [])], [0, 2]);
      equalArray(blocks[1]?.block ?? null, "float64", [1, 2], [2, 3]);
    }),
    rule("a selection is streamed, and offsets count in its result", async (t) => {
      const m = t.open();
      await sixRows(m);
      const selection = [
        { start: 1, stop: null, step: 2 },
        { start: 2, stop: null, step: 1 },
      ];
      const blocks = await all(m, "x", { selection, blockBytes: 2 * 8 });
      equal(
        blocks.map(({ offset }) => [...offset]),
        [
          [0, 0],
          [1, 0],
          [2, 0],
        ],
      ); // prettier-ignore
      equal(
        blocks.flatMap(({ block }) => Array.from(block.data, Number)),
        [12, 13, 32, 33, 52, 53],
      );
    }),
    rule("axes that the selection drops are not in the blocks", async (t) => {
      const m = t.open();
      await sixRows(m);
      const blocks = await all(m, "x", { selection: [null, 3], blockBytes: 3 * 8 });
      equal(
        blocks.map(({ offset, block }) => [[...offset], [...block.shape]]),
        [
          [[0], [3]],
          [[3], [3]],
        ],
      ); // prettier-ignore
      equal(
        blocks.flatMap(({ block }) => Array.from(block.data, Number)),
        [3, 13, 23, 33, 43, 53],
      );
    }),
    rule("a dropped first axis is left out too", async (t) => {
      const m = t.open();
      await sixRows(m);
      const blocks = await all(m, "x", { selection: [4], blockBytes: 2 * 8 });
      equal(
        blocks.map(({ offset }) => [...offset]),
        [[0], [2]],
      ); // prettier-ignore
      equal(
        blocks.flatMap(({ block }) => Array.from(block.data, Number)),
        [40, 41, 42, 43],
      );
    }),
    rule("a scalar is one block", async (t) => {
      const m = t.open();
      await m.storeData(5, "s");
      const blocks = await all(m, "s");
      equal(blocks.length, 1);
      equalArray(blocks[0]?.block ?? null, "float64", [], [5]);
    }),
    rule("an empty dataset has no blocks", async (t) => {
      const m = t.open();
      await m.storeData([], "e");
      equal(await all(m, "e"), []);
    }),
    rule("data of every dtype are streamed", async (t) => {
      const m = t.open();
      for (const type of t.supports.dtypes) {
        const data = allocate(type, 4);
        data[2] = (type === "string" ? "c" : type.endsWith("int64") ? 1n : 1) as never; // an entry of this container
        const array = { dtype: type, shape: [4], data } as NDArray; // `allocate` gave the container
        await m.storeData(array, type);
        const blocks = await all(m, type, { blockBytes: 2 * itemSize(type) });
        isTrue(blocks.length > 1, `${type} should come in more than one block`);
        equal(
          blocks.flatMap(({ block }) => [toNested(block)].flat()),
          toNested(array),
        );
      }
    }),
    rule("strings and int64 are streamed", [dtype("string", "int64")], async (t) => {
      const m = t.open();
      await m.storeData(["a", "b", "c"], "s");
      await m.storeData([1n, 9007199254740993n], "i");
      equal(
        (await all(m, "s", { blockBytes: 16 })).flatMap(({ block }) => Array.from(block.data, String)),
        ["a", "b", "c"],
      );
      equal(
        (await all(m, "i", { blockBytes: 8 })).map(({ block }) => block.data[0]),
        [1n, 9007199254740993n],
      );
    }),
    rule("blocks share no memory", async (t) => {
      const m = t.open();
      await sixRows(m);
      const blocks = await all(m, "x", { blockBytes: ROW });
      const buffers = blocks.map(({ block }) => (Array.isArray(block.data) ? block.data : block.data.buffer));
      equal(new Set<unknown>(buffers).size, blocks.length);
    }),
    rule("rows appended meanwhile are not part of the stream", [growable], async (t) => {
      const m = t.open();
      for (let i = 0; i < 3; i++) await m.appendData([[i]], "x", { growDimension: 0 });
      const seen: number[] = [];
      for await (const { block } of m.streamData("x", { blockBytes: 8 })) {
        seen.push(...Array.from(block.data, Number));
        if (seen.length === 1) await t.open().appendData([[99]], "x", { growDimension: 0 });
      }
      equal(seen, [0, 1, 2]);
      equal(await m.getDataShape("x"), [4, 1]);
    }),
    rule("no lock is held between blocks: the file can be written meanwhile", async (t) => {
      const m = t.open();
      await sixRows(m);
      await within(
        10_000,
        "writing while streaming",
        (async () => {
          for await (const { offset } of m.streamData("x", { blockBytes: ROW })) {
            await t.open().storeData([offset[0] ?? 0], `y${offset[0]}`);
            await m.setMetadata({ seen: offset[0] ?? 0 });
          }
        })(),
      );
      equalArray(await m.getData("y5"), "float64", [1], [5]);
    }),
    rule(
      "a dataset that goes meanwhile ends the stream with a FileStorageException",
      [removal],
      async (t) => {
        const m = t.open();
        await sixRows(m);
        const stream = m.streamData("x", { blockBytes: ROW })[Symbol.asyncIterator]();
        await stream.next();
        await t.open().removeData("x");
        await rejects(stream.next(), ["FILE_STORAGE", "MISSING_DATASET"], ["x"]);
      },
    ),
    rule(
      "a dataset that shrinks meanwhile ends the stream with a FileStorageException",
      [removal],
      async (t) => {
        const m = t.open();
        await sixRows(m);
        const stream = m.streamData("x", { blockBytes: ROW })[Symbol.asyncIterator]();
        await stream.next();
        await t.open().removeData("x");
        await t.open().storeData([[1, 2, 3, 4]], "x");
        await rejects(stream.next(), "FILE_STORAGE", ["x"]);
      },
    ),
    ...replacements.map(({ what, data, requires = [], options }) =>
      rule<StorageContext>(
        `a dataset that is replaced meanwhile by one ${what} ends the stream`,
        [removal, ...requires],
        async (t) => {
          const m = t.open();
          await sixRows(m);
          const stream = m.streamData("x", { blockBytes: ROW })[Symbol.asyncIterator]();
          await stream.next();
          await t.open().removeData("x");
          await t.open().storeData(data, "x", options);
          await rejects(stream.next(), "FILE_STORAGE", ["x"]);
        },
      ),
    ),
    rule("a dataset that is overwritten in place meanwhile is streamed on", async (t) => {
      const m = t.open();
      await sixRows(m);
      const stream = m.streamData("x", { blockBytes: ROW })[Symbol.asyncIterator]();
      await stream.next();
      await t.open().storeData({ dtype: "float64", shape: [6, 4], data: new Float64Array(24).fill(7) }, "x");
      equalArray((await stream.next()).value?.block ?? null, "float64", [1, 4], [7, 7, 7, 7]);
      await stream.return?.(undefined);
    }),
    rule("a stream may be left early", async (t) => {
      const m = t.open();
      await sixRows(m);
      for await (const { offset } of m.streamData("x", { blockBytes: ROW })) if (offset[0] === 1) break;
      await m.storeData([1], "y");
      equal(await m.getDataShape("x"), [6, 4]);
    }),
    rule("two streams of one dataset do not disturb each other", async (t) => {
      const m = t.open();
      await sixRows(m);
      const [one, two] = await Promise.all([
        all(m, "x", { blockBytes: ROW }),
        all(t.open(), "x", { blockBytes: 2 * ROW }),
      ]);
      equal([one.length, two.length], [6, 3]);
    }),
    rule("an aborted signal ends the stream", async (t) => {
      const m = t.open();
      await sixRows(m);
      const control = new AbortController();
      const stream = m.streamData("x", { blockBytes: ROW, signal: control.signal })[Symbol.asyncIterator]();
      await stream.next();
      control.abort();
      await rejects(stream.next(), "FILE_STORAGE");
    }),
    rule("a missing dataset, a missing file and a bad selection reject at the first block", async (t) => {
      const m = t.open();
      await rejects(all(m, "x"), "FILE_STRUCTURE", [t.path()]);
      await sixRows(m);
      await rejects(all(m, "y"), "MISSING_DATASET", [t.path(), "y"]);
      await rejects(all(m, "x", { selection: [9] }), "FILE_STORAGE", ["x"]);
    }),
    rule("a blockBytes that is no size is refused", async (t) => {
      const m = t.open();
      await sixRows(m);
      await rejects(all(m, "x", { blockBytes: 0 }), "FILE_STRUCTURE");
    }),
  ],
};
