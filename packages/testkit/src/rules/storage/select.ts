import type { NDArray, Selection, Slice } from "@tvb-storage/core";
import { seededRandom } from "../../faults/power-loss.js";
import { equal, equalArray, rejects } from "../expect.js";
import { dtype } from "../requirements.js";
import { type Rule, type RuleGroup, rule } from "../rule.js";
import { sampleData } from "../sample-data.js";
import type { StorageContext } from "../storage-context.js";

const range = (start: number | null, stop: number | null, step = 1): Slice => ({ start, stop, step });

/** `[[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]]` */
async function table(t: StorageContext): Promise<void> {
  await t.open().storeData(
    t.data([
      [0, 1, 2, 3],
      [10, 11, 12, 13],
      [20, 21, 22, 23],
    ]),
    "x",
  ); // prettier-ignore
}

const cases: readonly { says: string; selection: Selection; shape: number[]; entries: number[] }[] = [
  {
    says: "no entries take everything",
    selection: [],
    shape: [3, 4],
    entries: [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23],
  },
  { says: "null takes the whole axis", selection: [null, 1], shape: [3], entries: [1, 11, 21] },
  { says: "an integer drops its axis", selection: [1], shape: [4], entries: [10, 11, 12, 13] },
  { says: "a negative integer counts from the end", selection: [-1, -2], shape: [], entries: [22] },
  { says: "integers on every axis give a scalar", selection: [0, 3], shape: [], entries: [3] },
  {
    says: "a slice of length one keeps its axis",
    selection: [range(1, 2)],
    shape: [1, 4],
    entries: [10, 11, 12, 13],
  },
  {
    says: "a slice excludes its stop",
    selection: [range(0, 2), range(1, 3)],
    shape: [2, 2],
    entries: [1, 2, 11, 12],
  },
  {
    says: "an open start is the beginning",
    selection: [range(null, 1)],
    shape: [1, 4],
    entries: [0, 1, 2, 3],
  },
  { says: "an open stop is the end", selection: [range(2, null)], shape: [1, 4], entries: [20, 21, 22, 23] },
  {
    says: "negative ends count from the end",
    selection: [range(-2, -1), range(-3, null)],
    shape: [1, 3],
    entries: [11, 12, 13],
  },
  {
    says: "a step takes every n-th",
    selection: [null, range(null, null, 2)],
    shape: [3, 2],
    entries: [0, 2, 10, 12, 20, 22],
  },
  {
    says: "a step counts from the start of its slice",
    selection: [range(0, 3, 2), range(1, 4, 2)],
    shape: [2, 2],
    entries: [1, 3, 21, 23],
  },
  {
    says: "a step longer than the axis takes one",
    selection: [range(1, null, 100), 0],
    shape: [1],
    entries: [10],
  },
  { says: "a stop beyond the end is clipped", selection: [range(1, 100), 0], shape: [2], entries: [10, 20] },
  {
    says: "a start before the beginning is clipped",
    selection: [range(-100, 1), 0],
    shape: [1],
    entries: [0],
  },
  { says: "a slice beyond the end is empty", selection: [range(5, 9)], shape: [0, 4], entries: [] },
  {
    says: "a slice whose stop is before its start is empty",
    selection: [null, range(3, 1)],
    shape: [3, 0],
    entries: [],
  },
  { says: "missing trailing axes are whole", selection: [range(0, 1)], shape: [1, 4], entries: [0, 1, 2, 3] },
];

const refused: readonly { says: string; selection: unknown }[] = [
  { says: "more entries than axes", selection: [0, 0, 0] },
  { says: "an integer beyond the end", selection: [3] },
  { says: "an integer before the beginning", selection: [0, -5] },
  { says: "a step of 0", selection: [range(0, 2, 0)] },
  { says: "a negative step", selection: [range(2, 0, -1)] },
  { says: "a fraction", selection: [0.5] },
  { says: "NaN", selection: [Number.NaN] },
  { says: "a text", selection: ["0"] },
  { says: "a fraction in a slice", selection: [range(0.5, 2)] },
  { says: "a list of indices", selection: [[0, 2]] },
];

function selecting(says: string, run: Rule<StorageContext>["run"]): Rule<StorageContext> {
  return rule(says, run);
}

const SIZES = [4, 5, 6] as const;

/** A random entry for an axis of this length, and the indices that it selects, one by one. */
function randomEntry(
  random: () => number,
  length: number,
): { entry: number | null | Slice; indices: number[]; drops: boolean } {
  const pick = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const kind = random();
  if (kind < 0.2) return { entry: null, indices: Array.from({ length }, (_, i) => i), drops: false };
  if (kind < 0.45) {
    const index = pick(0, length - 1);
    return { entry: random() < 0.5 ? index : index - length, indices: [index], drops: true };
  }
  const [start, stop, step] = [pick(0, length), pick(0, length + 3), pick(1, 4)];
  const indices: number[] = [];
  for (let i = start; i < Math.min(stop, length); i += step) indices.push(i);
  const negative = start < length && random() < 0.3;
  return { entry: range(negative ? start - length : start, stop, step), indices, drops: false };
}

async function checkRandomSelections(t: StorageContext, count: number): Promise<void> {
  const m = t.open();
  const sample = sampleData(t.supports, "int32");
  const random = seededRandom(20240227);
  const numbers = Int32Array.from({ length: 120 }, (_, i) => i);
  await m.storeData(sample.array(SIZES, numbers), "cube");
  for (let i = 0; i < count; i++) {
    const [a, b, c] = [randomEntry(random, 4), randomEntry(random, 5), randomEntry(random, 6)];
    const entries = a.indices.flatMap((x) =>
      b.indices.flatMap((y) => c.indices.map((z) => (x * 5 + y) * 6 + z)),
    );
    const shape = [a, b, c].filter(({ drops }) => !drops).map(({ indices }) => indices.length);
    const result = await m.getData("cube", { selection: [a.entry, b.entry, c.entry], closeFile: false });
    sample.equalData(result, shape, entries);
  }
}

export const selectRules: RuleGroup<StorageContext> = {
  name: "getData: selections",
  rules: [
    ...cases.map(({ says, selection, shape, entries }) =>
      selecting(says, async (t) => {
        const m = t.open();
        await table(t);
        t.equalData(await m.getData("x", { selection }), shape, entries);
      }),
    ),
    ...refused.map(({ says, selection }) =>
      selecting(`${says} is refused, and the dataset named`, async (t) => {
        const m = t.open();
        await table(t);
        const bad = selection as Selection; // deliberately none
        await rejects(m.getData("x", { selection: bad }), "FILE_STORAGE", [t.path(), "x"]);
      }),
    ),
    rule("a selection that is no array is refused", async (t) => {
      const m = t.open();
      await table(t);
      const bad = 1 as unknown as Selection; // deliberately none
      await rejects(m.getData("x", { selection: bad }), ["FILE_STORAGE", "FILE_STRUCTURE"]);
    }),
    rule("a scalar has the empty selection only", async (t) => {
      const m = t.open();
      await m.storeData(t.data(7), "s");
      t.equalData(await m.getData("s", { selection: [] }), [], [7]);
      await rejects(m.getData("s", { selection: [0] }), "FILE_STORAGE", ["s"]);
    }),
    rule("an empty axis gives an empty result, and has no index", async (t) => {
      const m = t.open();
      await m.storeData(t.array([0, 3], []), "e");
      t.equalData(await m.getData("e", { selection: [null, 1] }), [0], []);
      await rejects(m.getData("e", { selection: [0] }), "FILE_STORAGE");
    }),
    rule("random selections of a cube agree with counting one by one", async (t) => {
      await checkRandomSelections(t, 150);
    }),
    rule("strings are selected", [dtype("string")], async (t) => {
      const m = t.open();
      await m.storeData(
        [
          ["a", "b", "c"],
          ["d", "e", "f"],
        ],
        "s",
      ); // prettier-ignore
      equalArray(await m.getData("s", { selection: [1, range(0, null, 2)] }), "string", [2], ["d", "f"]);
    }),
    rule("booleans are selected", [dtype("bool")], async (t) => {
      const m = t.open();
      await m.storeData([true, false, true, false], "b");
      equalArray(await m.getData("b", { selection: [range(0, null, 2)] }), "bool", [2], [1, 1]);
    }),
    rule("complex elements are selected in pairs", [dtype("complex128")], async (t) => {
      const m = t.open();
      await m.storeData({ dtype: "complex128", shape: [3], data: Float64Array.of(1, 2, 3, 4, 5, 6) }, "c");
      equalArray(await m.getData("c", { selection: [range(0, null, 2)] }), "complex128", [2], [1, 2, 5, 6]);
      equalArray(await m.getData("c", { selection: [1] }), "complex128", [], [3, 4]);
    }),
    rule("int64 elements are selected exactly", [dtype("int64")], async (t) => {
      const m = t.open();
      await m.storeData([1n, 9007199254740993n, 3n], "i");
      equalArray(await m.getData("i", { selection: [1] }), "int64", [], [9007199254740993n]);
    }),
    rule("a selection of a large dataset is right in its far corner", async (t) => {
      const m = t.open();
      const data = Float64Array.from({ length: 512 * 300 }, (_, i) => i);
      await m.storeData(t.array([512, 300], data), "big");
      const corner: NDArray = await m.getData("big", { selection: [range(-2, null), range(297, null, 2)] });
      t.equalData(corner, [2, 2], [510 * 300 + 297, 510 * 300 + 299, 511 * 300 + 297, 511 * 300 + 299]);
      equal(await m.getDataShape("big"), [512, 300]);
    }),
  ],
};
