import {
  type DataBlock,
  elementCount,
  type NDArray,
  type StorageManager,
  type StoreOptions,
  type StreamOptions,
} from "@tvb-storage/core";
import { equalBlocks } from "../equal-blocks.js";
import { equal, isTrue, rejects, within } from "../expect.js";
import { dtype, growable, removal, severalTypes } from "../requirements.js";
import { type Requirement, type RuleGroup, rule } from "../rule.js";
import { sampleData } from "../sample-data.js";
import type { StorageContext } from "../storage-context.js";

/** Six rows of four: `10 * row + column`. */
const SIX_ROWS = Array.from({ length: 24 }, (_, i) => 10 * Math.floor(i / 4) + (i % 4));

async function sixRows(t: StorageContext): Promise<void> {
  await t.open().storeData(t.array([6, 4], SIX_ROWS), "x");
}

async function all(m: StorageManager, name: string, options?: StreamOptions): Promise<DataBlock[]> {
  const blocks: DataBlock[] = [];
  for await (const block of m.streamData(name, options)) blocks.push(block);
  return blocks;
}

/** `blockBytes` for one of six rows. */
const rowBytes = (t: StorageContext): number => 4 * t.itemBytes;

/** A replacement of `sixRows`, large enough for the remaining blocks. */
const replacements: readonly {
  what: string;
  data: (t: StorageContext) => NDArray;
  requires?: readonly Requirement[];
  options?: StoreOptions;
}[] = [
  {
    what: "of another dtype",
    data: (t) => {
      const other = t.supports.dtypes.find((type) => type !== t.dtype);
      return sampleData(t.supports, other).array([6, 4], zeros(24));
    },
    requires: [severalTypes],
  },
  {
    what: "of a dtype of the same size",
    data: () => ({ dtype: "int64", shape: [6, 4], data: new BigInt64Array(24) }),
    requires: [dtype("float64", "int64")],
  },
  { what: "with fewer axes", data: (t) => t.array([24], zeros(24)) },
  { what: "with more axes", data: (t) => t.array([6, 4, 1], zeros(24)) },
  { what: "with longer rows", data: (t) => t.array([6, 5], zeros(30)) },
  { what: "of other chunks", data: (t) => t.array([6, 4], zeros(24)), options: { chunks: [2, 4] } },
  { what: "that is the same but for its values", data: (t) => t.array([6, 4], zeros(24)) },
];

function zeros(length: number): Float64Array {
  return new Float64Array(length);
}

export const streamRules: RuleGroup<StorageContext> = {
  name: "streamData",
  rules: [
    rule("a small dataset comes in one block", async (t) => {
      const m = t.open();
      await m.storeData(
        t.data([
          [1, 2],
          [3, 4],
        ]),
        "x",
      ); // prettier-ignore
      const blocks = await all(m, "x");
      equal(blocks.length, 1);
      equalBlocks(t, blocks, [2, 2], [1, 2, 3, 4]);
    }),
    rule("blocks go along axis 0, and their offsets say where", async (t) => {
      const m = t.open();
      await sixRows(t);
      const blockBytes = 2 * rowBytes(t);
      const blocks = await all(m, "x", { blockBytes });
      isTrue(blocks.length > 2, "there should be several blocks");
      equalBlocks(t, blocks, [6, 4], SIX_ROWS, blockBytes);
    }),
    rule("no block is larger than blockBytes, and none is left out", async (t) => {
      const m = t.open();
      await sixRows(t);
      for (const elements of [1, 3, 4, 12.5, 20, 24]) {
        const blockBytes = elements * t.itemBytes;
        equalBlocks(
          t,
          await all(m, "x", { blockBytes: Math.floor(blockBytes) }),
          [6, 4],
          SIX_ROWS,
          blockBytes,
        );
      }
    }),
    rule("a row larger than blockBytes is cut along further axes", async (t) => {
      const m = t.open();
      await sixRows(t);
      const blockBytes = 2 * t.itemBytes;
      equalBlocks(t, await all(m, "x", { blockBytes }), [6, 4], SIX_ROWS, blockBytes);
    }),
    rule("a selection is streamed, and offsets count in its result", async (t) => {
      const m = t.open();
      await sixRows(t);
      const selection = [
        { start: 1, stop: null, step: 2 },
        { start: 2, stop: null, step: 1 },
      ];
      const blockBytes = 2 * t.itemBytes;
      equalBlocks(
        t,
        await all(m, "x", { selection, blockBytes }),
        [3, 2],
        [12, 13, 32, 33, 52, 53],
        blockBytes,
      );
    }),
    rule("axes that the selection drops are not in the blocks", async (t) => {
      const m = t.open();
      await sixRows(t);
      const blockBytes = 3 * t.itemBytes;
      const blocks = await all(m, "x", { selection: [null, 3], blockBytes });
      equalBlocks(t, blocks, [6], [3, 13, 23, 33, 43, 53], blockBytes);
    }),
    rule("a dropped first axis is left out too", async (t) => {
      const m = t.open();
      await sixRows(t);
      const blockBytes = 2 * t.itemBytes;
      const blocks = await all(m, "x", { selection: [4], blockBytes });
      equalBlocks(t, blocks, [4], [40, 41, 42, 43], blockBytes);
    }),
    rule("a scalar is one block", async (t) => {
      const m = t.open();
      await m.storeData(t.data(5), "s");
      const blocks = await all(m, "s");
      equal(blocks.length, 1);
      t.equalData(blocks[0]?.block ?? null, [], [5]);
    }),
    rule("an empty dataset has no blocks", async (t) => {
      const m = t.open();
      await m.storeData(t.data([]), "e");
      equal(await all(m, "e"), []);
    }),
    rule("data of every dtype are streamed", async (t) => {
      const m = t.open();
      for (const type of t.supports.dtypes) {
        const sample = sampleData(t.supports, type);
        const blockBytes = 2 * sample.itemBytes;
        await m.storeData(sample.array([5], [1, 2, 3, 4, 5]), type);
        const blocks = await all(m, type, { blockBytes });
        isTrue(blocks.length > 1, `${type} should come in more than one block`);
        equalBlocks(sample, blocks, [5], [1, 2, 3, 4, 5], blockBytes);
      }
    }),
    rule("strings are streamed", [dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData(["a", "b", "c"], "s");
      equal(
        (await all(m, "s", { blockBytes: 16 })).flatMap(({ block }) => Array.from(block.data, String)),
        ["a", "b", "c"],
      );
    }),
    rule("int64 are streamed exactly", [dtype("int64")], async (t) => {
      const m = t.open();
      await m.storeData([1n, 9007199254740993n], "i");
      equal(
        (await all(m, "i", { blockBytes: 8 })).map(({ block }) => block.data[0]),
        [1n, 9007199254740993n],
      );
    }),
    rule("blocks share no memory", async (t) => {
      const m = t.open();
      await sixRows(t);
      const blocks = await all(m, "x", { blockBytes: rowBytes(t) });
      const buffers = blocks.map(({ block }) => (Array.isArray(block.data) ? block.data : block.data.buffer));
      equal(new Set<unknown>(buffers).size, blocks.length);
    }),
    rule("rows appended meanwhile are not part of the stream", [growable], async (t) => {
      const m = t.open();
      for (let i = 0; i < 3; i++) await m.appendData(t.data([[i]]), "x", { growDimension: 0 });
      const seen: DataBlock[] = [];
      for await (const block of m.streamData("x", { blockBytes: t.itemBytes })) {
        seen.push(block);
        if (seen.length === 1) await t.open().appendData(t.data([[99]]), "x", { growDimension: 0 });
      }
      equalBlocks(t, seen, [3, 1], [0, 1, 2]);
      equal(await m.getDataShape("x"), [4, 1]);
    }),
    rule("no lock is held between blocks: the file can be written meanwhile", async (t) => {
      const m = t.open();
      await sixRows(t);
      await within(
        10_000,
        "writing while streaming",
        (async () => {
          for await (const { offset } of m.streamData("x", { blockBytes: rowBytes(t) })) {
            await t.open().storeData(t.data([offset[0] ?? 0]), `y${offset[0]}`);
            await m.setMetadata({ seen: offset[0] ?? 0 });
          }
        })(),
      );
      t.equalData(await m.getData("y5"), [1], [5]);
    }),
    rule(
      "a dataset that goes meanwhile ends the stream with a FileStorageException",
      [removal],
      async (t) => {
        const m = t.open();
        await sixRows(t);
        const stream = m.streamData("x", { blockBytes: rowBytes(t) })[Symbol.asyncIterator]();
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
        await sixRows(t);
        const stream = m.streamData("x", { blockBytes: rowBytes(t) })[Symbol.asyncIterator]();
        await stream.next();
        await t.open().removeData("x");
        await t.open().storeData(t.data([[1, 2, 3, 4]]), "x");
        await rejects(stream.next(), "FILE_STORAGE", ["x"]);
      },
    ),
    ...replacements.map(({ what, data, requires = [], options }) =>
      rule<StorageContext>(
        `a dataset that is replaced meanwhile by one ${what} ends the stream`,
        [removal, ...requires],
        async (t) => {
          const m = t.open();
          await sixRows(t);
          const stream = m.streamData("x", { blockBytes: rowBytes(t) })[Symbol.asyncIterator]();
          await stream.next();
          await t.open().removeData("x");
          await t.open().storeData(data(t), "x", options);
          await rejects(stream.next(), "FILE_STORAGE", ["x"]);
        },
      ),
    ),
    rule("a dataset that is overwritten in place meanwhile is streamed on", async (t) => {
      const m = t.open();
      await sixRows(t);
      const stream = m.streamData("x", { blockBytes: rowBytes(t) })[Symbol.asyncIterator]();
      await stream.next();
      await t.open().storeData(t.array([6, 4], zeros(24).fill(7)), "x");
      const { block }: DataBlock = (await stream.next()).value;
      t.equalData(block, block.shape, zeros(elementCount(block.shape)).fill(7));
      await stream.return?.(undefined);
    }),
    rule("a stream may be left early", async (t) => {
      const m = t.open();
      await sixRows(t);
      for await (const { offset } of m.streamData("x", { blockBytes: rowBytes(t) }))
        if (offset[0] === 1) break;
      await m.storeData(t.data([1]), "y");
      equal(await m.getDataShape("x"), [6, 4]);
    }),
    rule("two streams of one dataset do not disturb each other", async (t) => {
      const m = t.open();
      await sixRows(t);
      const [one, two] = await Promise.all([
        all(m, "x", { blockBytes: rowBytes(t) }),
        all(t.open(), "x", { blockBytes: 2 * rowBytes(t) }),
      ]);
      equalBlocks(t, one, [6, 4], SIX_ROWS, rowBytes(t));
      equalBlocks(t, two, [6, 4], SIX_ROWS, 2 * rowBytes(t));
    }),
    rule("two streams of one manager take turns", async (t) => {
      await sixRows(t);
      const m = t.open();
      const [one, two] = [0, 1].map(() =>
        m.streamData("x", { blockBytes: rowBytes(t) })[Symbol.asyncIterator](),
      );
      const blocks: DataBlock[][] = [[], []];
      for (let row = 0; row < 6; row++)
        for (const [i, stream] of [one, two].entries()) {
          const next = await stream?.next();
          if (next?.done === false) blocks[i]?.push(next.value);
        }
      for (const each of blocks) equalBlocks(t, each, [6, 4], SIX_ROWS, rowBytes(t));
    }),
    rule("an aborted signal ends the stream", async (t) => {
      const m = t.open();
      await sixRows(t);
      const control = new AbortController();
      const stream = m
        .streamData("x", { blockBytes: rowBytes(t), signal: control.signal })
        [Symbol.asyncIterator]();
      await stream.next();
      control.abort();
      await rejects(stream.next(), "FILE_STORAGE");
    }),
    rule("a missing dataset, a missing file and a bad selection reject at the first block", async (t) => {
      const m = t.open();
      await rejects(all(m, "x"), "FILE_STRUCTURE", [t.path()]);
      await sixRows(t);
      await rejects(all(m, "y"), "MISSING_DATASET", [t.path(), "y"]);
      await rejects(all(m, "x", { selection: [9] }), "FILE_STORAGE", ["x"]);
    }),
    rule("a blockBytes that is no size is refused", async (t) => {
      const m = t.open();
      await sixRows(t);
      await rejects(all(m, "x", { blockBytes: 0 }), "FILE_STRUCTURE");
    }),
  ],
};
