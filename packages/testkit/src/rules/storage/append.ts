import { type ArrayInput, ndarray, type StorageManager } from "@tvb-storage/core";
import { equal, equalArray, isTrue, rejects } from "../expect.js";
import { dtype, growable, growableFirst, growableOnAnyAxis, notGrowable, numbers } from "../requirements.js";
import { type Requirement, type RuleGroup, rule } from "../rule.js";
import { INTEGER_TYPES, NUMERIC_TYPES } from "../sample-data.js";
import type { StorageContext } from "../storage-context.js";

const rows = { growDimension: 0 } as const;

/** A dataset of shape (2, 2) that grows along axis 0. */
async function grown(t: StorageContext, m: StorageManager): Promise<void> {
  await m.appendData(t.data([[1, 2]]), "x", rows);
  await m.appendData(t.data([[3, 4]]), "x", rows);
}

export const appendRules: RuleGroup<StorageContext> = {
  name: "appendData",
  rules: [
    rule("a missing dataset is created, with its groups", [growable], async (t) => {
      await t.open().appendData(t.data([[1, 2]]), "x", { ...rows, where: "/a/b" });
      t.equalData(await t.open().getData("a/b/x"), [1, 2], [1, 2]);
    }),
    rule("rows follow each other along axis 0", [growable], async (t) => {
      const m = t.open();
      await grown(t, m);
      await m.appendData(
        t.data([
          [5, 6],
          [7, 8],
        ]),
        "x",
        rows,
      ); // prettier-ignore
      t.equalData(await t.open().getData("x"), [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    }),
    rule("the last axis grows by default", [growableOnAnyAxis], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[1], [2]]), "x");
      await m.appendData(
        t.data([
          [3, 5],
          [4, 6],
        ]),
        "x",
      ); // prettier-ignore
      t.equalData(await m.getData("x"), [2, 3], [1, 3, 5, 2, 4, 6]);
    }),
    rule("an axis in the middle grows", [growableOnAnyAxis], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[[1, 2]], [[3, 4]]]), "x", { growDimension: 1 });
      await m.appendData(t.data([[[5, 6]], [[7, 8]]]), "x", { growDimension: 1 });
      t.equalData(await m.getData("x"), [2, 2, 2], [1, 2, 5, 6, 3, 4, 7, 8]);
    }),
    rule("a negative axis counts from the end", [growableOnAnyAxis], async (t) => {
      const m = t.open();
      await m.appendData(t.data([[[1, 2]], [[3, 4]]]), "x", { growDimension: -2 });
      await m.appendData(t.data([[[5, 6]], [[7, 8]]]), "x", { growDimension: -2 });
      equal(await m.getDataShape("x"), [2, 2, 2]);
    }),
    rule("a one-dimensional series grows", [growable], async (t) => {
      const m = t.open();
      for (const value of [1, 2, 3]) await m.appendData(t.data([value]), "x");
      t.equalData(await m.getData("x"), [3], [1, 2, 3]);
    }),
    rule("a time series of shape (steps, 1, regions, 1) grows by blocks", [growable], async (t) => {
      const m = t.open();
      for (let block = 0; block < 3; block++) {
        const data = Float64Array.from({ length: 2 * 5 }, (_, i) => block * 10 + i);
        await m.appendData(t.array([2, 1, 5, 1], data), "data", rows);
      }
      t.equalData(
        await m.getData("data"),
        [6, 1, 5, 1],
        Array.from({ length: 30 }, (_, i) => i),
      );
    }),
    rule("a hundred appends arrive in their order", [growable], async (t) => {
      const m = t.open();
      for (let i = 0; i < 100; i++) await m.appendData(t.data([i]), "x", { closeFile: i % 7 === 0 });
      await m.closeFile();
      t.equalData(
        await t.open().getData("x"),
        [100],
        Array.from({ length: 100 }, (_, i) => i),
      );
    }),
    ...NUMERIC_TYPES.map((type) =>
      rule<StorageContext>(
        `plain numbers take the dtype ${type} of the first rows`,
        [growable, dtype(type)],
        async (t) => {
          const m = t.open();
          await m.appendData(ndarray([1], { dtype: type }), "x");
          await m.appendData([2], "x");
          await m.appendData([3], "x", { closeFile: false });
          await m.closeFile();
          equalArray(await m.getData("x"), type, [3], ndarray([1, 2, 3], { dtype: type }).data);
        },
      ),
    ),
    rule("whole plain numbers first do not make it integers", [growable, dtype("float64")], async (t) => {
      const m = t.open();
      await m.appendData([1], "x");
      await m.appendData([2.5], "x");
      equalArray(await m.getData("x"), "float64", [2], [1, 2.5]);
    }),
    rule("the option dtype gives the new dataset its type", [growable, dtype("float32")], async (t) => {
      const m = t.open();
      await m.appendData([0.1], "x", { dtype: "float32" });
      equalArray(await m.getData("x"), "float32", [1], [0.10000000149011612]);
    }),
    rule("int64 rows keep every bit", [growable, dtype("int64")], async (t) => {
      const m = t.open();
      await m.appendData([9007199254740993n], "x");
      await m.appendData([-9223372036854775808n], "x");
      equalArray(await m.getData("x"), "int64", [2], [9007199254740993n, -9223372036854775808n]);
    }),
    rule("strings are appended", [growable, dtype("string")], async (t) => {
      const m = t.open();
      await m.appendData(["a"], "x");
      await m.appendData(["", "naïve ☃"], "x");
      equalArray(await m.getData("x"), "string", [3], ["a", "", "naïve ☃"]);
    }),
    rule("booleans are appended", [growable, dtype("bool")], async (t) => {
      const m = t.open();
      await m.appendData([true], "x");
      await m.appendData([false, true], "x");
      equalArray(await m.getData("x"), "bool", [3], [1, 0, 1]);
    }),
    rule("complex rows are appended", [growable, dtype("complex64")], async (t) => {
      const m = t.open();
      const row = (re: number, im: number) =>
        ({ dtype: "complex64", shape: [1], data: Float32Array.of(re, im) }) as const;
      await m.appendData(row(1, 2), "x");
      await m.appendData(row(3, 4), "x");
      equalArray(await m.getData("x"), "complex64", [2], [1, 2, 3, 4]);
    }),
    rule("no rows change nothing", [growable], async (t) => {
      const m = t.open();
      await grown(t, m);
      await m.appendData(t.array([0, 2], []), "x", rows);
      equal(await m.getDataShape("x"), [2, 2]);
    }),
    rule("a dataset may start without rows", [growable], async (t) => {
      const m = t.open();
      await m.appendData(t.array([0, 2], []), "x", rows);
      await m.appendData(t.data([[1, 2]]), "x", rows);
      t.equalData(await m.getData("x"), [1, 2], [1, 2]);
    }),
    rule("listNodes says which axis may grow", [growable], async (t) => {
      const m = t.open();
      await grown(t, m);
      const node = (await m.listNodes()).find(({ path }) => path === "/x");
      equal(node?.shape, [2, 2]);
      equal(node?.maxShape?.[0], null);
    }),
    rule("metadata of a growing dataset stays", [growable], async (t) => {
      const m = t.open();
      await grown(t, m);
      await m.setMetadata({ unit: "mV" }, "x");
      await m.appendData(t.data([[5, 6]]), "x", rows);
      equal(await m.getMetadata("x"), { unit: "mV" });
    }),
    rule("a grown dataset can be overwritten in its whole new shape", [growable], async (t) => {
      const m = t.open();
      await grown(t, m);
      await m.storeData(
        t.data([
          [5, 6],
          [7, 8],
        ]),
        "x",
      ); // prettier-ignore
      t.equalData(await m.getData("x"), [2, 2], [5, 6, 7, 8]);
    }),
    rule("a backend that cannot append refuses to, and stores nothing", [notGrowable], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x");
      await rejects(m.appendData(t.data([2]), "x"), ["FILE_STORAGE", "INCOMPATIBLE_FILE_MANAGER"], ["x"]);
      t.equalData(await m.getData("x"), [1], [1]);
      const none = t.open(t.path("none"));
      await rejects(none.appendData(t.data([2]), "x"), "FILE_STORAGE", [t.path("none"), "x"]);
      equal(await none.isValidTvbFile(), false);
    }),
    rule(
      "a backend that appends along the first axis only refuses other axes, and stores nothing",
      [growableFirst],
      async (t) => {
        const m = t.open();
        for (const options of [{}, { growDimension: 1 }, { growDimension: -1 }])
          await rejects(m.appendData(t.data([[1, 2]]), "x", options), "FILE_STORAGE", [t.path(), "x"]);
        equal(await m.isValidTvbFile(), false);
        await grown(t, m);
        const refused = ["FILE_STORAGE", "INCOMPATIBLE_FILE_MANAGER"] as const;
        await rejects(m.appendData(t.data([[5], [6]]), "x", { closeFile: false }), refused, ["x"]);
        await m.closeFile();
        t.equalData(await m.getData("x"), [2, 2], [1, 2, 3, 4]);
      },
    ),
  ],
};

/** Calls that must be refused immediately; the two rows stay unchanged. */
const misfits: readonly {
  what: string;
  data: unknown;
  growDimension?: number;
  requires?: readonly Requirement[];
}[] = [
  { what: "rows of another width", data: [[5, 6, 7]] },
  { what: "rows of another rank", data: [5, 6] },
  { what: "a scalar", data: 5 },
  { what: "strings among numbers", data: [["a", "b"]], requires: [numbers] },
  { what: "null", data: null },
  { what: "a ragged row", data: [[5, 6], [7]] },
  { what: "an axis that is not there", data: [[5, 6]], growDimension: 2 },
  { what: "a negative axis that is not there", data: [[5, 6]], growDimension: -3 },
];

const CODES = ["INCOMPATIBLE_FILE_MANAGER", "FILE_STRUCTURE"] as const;

export const appendRefusalRules: RuleGroup<StorageContext> = {
  name: "appendData: what does not fit",
  rules: [
    ...misfits.map(({ what, data, growDimension = 0, requires = [] }) =>
      rule<StorageContext>(
        `${what} is refused at the call, and nothing of it is ever stored`,
        [growable, ...requires],
        async (t) => {
          const m = t.open();
          await grown(t, m);
          const bad = data as ArrayInput; // deliberately unusable
          await rejects(m.appendData(bad, "x", { growDimension }), CODES, [t.path(), "x"]);
          await rejects(m.appendData(bad, "x", { growDimension, closeFile: false }), CODES);
          await m.closeFile();
          t.equalData(await t.open().getData("x"), [2, 2], [1, 2, 3, 4]);
        },
      ),
    ),
    rule(
      "numbers that the dtype cannot hold are refused at the call",
      [growable, dtype("int8")],
      async (t) => {
        const m = t.open();
        await m.appendData(Int8Array.of(1), "x");
        await rejects(m.appendData([1.5], "x", { closeFile: false }), "INCOMPATIBLE_FILE_MANAGER", ["1.5"]);
        await rejects(m.appendData(Float64Array.of(300), "x"), "INCOMPATIBLE_FILE_MANAGER", ["300"]);
        await m.closeFile();
        equalArray(await m.getData("x"), "int8", [1], [1]);
      },
    ),
    ...INTEGER_TYPES.map((type) =>
      rule<StorageContext>(
        `a fraction and 2 ** 64 are refused at the call as rows of ${type}`,
        [growable, dtype(type)],
        async (t) => {
          const m = t.open();
          await m.appendData([1], "x", { dtype: type });
          for (const bad of [[1.5], [2 ** 64], Float64Array.of(1.5), BigUint64Array.of(2n ** 64n - 1n)]) {
            if (type === "uint64" && bad instanceof BigUint64Array) continue;
            await rejects(m.appendData(bad, "x", { closeFile: false }), "INCOMPATIBLE_FILE_MANAGER", [
              `${bad[0]}`,
            ]);
          }
          await m.closeFile();
          equalArray(await m.getData("x"), type, [1], ndarray([1], { dtype: type }).data);
        },
      ),
    ),
    rule("a refused call leaves rows that were buffered before it", [growable], async (t) => {
      const m = t.open();
      await grown(t, m);
      await m.appendData(t.data([[5, 6]]), "x", { ...rows, closeFile: false });
      await rejects(m.appendData(t.data([[7]]), "x", { ...rows, closeFile: false }), CODES);
      await m.appendData(t.data([[8, 9]]), "x", { ...rows, closeFile: false });
      await m.closeFile();
      t.equalData(await t.open().getData("x"), [4, 2], [1, 2, 3, 4, 5, 6, 8, 9]);
    }),
    rule(
      "a dataset grows as far as listNodes says, or refuses at the call; rows are never lost",
      [growable],
      async (t) => {
        const m = t.open();
        await m.storeData(t.data([1, 2]), "x");
        const room = (await m.listNodes()).find(({ path }) => path === "/x")?.maxShape?.[0];
        const done = await m.appendData(t.data([3]), "x", { closeFile: false }).then(
          () => true,
          () => false,
        );
        await m.closeFile();
        if (typeof room === "number") equal(done, room > 2, `listNodes told of room for ${room} elements`);
        t.equalData(await t.open().getData("x"), done ? [3] : [2], done ? [1, 2, 3] : [1, 2]);
      },
    ),
    rule(
      "a refused append to a dataset that cannot grow is refused as incompatible",
      [growable],
      async (t) => {
        const m = t.open();
        await m.storeData(t.data([1, 2]), "x");
        const error = await m.appendData(t.data([3]), "x").then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        // A backend whose datasets can all grow refuses nothing.
        if (error !== undefined)
          await rejects(Promise.reject(error), "INCOMPATIBLE_FILE_MANAGER", [t.path(), "x"]);
      },
    ),
    rule(
      "another axis than the growing one is refused, or grows; rows are never lost",
      [growable],
      async (t) => {
        const m = t.open();
        await grown(t, m);
        const done = await m.appendData(t.data([[5], [6]]), "x", { growDimension: 1 }).then(
          () => true,
          () => false,
        );
        const [shape, entries] = done
          ? [
              [2, 3],
              [1, 2, 5, 3, 4, 6],
            ]
          : [
              [2, 2],
              [1, 2, 3, 4],
            ]; // prettier-ignore
        t.equalData(await t.open().getData("x"), shape ?? [], entries ?? []);
      },
    ),
    rule("a group is not appended to", [growable], async (t) => {
      const m = t.open();
      await m.storeData(t.data([1]), "x", { where: "/g" });
      await rejects(
        m.appendData(t.data([1]), "g"),
        ["FILE_STRUCTURE", "FILE_STORAGE", "INCOMPATIBLE_FILE_MANAGER"],
        ["g"],
      );
    }),
    rule("a scalar cannot start a growing dataset", [growable], async (t) => {
      const m = t.open();
      await rejects(m.appendData(t.data(1), "x"), "FILE_STRUCTURE", ["x"]);
      equal(await m.isValidTvbFile(), false);
    }),
    rule("an option that does not exist is refused, not ignored", [growable], async (t) => {
      const m = t.open();
      await rejects(m.appendData(t.data([1]), "x", { growDimention: 0 } as object), "FILE_STRUCTURE", [
        "growDimention",
      ]);
      isTrue(!(await m.isValidTvbFile()), "no file should come of it");
    }),
  ],
};
