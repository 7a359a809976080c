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

const manager = "testkit/src/memory/memory-storage-manager.ts";
const session = "testkit/src/memory/memory-session.ts";
const file = "testkit/src/memory/memory-file.ts";
const marker = "testkit/src/memory/marker-file.ts";
const content = "testkit/src/memory/memory-content.ts";
const rules = "testkit/src/memory/dataset-rules.ts";
const window = "core/src/selection-window.ts";
const existing = "core/src/existing-dataset.ts";
const naming = "core/src/name-in-error.ts";
const long = "testkit/src/memory/long-calls.ts";
const selection = "core/src/selection.ts";
const metadata = "core/src/metadata.ts";
const convert = "core/src/convert.ts";
const nodePath = "core/src/node-path.ts";
const concatenate = "core/src/concatenate.ts";

const appending: readonly Variant[] = [
  {
    wrong: "loses the rows that are buffered when it closes",
    file: session,
    from: "this.slot.path, this.content, this.committed",
    to: "this.slot.path, this.#content, this.committed",
  },
  {
    wrong: "drops rows that come when three are buffered",
    file: session,
    from: "if (!buffered.buffer.bufferData(rows))",
    to: "if (buffered.buffer.length < 3 && !buffered.buffer.bufferData(rows))",
  },
  {
    wrong: "does not show buffered rows to readers",
    file: file,
    from: "return session?.content ?? existing(readMarker(this.fs, slot.path), otherwise);",
    to: "return existing(readMarker(this.fs, slot.path), otherwise);",
  },
  {
    wrong: "copies appended rows only when the call gets its turn",
    file: manager,
    from: "const input = ownedInput(given, data);",
    to: "const input = given;",
  },
  {
    wrong: "appends along the first axis whatever growDimension says",
    file: manager,
    from: "appendable(existing, input, growDimension)",
    to: "appendable(existing, input, 0)",
  },
  {
    wrong: "joins rows along the wrong axis",
    file: session,
    from: "concatenate([dataset.array, rows], axis)",
    to: "concatenate([dataset.array, rows], 0)",
  },
  {
    wrong: "appends in front",
    file: session,
    from: "[dataset.array, rows]",
    to: "[rows, dataset.array]",
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
    file: rules,
    from: "(axis === growing ? null : length)",
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
    file: manager,
    from: "const { rows, axis } = appendable(existing, input, growDimension);",
    to: "session.append(path, input.array, growDimension < 0 ? existing.array.shape.length + growDimension : growDimension); const { rows, axis } = appendable(existing, input, growDimension);",
  },
  {
    wrong: "forgets what another call left open",
    file: file,
    from: "if (slot.open instanceof MemorySession) return slot.open;",
    to: "if (slot.open instanceof MemorySession) slot.open = undefined;",
  },
  {
    wrong: "drops its rows when its buffer is full",
    file: session,
    from: "if (!buffered.buffer.bufferData(rows)) this.#content = this.content;",
    to: "if (!buffered.buffer.bufferData(rows)) this.#buffers.clear();",
  },
];

const storing: readonly Variant[] = [
  {
    wrong: "resolves before the data is in the file",
    file: session,
    from: "if (this.#changed) commitMarker(this.fs, this.slot.path, this.content, this.committed);",
    to: "if (this.#changed) setTimeout(() => { try { commitMarker(this.fs, this.slot.path, this.content, this.committed); } catch {} }, 5);",
  },
  {
    wrong: "keeps the caller's array instead of a copy",
    file: rules,
    from: "array: copyArray(array),\n    identity",
    to: "array,\n    identity",
  },
  {
    wrong: "keeps the caller's array when it overwrites",
    file: rules,
    from: "return { ...dataset, array: copyArray(array) };",
    to: "return { ...dataset, array };",
  },
  {
    wrong: "overwrites a dataset of another shape",
    file: existing,
    from: "if (!sameShape(input.array.shape, dataset.shape)) {",
    to: "if (input.array.shape.length !== dataset.shape.length) {",
  },
  {
    wrong: "changes the dataset's type when it overwrites",
    file: rules,
    from: "return { ...dataset, array: copyArray(array) };",
    to: "return { ...dataset, array: copyArray(input.array) };",
  },
  {
    wrong: "ignores the option dtype",
    file: manager,
    from: ": normalizeInput(data, dtype === undefined ? {} : { dtype });\n      throwIfAborted",
    to: ": normalizeInput(data);\n      throwIfAborted",
  },
  {
    wrong: "drops the metadata of a dataset that is overwritten",
    file: content,
    from: "attributes: old?.attributes ?? new Map(), dataset",
    to: "attributes: new Map(), dataset",
  },
  {
    wrong: "does not make the parent groups",
    file: content,
    from: "if (node === undefined) nodes.set(parent, EMPTY_GROUP);",
    to: "if (node === undefined) continue;",
  },
  {
    wrong: "stores a dataset beneath a dataset",
    file: content,
    from: "if (node?.dataset !== undefined)",
    to: "if (node?.dataset !== undefined && path === parent)",
  },
  {
    wrong: "replaces a group by a dataset",
    file: content,
    from: "if (old !== undefined && old.dataset === undefined)",
    to: "if (old !== undefined && old.dataset === undefined && old.attributes.size > 99)",
  },
  {
    wrong: "stores what came of blocks that do not add up",
    file: long,
    from: "for await (const { block } of placedBlocks(source)) {",
    to: "const untilWrong = async function* () { try { yield* placedBlocks(source); } catch {} };\n  for await (const { block } of untilWrong()) {",
  },
  {
    wrong: "keeps a block's memory, which the caller reuses",
    file: long,
    from: "blocks.push(copyArray(block));",
    to: "blocks.push(block);",
  },
  {
    wrong: "pulls blocks while it holds the file's lock",
    file: manager,
    from: "await joinBlocks(data, signal)",
    to: '(await (await import("@tvb-storage/core")).withFile(this.#file["fs"], this.path, () => joinBlocks(data, signal)))',
  },
  {
    wrong: "does not look at the signal between blocks",
    file: long,
    from: 'throwIfAborted(signal, "storing");',
    to: "",
  },
  {
    wrong: "cuts strings to stringLength",
    file: rules,
    from: "if (long !== undefined)",
    to: "if (long !== undefined && stringLength < 0)",
  },
  {
    wrong: "counts characters, not bytes, against stringLength",
    file: rules,
    from: "encodeText(text).length > stringLength",
    to: "text.length > stringLength",
  },
  {
    wrong: "forgets that a dataset is compressed",
    file: rules,
    from: 'filters: compression === undefined ? [] : ["gzip"],',
    to: "filters: [],",
  },
  {
    wrong: "tells progress in elements, not bytes",
    file: long,
    from: "return elementCount(array.shape) * itemSize(array.dtype);",
    to: "return elementCount(array.shape);",
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
    file: manager,
    from: 'return this.#named(where, datasetName, async () => {\n      const path = datasetPath(where, datasetName);\n      throwIfAborted(signal, "reading");',
    to: 'return (ignoreErrors === true ? (_w: unknown, _n: unknown, work: () => Promise<NDArray | null>) => work().catch(() => null) : this.#named.bind(this))(where, datasetName, async () => {\n      const path = datasetPath(where, datasetName);\n      throwIfAborted(signal, "reading");',
  },
  {
    wrong: "throws in spite of ignoreErrors",
    file: manager,
    from: "if (ignoreErrors === true && !content.has(path)) return null;",
    to: "",
  },
  {
    wrong: "gives an empty array for a missing dataset",
    file: manager,
    from: "if (ignoreErrors === true && !content.has(path)) return null;",
    to: "if (!content.has(path)) return ndarray([]);",
  },
  {
    wrong: "gives out the shape that it goes on using",
    file: manager,
    from: "return [...datasetAt(await this.#file.read(), path).array.shape];",
    to: "return datasetAt(await this.#file.read(), path).array.shape as number[];",
  },
  {
    wrong: "streams blocks of any size as one",
    file: manager,
    from: "regions(resolved.shape, blockBytes / itemSize(first.dtype))",
    to: "regions(resolved.shape, Math.max(blockBytes, 2 ** 40))",
  },
  {
    wrong: "takes blockBytes for a number of elements",
    file: manager,
    from: "blockBytes / itemSize(first.dtype)",
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
    file: manager,
    from: "if (identityNow !== identity)",
    to: "if (identityNow === undefined)",
  },
  {
    wrong: "streams rows that were appended meanwhile",
    file: manager,
    from: "      yield { offset: region.offset, block };\n    }",
    to: "      yield { offset: region.offset, block };\n    }\n    const last = await read();\n    if (last.shape.length > 0 && (last.shape[0] ?? 0) > (first.shape[0] ?? 0)) yield { offset: first.shape, block: last };",
  },
  {
    wrong: "does not look at the signal of a stream after its first block",
    file: manager,
    from: '        throwIfAborted(signal, "reading");\n        return datasetAt(',
    to: "        return datasetAt(",
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
    from: "const attributes = new Map(nodeAt(nodes, path).attributes);",
    to: "const attributes = new Map(nodeAt(nodes, path).attributes.size > 99 ? nodeAt(nodes, path).attributes : []);",
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
    from: "[name, copyArray(value)] as const",
    to: "[name, value] as const",
  },
  {
    wrong: "keeps the caller's array as metadata",
    file: manager,
    from: "attributes.set(name, copyArray(value));",
    to: "attributes.set(name, value);",
  },
  {
    wrong: "removes a missing key without a word",
    file: manager,
    from: "if (content.has(path) && checkExistence) return content;",
    to: "if (content.has(path)) return content;",
  },
  {
    wrong: "throws in spite of checkExistence",
    file: manager,
    from: "if (content.has(path) && checkExistence) return content;",
    to: "",
  },
  {
    wrong: "does not make the node that metadata is set on",
    file: manager,
    from: "isMade = !content.has(path);",
    to: 'isMade = !content.has(path); if (isMade) throw new FileStructureException("there is no such node");',
  },
  {
    wrong: "writes no data version to a new file",
    file: file,
    from: 'withAttributes(emptyContent(), "/", version)',
    to: "emptyContent()",
  },
  {
    wrong: "ignores the option dataVersion",
    file: manager,
    from: "options.dataVersion ?? 5",
    to: "5",
  },
  {
    wrong: "finds a version in an object's prototype",
    file: manager,
    from: "Object.hasOwn(metadata, attribute) ? metadata[attribute] : undefined",
    to: "metadata[attribute]",
  },
];

const files: readonly Variant[] = [
  {
    wrong: "removes siblings whose names begin alike",
    file: content,
    from: "!other.startsWith(`${path}/`)",
    to: "!other.startsWith(path)",
  },
  {
    wrong: "removes a group and leaves what was in it",
    file: content,
    from: "filter(([other]) => other !== path && !other.startsWith(`${path}/`))",
    to: "filter(([other]) => other !== path)",
  },
  {
    wrong: "removes what is missing without a word",
    file: content,
    from: "if (!content.has(path))\n    throw new FileStructureException(\n      `there is no node ${path} to remove${presentAmong(path, content.keys())}`,\n    );",
    to: "",
  },
  {
    wrong: "creates a file in order to remove something from it",
    file: file,
    from: 'if (state.kind === "missing" && create) {',
    to: 'if (state.kind === "missing") {',
  },
  {
    wrong: "says of a missing file that it is incompatible",
    file: manager,
    from: 'missing: () => new MissingDataFileException("there is no such file"),',
    to: "",
  },
  {
    wrong: "overwrites a file of another format",
    file: file,
    from: 'if (state.kind === "missing" && create) {',
    to: 'if (state.kind !== "content" && create) {',
  },
  {
    wrong: "says that any file is one of its own",
    file: file,
    from: 'return readMarker(this.fs, slot.path).kind === "content";',
    to: 'return readMarker(this.fs, slot.path).kind !== "missing";',
  },
  {
    wrong: "throws from isValidTvbFile where permission is missing",
    file: file,
    from: "if (isTVBException(error)) return false;",
    to: "",
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
    file: marker,
    from: "throw fileException(cause, `${path} cannot be opened`);",
    to: "throw cause;",
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
    file: file,
    from: "    return withFile(this.fs, this.path, async (slot) => {\n      const session = (await this.#openSession(slot)) ?? this.#newSession(slot, how.create);\n      edit(session);",
    to: "    return withFile(this.fs, `${this.path}${Math.random()}`, async (slot) => {\n      slot = { path: this.path, open: slot.open };\n      const session = (await this.#openSession(slot)) ?? this.#newSession(slot, how.create);\n      edit(session);\n      await new Promise((resolve) => setTimeout(resolve, 1));",
  },
  {
    wrong: "keeps a session open that failed to commit",
    file: session,
    from: "    this.slot.open = undefined;\n    if (this.#changed) commitMarker(this.fs, this.slot.path, this.content, this.committed);",
    to: "    if (this.#changed) commitMarker(this.fs, this.slot.path, this.content, this.committed);\n    this.slot.open = undefined;",
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
    file: content,
    from: "describeNode(path, nodeAt(content, path))",
    to: "describeNode(path.slice(prefix.length - 1), nodeAt(content, path))",
  },
  {
    wrong: "ignores the depth of a list",
    file: content,
    from: '.filter((path) => path.slice(prefix.length).split("/").length <= depth)',
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
