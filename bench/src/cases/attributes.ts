import { rmSync } from "node:fs";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { type CallCase, type Context, sizeOf, toOriginal } from "../bench-case.js";
import { expectEqual } from "../signal.js";

// Attributes that do not take the place of others of the same size: each call adds or replaces one of 200 of a node.

const DATA = Float64Array.from({ length: 76 }, (_, i) => i / 2);
const python = ["h5py-original", "h5py-well"] as const;

const number = (i: number) => i + 0.5;
const text = (i: number) => `value ${i}`;
/** Longer than the one before it. */
const longerText = (i: number) => `a longer value, number ${i}, that takes the place of a short one`;

interface Change {
  readonly name: string;
  readonly title: string;
  /** What is there before; the node has no attributes when left out. */
  readonly before?: (i: number) => string;
  readonly value: (i: number) => string | number;
}

function setting({ name, title, before, value }: Change): CallCase {
  const path = (context: Context) => `${context.folder}/attributes.h5`;
  return {
    name,
    title,
    full: { calls: 200 },
    quick: { calls: 50 },
    rounds: 11,
    python,
    limits: [toOriginal(0.7, 1.0)],
    ours: (context) => ({
      prepare: async () => {
        rmSync(path(context), { force: true });
        const file = new HDF5StorageManager(path(context));
        await file.storeData(DATA, "data");
        const entries = Array.from({ length: sizeOf(context, "calls") }, (_, i) => [`key_${i}`, before?.(i)]);
        if (before !== undefined) await file.setMetadata(Object.fromEntries(entries), "data");
        await file.closeFile();
      },
      run: async () => {
        const file = new HDF5StorageManager(path(context), context.options);
        for (let i = 0; i < sizeOf(context, "calls"); i++)
          await file.setMetadata({ [`key_${i}`]: value(i) }, "data");
        await file.closeFile();
      },
      check: async () => {
        const found = await new HDF5StorageManager(path(context)).getMetadata("data");
        expectEqual("number of attributes", Object.keys(found).length, sizeOf(context, "calls"));
        expectEqual("key_3", found.key_3, value(3));
      },
    }),
  };
}

export const cases: readonly CallCase[] = [
  setting({
    name: "set-new-numbers",
    title: "set 200 new numbers on one node, open and close each time",
    value: number,
  }),
  setting({
    name: "set-new-texts",
    title: "set 200 new texts on one node, open and close each time",
    value: text,
  }),
  setting({
    name: "replace-texts",
    title: "replace 200 texts of one node by longer ones, open and close each time",
    before: text,
    value: longerText,
  }),
];
