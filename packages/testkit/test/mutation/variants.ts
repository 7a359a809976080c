// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits are texts of sources that have template strings

/** A deliberately wrong memory backend: one edit of its sources, or of core's that it uses. */
export interface Variant {
  /** What is wrong with it, as somebody would report it. */
  readonly wrong: string;
  /** Below `packages/`. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly from: string;
  readonly to: string;
}

const calls = "core/src/abstract-storage-manager.ts";
const manager = "core/src/transaction-storage-manager.ts";
const queue = "core/src/transaction-queue.ts";
const open = "core/src/open-transaction.ts";
const nodes = "core/src/transaction-nodes.ts";
const supported = "core/src/check-supported.ts";
const backend = "testkit/src/memory/memory-storage-manager.ts";
const transaction = "testkit/src/memory/memory-transaction.ts";
const marker = "testkit/src/memory/marker-file.ts";
const window = "core/src/selection-window.ts";
const existing = "core/src/existing-dataset.ts";
const systemErrors = "files/src/file-exception.ts";
const naming = "files/src/name-in-error.ts";
const selection = "core/src/selection.ts";
const metadata = "core/src/metadata.ts";
const convert = "core/src/convert.ts";
const nodePath = "core/src/node-path.ts";
const concatenate = "core/src/concatenate.ts";

const appending: readonly Variant[] = [
  {
    wrong: "loses the rows that are buffered when it closes",
    file: open,
    from: "      await this.flush();\n      await this.transaction.commit();",
    to: "      await this.transaction.commit();",
  },
  {
    wrong: "drops rows that come when three are buffered",
    file: open,
    from: "if (!appended.buffer.bufferData(rows, { owned: true }))",
    to: "if (appended.buffer.length < 3 && !appended.buffer.bufferData(rows, { owned: true }))",
  },
  {
    wrong: "does not show buffered rows to readers",
    file: queue,
    from: "      if (kept === undefined) {\n        await release(slot);",
    to: "      if (kept !== undefined || slot.open === undefined) {",
  },
  {
    wrong: "copies appended rows only when the call gets its turn",
    file: manager,
    from: "const owned = ownedInput(input);",
    to: "const owned = input;",
  },
  {
    wrong: "appends along the first axis whatever growDimension says",
    file: nodes,
    from: "fitToAppend(dataset, input, growDimension)",
    to: "fitToAppend(dataset, input, 0)",
  },
  {
    wrong: "joins rows along the wrong axis",
    file: open,
    from: "concatenate([stored, rows], axis)",
    to: "concatenate([stored, rows], 0)",
  },
  {
    wrong: "appends in front",
    file: open,
    from: "[stored, rows]",
    to: "[rows, stored]",
  },
  {
    wrong: "grows the first axis by default, not the last",
    file: manager,
    from: "growDimension = -1,",
    to: "growDimension = 0,",
  },
  {
    wrong: "takes rows of any width",
    file: existing,
    from: "if (axis < 0 || !sameShapeBut(axis, shape, dataset.shape)) {",
    to: "if (axis < 0) {",
  },
  {
    wrong: "does not say that a dataset may grow",
    file: transaction,
    from: "(axis === growAxis ? null : length)",
    to: "length",
  },
  {
    wrong: "appends plain numbers as float64 whatever the dataset holds",
    file: existing,
    from: "return { rows: inTypeOf(dataset, input), axis };",
    to: "return { rows: input.array, axis };",
  },
  {
    wrong: "buffers rows before it finds that they do not fit",
    file: nodes,
    from: "  const { rows, axis } = fitToAppend(dataset, input, growDimension);",
    to: "  await open.append(path, dataset, input.array, growDimension < 0 ? dataset.shape.length + growDimension : growDimension);\n  const { rows, axis } = fitToAppend(dataset, input, growDimension);",
  },
  {
    wrong: "forgets what another call left open",
    file: queue,
    from: "return open instanceof OpenTransaction && open.owner === this.options.owner ? open : undefined;",
    to: "if (open instanceof OpenTransaction) open.release = () => Promise.resolve();\n    return undefined;",
  },
  {
    wrong: "drops its rows when its buffer is full",
    file: open,
    from: "await this.flush(path);",
    to: "this.#appended.delete(path);",
  },
];

const storing: readonly Variant[] = [
  {
    wrong: "resolves before the data is in the file",
    file: transaction,
    from: "    this.save(this.#nodes);",
    to: "    setTimeout(() => { try { this.save(this.#nodes); } catch {} }, 5);",
  },
  {
    wrong: "keeps the caller's array instead of a copy",
    file: transaction,
    from: "stringLength, ...contentOf(array) };",
    to: "stringLength, ...contentOf(array), array };",
  },
  {
    wrong: "keeps the caller's array when it overwrites",
    file: transaction,
    from: "...this.#dataset(path), ...contentOf(array) };",
    to: "...this.#dataset(path), ...contentOf(array), array };",
  },
  {
    wrong: "overwrites a dataset of another shape",
    file: existing,
    from: "if (!sameShape(input.array.shape, dataset.shape)) {",
    to: "if (input.array.shape.length !== dataset.shape.length) {",
  },
  {
    wrong: "changes the dataset's type when it overwrites",
    file: manager,
    from: "const array = fitToOverwrite(existing, input);",
    to: "const { array } = input; fitToOverwrite(existing, input);",
  },
  {
    wrong: "ignores the option dtype",
    file: calls,
    from: "normalizeInput(data, dtype === undefined ? {} : { dtype })",
    to: "normalizeInput(data)",
  },
  {
    wrong: "drops the metadata of a dataset that is overwritten",
    file: transaction,
    from: "{ ...this.#node(path), dataset }",
    to: "{ attributes: new Map(), dataset }",
  },
  {
    wrong: "does not make the parent groups",
    file: nodes,
    from: "if (node === undefined) missing.push(parent);",
    to: "",
  },
  {
    wrong: "stores a dataset beneath a dataset",
    file: nodes,
    from: "if (node?.dataset !== undefined)",
    to: "if (node?.dataset !== undefined && path === parent)",
  },
  {
    wrong: "replaces a group by a dataset",
    file: nodes,
    from: "if (node !== undefined && node.dataset === undefined)",
    to: "if (node !== undefined && node.dataset === undefined && node.attributes.size > 99)",
  },
  {
    wrong: "stores what came of blocks that do not add up",
    file: manager,
    from: "for await (const { block } of placedBlocks(source)) {",
    to: "const untilWrong = async function* () { try { yield* placedBlocks(source); } catch {} };\n    for await (const { block } of untilWrong()) {",
  },
  {
    wrong: "keeps a block's memory, which the caller reuses",
    file: manager,
    from: "blocks.push(copyArray(block));",
    to: "blocks.push(block);",
  },
  {
    wrong: "pulls blocks while it holds the file's lock",
    file: manager,
    from: "for await (const { block } of placedBlocks(source)) {",
    to: 'const { withFile } = await import("@tvb-storage/files");\n    const all: { block: NDArray }[] = [];\n    await withFile(this.#queue["options"].space, this.path, async () => { for await (const each of placedBlocks(source)) all.push({ block: copyArray(each.block) }); });\n    for (const { block } of all) {',
  },
  {
    wrong: "does not look at the signal between blocks",
    file: manager,
    from: "      throwIfAborted(options.signal, `storing ${path} in ${this.path}`);\n      checkStringLength(block",
    to: "      checkStringLength(block",
  },
  {
    wrong: "cuts strings to stringLength",
    file: supported,
    from: "if (length > stringLength)",
    to: "if (length > stringLength && stringLength < 0)",
  },
  {
    wrong: "counts characters, not bytes, against stringLength",
    file: supported,
    from: "const { length } = encodeText(text);",
    to: "const { length } = text;",
  },
  {
    wrong: "forgets that a dataset is compressed",
    file: transaction,
    from: 'const filters = compression === undefined ? [] : ["gzip"];',
    to: "const filters: string[] = [];",
  },
  {
    wrong: "tells progress in elements, not bytes",
    file: manager,
    from: "return elementCount(shape) * itemSize(dtype);",
    to: "return elementCount(shape);",
  },
];

const reading: readonly Variant[] = [
  {
    wrong: "ignores where",
    file: nodePath,
    from: 'const path = `/${where ?? ""}${',
    to: "const path = `/${",
  },
  {
    wrong: "uses only the first part of where",
    file: nodePath,
    from: 'const path = `/${where ?? ""}${',
    to: 'const path = `/${pathParts(where ?? "")[0] ?? ""}${',
  },
  {
    wrong: "accepts .. in a new name",
    file: nodePath,
    from: 'if (name === "..")',
    to: 'if (name === "...")',
  },
  {
    wrong: "gives out its own memory instead of a copy",
    file: selection,
    from: "? array.data.slice()",
    to: "? array.data",
  },
  {
    wrong: "ignores the step of a slice",
    file: selection,
    from: "Math.ceil((stop - start) / step)) };",
    to: "stop - start) }; // Math.ceil((stop - start) / step)",
  },
  {
    wrong: "includes the stop of a slice",
    file: selection,
    from: "Math.min(Math.max(index < 0 ? index + length : index, 0), length);",
    to: "Math.min(Math.max(index < 0 ? index + length : index, 0) + (value === range.stop && range.stop !== range.start ? 1 : 0), length);",
  },
  {
    wrong: "does not count negative indices from the end",
    file: selection,
    from: "const start = index < 0 ? index + length : index;",
    to: "const start = index < 0 ? -index : index;",
  },
  {
    wrong: "keeps the axis of an integer",
    file: selection,
    from: "ranges.push({ start, step: 1, count: 1 });",
    to: "ranges.push({ start, step: 1, count: 1 });\n      result.push(1);",
  },
  {
    wrong: "accepts an index beyond the end",
    file: selection,
    from: "if (start < 0 || start >= length) {",
    to: "if (start < 0) {",
  },
  {
    wrong: "accepts a step of 0 as 1",
    file: selection,
    from: 'const step = checkIndex(range.step ?? 1, axis, "step");',
    to: 'const step = checkIndex(range.step ?? 1, axis, "step") || 1;',
  },
  {
    wrong: "ignores entries beyond the axes of a dataset",
    file: selection,
    from: "if (given.length > shape.length) {",
    to: "if (given.length > 99) {",
  },
  {
    wrong: "selects complex numbers by entry, not by pair",
    file: selection,
    from: "const width = entriesPerElement(dtype);",
    to: "const width = 1;",
  },
  {
    wrong: "hides every error where ignoreErrors is set",
    file: calls,
    from: 'if (isTVBException(error, "MISSING_DATASET")) return null;',
    to: "if (error !== undefined) return null;",
  },
  {
    wrong: "throws in spite of ignoreErrors",
    file: calls,
    from: "if (checked.ignoreErrors !== true) return read;",
    to: "if (checked !== undefined) return read;",
  },
  {
    wrong: "gives an empty array for a missing dataset",
    file: calls,
    from: "if (checked.ignoreErrors !== true) return read;",
    to: 'if (checked.ignoreErrors !== true) return read.catch((error) => { if (isTVBException(error, "MISSING_DATASET")) return normalizeInput([]).array; throw error; });',
  },
  {
    wrong: "gives out the shape that it goes on using",
    file: manager,
    from: "[...(await datasetAt(transaction, path)).shape]",
    to: "(await datasetAt(transaction, path)).shape as number[]",
  },
  {
    wrong: "streams blocks of any size as one",
    file: calls,
    from: "regions(stream.selection.shape, blockBytes / stream.itemBytes)",
    to: "regions(stream.selection.shape, Math.max(blockBytes, 2 ** 40))",
  },
  {
    wrong: "takes blockBytes for a number of elements",
    file: calls,
    from: "blockBytes / stream.itemBytes",
    to: "blockBytes",
  },
  {
    wrong: "streams the whole dataset, whatever is selected",
    file: window,
    from: "return { start: range.start + offset * range.step, step: range.step, count };",
    to: "return { start: offset, step: 1, count };",
  },
  {
    wrong: "forgets, when it streams, that an integer drops its axis",
    file: window,
    from: 'if (typeof selection?.[axis] === "number") return range;',
    to: "",
  },
  {
    wrong: "goes on streaming another dataset of the same type and shape",
    file: nodes,
    from: "return now.id === before.id ? undefined :",
    to: "return now.id !== undefined ? undefined :",
  },
  {
    wrong: "streams rows that were appended meanwhile",
    file: calls,
    from: "        yield { offset: region.offset, block };\n      }",
    to: "        yield { offset: region.offset, block };\n      }\n      const last = await this._getData(path, {});\n      if (selection === undefined && (last.shape[0] ?? 0) > (stream.selection.shape[0] ?? 0)) yield { offset: stream.selection.shape, block: last };",
  },
  {
    wrong: "does not look at the signal of a stream after its first block",
    file: calls,
    from: "        throwIfAborted(signal, what);\n        const block",
    to: "        const block",
  },
];

const attributes: readonly Variant[] = [
  {
    wrong: "forgets the prefix TVB_",
    file: metadata,
    from: "return tvbSpecific ? `${TVB_ATTRIBUTE_PREFIX}${key}` : key;",
    to: "return key;",
  },
  {
    wrong: "does not take the prefix away again",
    file: metadata,
    from: "const key = isTvb ? name.slice(TVB_ATTRIBUTE_PREFIX.length) : name;",
    to: "const key = name;",
  },
  {
    wrong: "lets x win over TVB_x",
    file: metadata,
    from: "Object.fromEntries([...plain, ...tvb])",
    to: "Object.fromEntries([...tvb, ...plain])",
  },
  {
    wrong: "replaces all metadata by what is set",
    file: manager,
    from: "new Map([...(node?.attributes ?? []), ...copies(attributes)])",
    to: "copies(attributes)",
  },
  {
    wrong: "truncates int64 metadata to a double",
    file: metadata,
    from: "return Number.isSafeInteger(number) ? number : value;",
    to: "return number;",
  },
  {
    wrong: "gives booleans back as text",
    file: metadata,
    from: "if (text.startsWith(BOOL_VALUE_PREFIX)) return",
    to: 'if (text.startsWith("?")) return',
  },
  {
    wrong: "gives dates back as text",
    file: metadata,
    from: "return parseDateTime(text.slice(DATETIME_VALUE_PREFIX.length)) ?? text;",
    to: "return text;",
  },
  {
    wrong: "accepts a text that reads back as a boolean",
    file: metadata,
    from: "const prefix = [BOOL_VALUE_PREFIX, DATETIME_VALUE_PREFIX].find(",
    to: "const prefix = [DATETIME_VALUE_PREFIX].find(",
  },
  {
    wrong: "stores -0 as 0",
    file: metadata,
    from: "return Number.isSafeInteger(value) && !Object.is(value, -0)",
    to: "return Number.isSafeInteger(value)",
  },
  {
    wrong: "gives out the array that it keeps as metadata",
    file: manager,
    from: "copies((await nodeAt(transaction, path)).attributes)",
    to: "new Map((await nodeAt(transaction, path)).attributes)",
  },
  {
    wrong: "keeps the caller's array as metadata",
    file: manager,
    from: "...copies(attributes)]",
    to: "...attributes]",
  },
  {
    wrong: "removes a missing key without a word",
    file: manager,
    from: "else if (options.checkExistence !== true)",
    to: "else if (options.checkExistence === undefined && path.length > 10 ** 6)",
  },
  {
    wrong: "throws in spite of checkExistence",
    file: manager,
    from: "else if (options.checkExistence !== true)",
    to: "else",
  },
  {
    wrong: "does not make the node that metadata is set on",
    file: manager,
    from: "if (node === undefined) await createDataset(open, path, placeholderData(open.dtypes), {});",
    to: 'if (node === undefined) throw new FileStructureException("there is no such node");',
  },
  {
    wrong: "writes no data version to a new file",
    file: queue,
    from: 'await transaction.setAttributes("/", encodeMetadata({ [DATA_VERSION_KEY]: dataVersion }));',
    to: "",
  },
  {
    wrong: "ignores the option dataVersion",
    file: manager,
    from: "dataVersion = DEFAULT_DATA_VERSION } = options;",
    to: "dataVersion: _ } = options;\n    const dataVersion = DEFAULT_DATA_VERSION;",
  },
  {
    wrong: "finds a version in an object's prototype",
    file: calls,
    from: "Object.hasOwn(metadata, attribute) ? metadata[attribute] : undefined",
    to: "metadata[attribute]",
  },
];

const files: readonly Variant[] = [
  {
    wrong: "removes siblings whose names begin alike",
    file: transaction,
    from: "for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);",
    to: "for (const each of [...this.#nodes.keys()]) if (each.startsWith(path)) this.#nodes.delete(each);",
  },
  {
    wrong: "removes a group and leaves what was in it",
    file: transaction,
    from: "for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);",
    to: "this.#nodes.delete(path);",
  },
  {
    wrong: "removes what is missing without a word",
    file: manager,
    from: "if ((await open.transaction.node(path)) === undefined)",
    to: "if (path === undefined)",
  },
  {
    wrong: "creates a file in order to remove something from it",
    file: queue,
    from: "if (!creates) throw missing();",
    to: "",
  },
  {
    wrong: "says of a missing file that it is incompatible",
    file: calls,
    from: 'if (state === "missing")',
    to: 'if (state === "foreign" && path === "")',
  },
  {
    wrong: "overwrites a file of another format",
    file: backend,
    from: "const state = readMarker(this.#fs, path);",
    to: "let state: ReturnType<typeof readMarker>;\n    try { state = readMarker(this.#fs, path); } catch {}",
  },
  {
    wrong: "says that any file is one of its own",
    file: queue,
    from: 'if (isTVBException(error, "INCOMPATIBLE_FILE_MANAGER")) return "foreign";',
    to: 'if (isTVBException(error, "INCOMPATIBLE_FILE_MANAGER")) return "valid";',
  },
  {
    wrong: "throws from isValidTvbFile where permission is missing",
    file: queue,
    from: 'if (isTVBException(error) || systemErrorCode(error) !== undefined) return "closed";\n',
    to: "\n",
  },
  {
    wrong: "leaves its temporary file behind when a commit fails",
    file: marker,
    from: "    removeQuietly(fs, temporary);\n    throw",
    to: "    throw",
  },
  {
    wrong: "writes over the file instead of replacing it",
    file: marker,
    from: "    writeFile(fs, temporary, `tvb-storage memory file ${id}\\n`);\n    fs.renameSync(temporary, path);",
    to: "    if (fs.existsSync(path)) fs.unlinkSync(path);\n    writeFile(fs, path, `tvb-storage memory file ${id}\\n`);",
  },
  {
    wrong: "takes a write that was cut short for a whole one",
    file: marker,
    from: "while (done < bytes.length) done +=",
    to: "if (done < bytes.length) done +=",
  },
  {
    wrong: "swallows the error of a commit",
    file: marker,
    from: "throw fileException(cause, `${path} cannot be written and is as before`, { fs, path, creates: true });",
    to: "return;",
  },
  {
    wrong: "appends to what cannot grow, beyond its room",
    file: existing,
    from: "if (limit !== null && (dataset.shape[axis] ?? 0) + (shape[axis] ?? 0) > limit) {",
    to: "if (limit === -1) {",
  },
  {
    wrong: "lets the file system's own error out",
    file: systemErrors,
    from: "if (error instanceof Error && isTVBException(error)) return error;",
    to: "if (error instanceof Error) return error;",
  },
  {
    wrong: "drops the old snapshot before the new one is committed",
    file: marker,
    from: "  snapshots.set(id, content);\n",
    to: "  snapshots.set(id, content);\n  if (replaces !== undefined) snapshots.delete(replaces);\n",
  },
  {
    wrong: "gives a new file the mode 0644",
    file: marker,
    from: "fs.chmodSync(path, 0o744);",
    to: "fs.chmodSync(path, 0o644);",
  },
  {
    wrong: "has no lock: calls on one file run into each other",
    file: queue,
    from: "    return withFile(this.options.space, this.options.path, work);",
    to: "    const slot = { path: this.options.path, open: undefined, locked: false };\n    return new Promise((resolve) => setTimeout(resolve, 1)).then(() => work(slot));",
  },
  {
    wrong: "keeps a session open that failed to commit",
    file: open,
    from: "      await this.transaction.commit();\n    } catch (error) {",
    to: "      await this.transaction.commit();\n    } catch (error) {\n      this.slot.open = this;\n      throw error;",
  },
  {
    wrong: "says nothing of the file in its errors",
    file: naming,
    from: 'new Same(`${missing.join(", ")}: ${message}`',
    to: "new Same(message",
  },
  {
    wrong: "gives every error the same class",
    file: naming,
    from: "const Same = error.constructor as",
    to: "const Same = FileStorageException as unknown as",
  },
  {
    wrong: "loses the reason of a cancelled call",
    file: naming,
    from: "{ cause: error.cause ?? error });",
    to: "{ cause: undefined });",
  },
  {
    wrong: "lists a group's children under the names of its parent's",
    file: manager,
    from: "infos.push(await describeNode(transaction, each));",
    to: 'infos.push({ ...(await describeNode(transaction, each)), path: path === "/" ? each : each.slice(path.length) });',
  },
  {
    wrong: "ignores the depth of a list",
    file: manager,
    from: ".filter((each) => pathParts(each).length <= levels)",
    to: "",
  },
];

const values: readonly Variant[] = [
  {
    wrong: "wraps integers that are out of range",
    file: convert,
    from: "if (value < low || (wide ? value >= high : value > high)) {",
    to: "if (value < low && value > high) {",
  },
  {
    wrong: "rounds fractions to integers",
    file: convert,
    from: 'if (!Number.isInteger(value)) return found(array, entry, target, "is no whole number and does not fit");',
    to: "if (!Number.isInteger(value)) { result[entry] = wide ? 0n : value; continue; }",
  },
  {
    wrong: "rounds float64 arrays to float32 without a word",
    file: convert,
    from: "const rounded = options.plain &&",
    to: "const rounded =",
  },
  {
    wrong: "rounds int64 to float64 without a word",
    file: convert,
    from: "if (!Number.isFinite(kept) || BigInt(kept) !== value)",
    to: "if (!Number.isFinite(kept))",
  },
  {
    wrong: "joins complex rows by entries, not by pairs",
    file: concatenate,
    from: "return elementCount(shape.slice(axis + 1)) * entriesPerElement(dtype);",
    to: "return elementCount(shape.slice(axis + 1)); // entriesPerElement(dtype)",
  },
];

export const variants: readonly Variant[] = [
  ...appending,
  ...storing,
  ...reading,
  ...attributes,
  ...files,
  ...values,
];
