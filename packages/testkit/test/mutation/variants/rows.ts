import type { Variant } from "../variant.js";
import {
  accumulator,
  buffer,
  calls,
  concatenate,
  manager,
  nodes,
  open,
  queue,
  transaction,
} from "./sources.js";

// Rows that are appended and wait, and what is seen of them meanwhile.

export const rowsVariants: readonly Variant[] = [
  {
    wrong: "cuts appended texts at stringLength",
    file: nodes,
    from: "  checkStringLength(rows, dataset.stringLength);\n",
    to: `  const { data } = rows;
  if (dataset.stringLength !== undefined && Array.isArray(data))
    for (const [i, text] of data.entries()) data[i] = Buffer.from(text).subarray(0, dataset.stringLength).toString();
  checkStringLength(rows, dataset.stringLength);
`,
    uses: /stringLength|fixed length/is,
  },
  {
    wrong: "forgets layout options where a dataset is made by its first rows",
    file: nodes,
    from: "{ ...layout, growAxis }",
    to: "{ growAxis }",
    uses: /chunks|compression|stringLength|fixed length|filters/is,
  },
  {
    wrong: "ignores the option dtype of rows",
    file: calls,
    from: "const input = this.#input(data, path, checked);\n      checkGrowable",
    to: "const { dtype: _, ...others } = checked;\n      const input = this.#input(data, path, others);\n      checkGrowable",
    uses: /append.*dtype|dtype.*append/is,
  },
  {
    wrong: "joins texts of two axes one after the other",
    file: concatenate,
    from: "return { dtype: first.dtype, shape, data: result } as NDArray; // `allocate` gave the container of its type\n}\n\n/** A copy of",
    to: `if (first.dtype === "string") return { dtype: "string", shape, data: arrays.flatMap(({ data }) => [...data].map(String)) };
  return { dtype: first.dtype, shape, data: result } as NDArray; // \`allocate\` gave the container of its type
}

/** A copy of`,
    uses: /append.*(string|text)|(string|text).*append/is,
  },
  {
    wrong: "joins buffered rows of an inner axis one after the other",
    file: accumulator,
    from: "const outermost = elementCount(first.shape.slice(0, axis)) === 1;",
    to: "const outermost = elementCount(first.shape.slice(0, axis)) >= 1;",
    uses: /append|axis|rows/is,
  },
  {
    wrong: "loses buffered rows when a later append is refused",
    file: queue,
    from: "if (open === kept && !open.isBroken) throw error;",
    to: "if (open === kept && open.isBroken === undefined) throw error;",
    uses: /append|rows/is,
  },
  {
    wrong: "keeps the rows of one dataset only when it closes",
    file: open,
    from: "path === undefined ? this.#appended.keys() : [path]",
    to: "path === undefined ? [...this.#appended.keys()].slice(-1) : [path]",
    uses: /append|rows/is,
  },
  {
    wrong: "makes no dataset where the first rows are none",
    file: nodes,
    from: "    const growAxis = resolveAxis(growDimension, input.array.shape.length);",
    to: "    if (input.array.data.length === 0) return;\n    const growAxis = resolveAxis(growDimension, input.array.shape.length);",
    uses: /append/is,
  },
  {
    wrong: "loses rows that have no elements",
    file: buffer,
    from: "if (rows.shape[axis] !== 0) {",
    to: "if (rows.data.length > 0) {",
    uses: /append|rows/is,
  },
  {
    wrong: "drops metadata when rows are written",
    file: open,
    from: "await transaction.write(path, concatenate([stored, rows], axis));",
    to: "await transaction.write(path, concatenate([stored, rows], axis));\n      await transaction.setAttributes(path, new Map());",
    uses: /append.*metadata|metadata.*append/is,
  },
  {
    wrong: "gives the shape without the rows that are buffered",
    file: manager,
    from: "return this.#queue.read(async (transaction) => [...(await datasetAt(transaction, path)).shape]);",
    to: `return this.#queue.read(async (transaction) => {
      const committed = await (await this._open(this.path, "read")).node(path);
      return [...(committed?.dataset ?? (await datasetAt(transaction, path))).shape];
    });`,
    uses: /shape/is,
  },
  {
    wrong: "lists shapes without the rows that are buffered",
    file: manager,
    from: "infos.push(await describeNode(transaction, each));",
    to: `{
        const committed = await this._open(this.path, "read");
        infos.push(await describeNode((await committed.node(each)) === undefined ? transaction : committed, each));
      }`,
    uses: /list/is,
  },
  {
    wrong: "does not list a dataset whose rows are buffered",
    file: manager,
    from: "const beneath = [...(await transaction.list(path))]",
    to: 'const committed = await this._open(this.path, "read");\n      const beneath = [...(await ((await committed.node("/")) === undefined ? transaction : committed).list(path))]',
    uses: /list/is,
  },
  {
    wrong: "commits appended rows only when it is closed, also where closeFile is not false",
    file: queue,
    from: "if (keepOpen) open.keep(path);\n      else await open.release();",
    to: "open.keep(path);\n      if (!keepOpen) await open.flush();",
    uses: /append|commit|rows/is,
  },
  {
    wrong: "does not commit what is appended to an open file where closeFile is not false",
    file: queue,
    from: "if (keepOpen) open.keep(path);",
    to: "if (keepOpen || kept !== undefined) open.keep(path);",
    uses: /append|commit|rows/is,
  },
  {
    wrong: "lists the bytes of the first rows",
    file: transaction,
    from: "const dataset = { ...this.#dataset(path), ...contentOf(array) };",
    to: "const { storedBytes } = this.#dataset(path);\n    const dataset = { ...this.#dataset(path), ...contentOf(array), storedBytes };",
    uses: /storedBytes/is,
  },
  {
    wrong: "does not close when it is disposed",
    file: calls,
    from: "return this.closeFile();",
    to: "return Promise.resolve();",
    uses: /dispos|using/is,
  },
  {
    wrong: "writes a default into the caller's options",
    file: calls,
    from: "const input = this.#input(data, path, checked);\n      checkGrowable",
    to: "if (options !== undefined) options.growDimension ??= -1;\n      const input = this.#input(data, path, checked);\n      checkGrowable",
    uses: /options|frozen|read.only|extensible|appendData/is,
  },
];
