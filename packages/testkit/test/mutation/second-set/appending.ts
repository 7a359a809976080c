import type { Variant } from "../variant.js";

const MANAGER = "core/src/transaction-storage-manager.ts";
const OPEN = "core/src/open-transaction.ts";
const QUEUE = "core/src/transaction-queue.ts";

/** Mistakes of `appendData`, and of rows that are buffered. */
export const appendingSet: readonly Variant[] = [
  {
    wrong: "copies appended rows only when it is the call's turn",
    file: MANAGER,
    from: `    const owned = ownedInput(input);
    await this.#queue.append(path, !closeFile, (open) =>
      appendRows(open, path, owned, growDimension, layout),`,
    to: `    await this.#queue.append(path, !closeFile, (open) =>
      appendRows(open, path, ownedInput(input), growDimension, layout),`,
    uses: /appendData|reuse/,
  },
  {
    wrong: "keeps appended rows out of the file unless closeFile is given",
    file: MANAGER,
    from: "const { closeFile = true, growDimension",
    to: "const { closeFile = false, growDimension",
    uses: /appendData|closeFile/,
  },
  {
    wrong: "appends along the first axis by default",
    file: MANAGER,
    from: "growDimension = -1, where",
    to: "growDimension = 0, where",
    uses: /growDimension|appendData|axis/,
  },
  {
    wrong: "takes every negative growDimension for the last axis",
    file: "core/src/shape.ts",
    from: "const resolved = axis < 0 ? axis + rank : axis;",
    to: "const resolved = axis < 0 ? rank - 1 : axis;",
    uses: /growDimension|axis/,
  },
  {
    wrong: "takes no negative growDimension where it is given as an option",
    file: "core/src/options.ts",
    from: "growDimension: whole,",
    to: "growDimension: optionRules.wholeFrom0,",
    uses: /growDimension|axis/,
  },
  {
    wrong: "forgets chunks, compression and stringLength where an append creates the dataset",
    file: "core/src/transaction-nodes.ts",
    from: "{ ...layout, growAxis }",
    to: "{ growAxis }",
    uses: /chunks|compression|gzip|filters|stringLength/,
  },
  {
    wrong: "does not grow by rows that have no elements",
    file: "core/src/storage-buffer.ts",
    from: "if (rows.shape[axis] !== 0) {",
    to: "if (rows.data.length !== 0) {",
    uses: /appendData|empty|without elements|\b0\b/,
  },
  {
    wrong: "counts buffered complex rows as half of their numbers",
    file: "core/src/row-accumulator.ts",
    from: "const end = packed.used + rows.data.length;",
    to: "const end = packed.used + elementCount(rows.shape);",
    uses: /complex|dtype/,
  },
  {
    wrong: "writes buffered rows of one dataset only",
    file: OPEN,
    from: "path === undefined ? this.#appended.keys() : [path]",
    to: "path === undefined ? [...this.#appended.keys()].slice(0, 1) : [path]",
    uses: /appendData|closeFile|buffer/,
  },
  {
    wrong: "writes rows over those that it wrote before from the same buffer",
    file: OPEN,
    from: "      this.#appended.delete(each);\n",
    to: "",
    uses: /appendData|closeFile|buffer/,
  },
  {
    wrong: "drops the rows that are buffered when a later append is refused",
    file: QUEUE,
    from: "if (open === kept && !open.isBroken) throw error;",
    to: "if (open === kept && !open.isBroken && !keepOpen) throw error;",
    uses: /appendData|refused|buffer/,
  },
  {
    wrong: "changes the file without writing the buffered rows first",
    file: QUEUE,
    from: "const open = await this.#begin(slot, options);\n      let result",
    to: "const open = this.#kept(slot) ?? (await this.#begin(slot, options));\n      let result",
    uses: /appendData|closeFile|buffer/,
  },
  {
    wrong: "reads without the rows that are buffered",
    file: QUEUE,
    from: "await kept.flush().catch(",
    to: "await Promise.resolve().catch(",
    uses: /appendData|buffer|getData/,
  },
  {
    wrong: "appends rows that are longer than the dataset along another axis",
    file: "core/src/existing-dataset.ts",
    from: "if (axis < 0 || !sameShapeBut(axis, shape, dataset.shape)) {",
    to: "if (axis < 0 || shape.some((length, i) => i !== axis && length < (dataset.shape[i] ?? 0))) {",
    uses: /appendData|fit|shape/,
  },
  {
    wrong: "makes a dataset that cannot grow where the first append has no rows",
    file: "testkit/src/memory/memory-transaction.ts",
    from: "(axis === growAxis ? null : length)",
    to: "(axis === growAxis && length > 0 ? null : length)",
    uses: /appendData|empty|grow|\b0\b/,
  },
];
