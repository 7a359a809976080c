// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits are texts of sources that have template strings
import type { Variant } from "../variant.js";
import {
  backend,
  blocks,
  calls,
  dataTypes,
  manager,
  nodes,
  options,
  queue,
  supported,
  transaction,
} from "./sources.js";

// Stores that are refused, cancelled or watched, and what they leave; layouts.

export const refusedVariants: readonly Variant[] = [
  {
    wrong: "overwrites block by block, and leaves the first ones where the store fails",
    file: manager,
    from: "      blocks.push(copyArray(block));",
    to: `      blocks.push(copyArray(block));
      await this.#queue.change({ creates: true }, async (open) => {
        const node = await open.transaction.node(path);
        const old = node?.dataset;
        if (old === undefined || old.dtype !== source.dtype || String(old.shape) !== String(source.shape)) return;
        const { data, ...stored } = await open.transaction.read(path, resolveSelection(undefined, old.shape));
        const before = blocks.slice(1, -1).reduce((sum, one) => sum + one.data.length, 0);
        block.data.forEach((value, i) => { data[before + i] = value; });
        await open.transaction.write(path, { ...stored, data } as NDArray);
      });`,
    uses: /block|cancel|abort|signal/i,
  },
  {
    wrong: "writes the values before the one that it refuses",
    file: manager,
    from: "const array = fitToOverwrite(existing, input);",
    to: `const before = await open.transaction.read(path, resolveSelection(undefined, existing.shape));
      let array: NDArray;
      try {
        array = fitToOverwrite(existing, input);
      } catch (error) {
        const given = input.array.data;
        for (let i = 0; i < before.data.length && typeof given[i] === typeof before.data[i]; i++) {
          const old = before.data[i];
          before.data[i] = given[i];
          if (!Object.is(before.data[i], given[i])) {
            before.data[i] = old;
            break;
          }
        }
        await open.transaction.write(path, before);
        await open.transaction.commit();
        throw error;
      }`,
    uses: /storeData|overwrit|before|refus/i,
  },
  {
    wrong: "removes the old dataset before it refuses the new one",
    file: manager,
    from: "const array = fitToOverwrite(existing, input);",
    to: `let array: NDArray;
      try {
        array = fitToOverwrite(existing, input);
      } catch (error) {
        await open.transaction.remove(path);
        await open.transaction.commit();
        throw error;
      }`,
    uses: /storeData|overwrit|shape|refus|before/i,
  },
  {
    wrong: "leaves the groups of a dataset that it refuses",
    file: manager,
    from: "if (existing === undefined) await createDataset(open, path, input.array, layout, callOf(options));",
    to: `if (existing === undefined)
        await createDataset(open, path, input.array, layout, callOf(options)).catch(async (error) => {
          let group = "";
          for (const part of pathParts(path).slice(0, -1)) {
            group += \`/\${part}\`;
            const node = await open.transaction.node(group);
            if (node?.dataset !== undefined) break;
            if (node === undefined) await open.transaction.createGroup(group);
          }
          await open.transaction.commit();
          throw error;
        });`,
    uses: /storeData|group|refus|chunks|name/i,
  },
  {
    wrong: "leaves an empty file where the first call is refused",
    file: queue,
    from: "encodeMetadata({ [DATA_VERSION_KEY]: dataVersion }));",
    to: "encodeMetadata({ [DATA_VERSION_KEY]: dataVersion }));\n        await transaction.commit();",
    uses: /refus|file|reject|exist/i,
  },
  {
    wrong: "leaves a temporary file where a call is refused or cancelled",
    file: backend,
    from: "return new MemoryTransaction(content, (changed) => commitMarker(this.#fs, path, changed, id));",
    to: `const temporary = \`\${path}.tmp\`;
    if (mode === "write" && state !== undefined) this.#fs.closeSync(this.#fs.openSync(temporary, "w"));
    return new MemoryTransaction(content, (changed) => {
      commitMarker(this.#fs, path, changed, id);
      if (this.#fs.existsSync(temporary)) this.#fs.unlinkSync(temporary);
    });`,
    also: { from: "protected _open(path: string)", to: "protected _open(path: string, mode?: string)" },
    uses: /temporary|folder|\.tmp|left|leave|files/i,
  },
  {
    wrong: "stores although the listener of its progress throws",
    file: manager,
    from: "      reportProgress(onProgress, bytes, bytes);\n    });",
    to: `      await open.transaction.commit();
      reportProgress(onProgress, bytes, bytes);
    });`,
    uses: /progress|listener/i,
  },
  {
    wrong: "tells no progress of reads",
    file: manager,
    from: "      reportProgress(options.onProgress, elementBytes(array), elementBytes(array));\n",
    to: "",
    uses: /progress/i,
  },
  {
    wrong: "reads although its signal was aborted before",
    file: calls,
    from: "throwIfAborted(checked.signal, `reading ${path} of ${this.path}`);",
    to: "",
    uses: /signal|abort|cancel/i,
    survives: "what was read is not given where the signal was aborted",
  },
  {
    wrong: "does not look at the signal of a store that waited for its turn",
    file: manager,
    from: "      throwIfAborted(signal, what);\n      const existing",
    to: "      const existing",
    also: { from: "      throwIfAborted(signal, what);\n      // Before", to: "      // Before" },
    uses: /signal|abort|cancel/i,
  },
  {
    wrong: "starts to stream although its signal was aborted before",
    file: calls,
    from: "    throwIfAborted(signal, what);\n    const stream =",
    to: "    const stream =",
    uses: /stream/i,
  },
  {
    wrong: "takes texts from blocks that are longer than stringLength",
    file: manager,
    from: "      checkStringLength(block, options.stringLength);\n",
    to: "",
    uses: /stringLength|fixed length/i,
  },
  {
    wrong: "cuts texts to stringLength when it overwrites",
    file: manager,
    from: "      checkStringLength(array, existing.stringLength);\n",
    to: `      const { data } = array;
      if (existing.stringLength !== undefined && Array.isArray(data))
        for (const [i, text] of data.entries()) data[i] = Buffer.from(text).subarray(0, existing.stringLength).toString();
`,
    uses: /stringLength|fixed length/i,
  },
  {
    wrong: "stores blocks of another type without a conversion",
    file: blocks,
    from: "return normalizeInput(input, { dtype }).array;",
    to: 'const { array } = normalizeInput(input);\n    return array.dtype === "float64" && dtype.includes("int32") ? array : normalizeInput(input, { dtype }).array;',
    uses: /block/i,
  },
  {
    wrong: "accepts blocks whose rows have another shape of as many elements",
    file: blocks,
    from: "if (!sameShape(block.shape.slice(1), rest) || block.shape.length === 0) {",
    to: "if (elementCount(block.shape.slice(1)) !== elementCount(rest) || block.shape.length === 0) {",
    uses: /block/i,
  },
  {
    wrong: "does not end the caller's iterator where it refuses a block",
    file: blocks,
    from: "for await (const input of source.blocks) {",
    to: `const given = source.blocks as Iterable<ArrayInput> & AsyncIterable<ArrayInput>;
  const iterator = given[Symbol.asyncIterator]?.() ?? given[Symbol.iterator]();
  for await (const input of { [Symbol.asyncIterator]: () => ({ next: async () => iterator.next() }) }) {`,
    uses: /block|iterator|generator/i,
  },
  {
    wrong: "takes a compression with its level for none",
    file: transaction,
    from: "const filters = compression === undefined ?",
    to: 'const filters = typeof compression !== "string" ?',
    uses: /compress|gzip|filters/i,
  },
  {
    wrong: "takes chunks of fewer axes than the data",
    file: nodes,
    from: "chunks.length !== shape.length",
    to: "chunks.length > shape.length",
    uses: /chunks/i,
  },
  {
    wrong: "ignores the option field",
    file: manager,
    from: "if (field !== undefined)\n",
    to: 'if (field !== undefined && dtype === "string" && field.length > 10 ** 6)\n',
    uses: /field/i,
  },
  {
    wrong: "takes any value for blockBytes",
    file: options,
    from: "blockBytes: wholeFrom1,",
    to: "blockBytes: optionRules.anything,",
    uses: /blockBytes|stream/i,
  },
  {
    wrong: "takes any value for closeFile",
    file: options,
    from: "growDimension: whole, closeFile: boolean }",
    to: "growDimension: whole, closeFile: optionRules.anything }",
    uses: /closeFile|append/i,
  },
  {
    wrong: "measures stringLength in all texts together",
    file: supported,
    from: "if (length > stringLength)",
    to: "if (length > stringLength * Math.max(1, data.length))",
    uses: /stringLength|fixed length/i,
  },
  {
    wrong: "counts a float32 as 8 bytes",
    file: dataTypes,
    from: "float32: 4,",
    to: "float32: 8,",
    uses: /float32|bytes/i,
  },
];
