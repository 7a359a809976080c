// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits are texts of sources that have template strings
import type { Variant } from "../variant.js";
import { backend, calls, nodes, transaction } from "./sources.js";

// What a manager remembers of a file that others change too, and what it shares with its callers.

const opened = {
  from: "const state = readMarker(this.#fs, path);",
  also: { from: "protected _open(path: string)", to: "protected _open(path: string, mode?: string)" },
};

/**
 * A manager whose reads go through `change`, with a Map that it keeps until it writes itself: `seen` of what it found
 * at a path.
 */
function remembering(method: "node" | "list" | "read", change: string) {
  return {
    file: backend,
    from: "return new MemoryTransaction(content, (changed) => commitMarker(this.#fs, path, changed, id));",
    to: `const transaction = new MemoryTransaction(content, (changed) => commitMarker(this.#fs, path, changed, id));
    const manager = this as unknown as { seen: Map<string, never> };
    if (mode === "write" || state === undefined) manager.seen = new Map();
    else {
      const seen: Map<string, any> = (manager.seen ??= new Map());
      const found = transaction.${method}.bind(transaction) as any;
      (transaction as any).${method} = (at: string, selection?: unknown) => {
        const key = JSON.stringify([at, selection]);
        ${change}
      };
    }
    return transaction;`,
    also: opened.also,
  };
}

export const managersVariants: readonly Variant[] = [
  {
    wrong: "keeps a file as it read it, until it changes it itself",
    file: backend,
    ...opened,
    to: `const manager = this as unknown as { kept?: ReturnType<typeof readMarker> };
    if (mode === "write") delete manager.kept;
    const state = manager.kept ?? readMarker(this.#fs, path);
    if (mode === "read" && state !== undefined) manager.kept = state;`,
    uses: /manager|another|second|other|\bb\.|cold|m\d/i,
  },
  {
    wrong: "changes a file as it last read it, and undoes what another manager did since",
    file: backend,
    ...opened,
    to: `const manager = this as unknown as { kept?: ReturnType<typeof readMarker> };
    const state = (mode === "write" ? manager.kept : undefined) ?? readMarker(this.#fs, path);
    manager.kept = mode === "write" ? undefined : state;`,
    uses: /manager|another|second|other|\bb\.|cold|m\d/i,
  },
  {
    wrong: "keeps the shapes of datasets, until it changes the file itself",
    ...remembering(
      "node",
      `const node = found(at);
        if (node?.dataset === undefined) return node;
        if (!seen.has(key)) seen.set(key, node.dataset.shape);
        return { ...node, dataset: { ...node.dataset, shape: seen.get(key) } };`,
    ),
    uses: /manager|another|second|other|shape|stream/i,
  },
  {
    wrong: "keeps metadata that it read, until it changes the file itself",
    ...remembering(
      "node",
      `const node = found(at);
        if (node === undefined) return node;
        if (!seen.has(key)) seen.set(key, node.attributes);
        return { ...node, attributes: seen.get(key) };`,
    ),
    uses: /metadata/i,
  },
  {
    wrong: "keeps lists that it gave, until it changes the file itself",
    ...remembering(
      "list",
      `if (!seen.has(key)) seen.set(key, found(at));
        return seen.get(key).filter((each: string) => transaction.node(each) !== undefined);`,
    ),
    uses: /list/i,
  },
  {
    wrong: "keeps that a node is missing, until it changes the file itself",
    ...remembering(
      "node",
      `if (seen.has(key)) return undefined;
        const node = found(at);
        if (node === undefined) seen.set(key, undefined);
        return node;`,
    ),
    uses: /manager|another|second|other|missing|MISSING|getData|\bm\d/i,
  },
  {
    wrong: "keeps the elements that it read, until it changes the file itself",
    ...remembering(
      "read",
      `const array = found(at, selection);
        if (!seen.has(key)) seen.set(key, array);
        const kept = seen.get(key);
        return String(kept.shape) === String(array.shape) && kept.dtype === array.dtype ? kept : array;`,
    ),
    uses: /manager|another|second|other|getData|\bm\d/i,
  },
  {
    wrong: "keeps the types of datasets, until it changes the file itself",
    ...remembering(
      "node",
      `const node = found(at);
        if (node?.dataset === undefined) return node;
        if (!seen.has(key)) seen.set(key, node.dataset.dtype);
        return { ...node, dataset: { ...node.dataset, dtype: seen.get(key) } };`,
    ),
    uses: /dtype|type|list|manager/i,
  },
  {
    wrong: "changes what is committed, before it commits",
    file: transaction,
    from: "this.#nodes = new Map(committed);",
    to: "this.#nodes = committed.size === 0 ? new Map(committed) : (committed as Map<string, MemoryNode>);",
    uses: /faults|old state|commit|before/i,
  },
  {
    wrong: "gives the shapes that it keeps with its lists",
    file: nodes,
    from: "shape: [...shape],",
    to: "shape,",
    uses: /list/i,
  },
  {
    wrong: "gives the maximum shapes that it keeps with its lists",
    file: nodes,
    from: "maxShape: [...maxShape],",
    to: "maxShape,",
    uses: /list/i,
  },
  {
    wrong: "gives the chunks that it keeps with its lists",
    file: nodes,
    from: "chunks: chunks ? [...chunks] : null,",
    to: "chunks: chunks ?? null,",
    uses: /list|chunks/i,
  },
  {
    wrong: "lists booleans as uint8",
    file: nodes,
    from: '    kind: "dataset",\n    dtype,',
    to: '    kind: "dataset",\n    dtype: dtype === "bool" ? "uint8" : dtype,',
    uses: /list/i,
  },
  {
    wrong: "lists complex64 as complex128",
    file: nodes,
    from: '    kind: "dataset",\n    dtype,',
    to: '    kind: "dataset",\n    dtype: dtype === "complex64" ? "complex128" : dtype,',
    uses: /list/i,
  },
  {
    wrong: "lists an axis that grows as one of a limit",
    file: nodes,
    from: "maxShape: [...maxShape],",
    to: "maxShape: maxShape.map((limit, axis) => limit ?? shape[axis] ?? 0),",
    uses: /list|maxShape/i,
  },
  {
    wrong: "says that a file is valid whose content it cannot read",
    file: calls,
    from: '(await this._fileState()) === "valid")',
    to: '["valid", "closed"].includes(await this._fileState()))',
    uses: /isValidTvbFile|valid/i,
  },
  {
    wrong: "makes a file when it is asked whether there is one",
    file: calls,
    from: '(await this._fileState()) === "valid")',
    to: '(await this._fileState()) === "valid" || ((await this._fileState()) === "missing" && (await this.setMetadata({}).then(() => false, () => false))))',
    uses: /isValidTvbFile|valid|missing|file/i,
  },
  {
    wrong: "looks for a version in the metadata of a node only where it is the default one",
    file: calls,
    from: "Object.hasOwn(metadata, attribute)",
    to: "attribute === DATA_VERSION_KEY && Object.hasOwn(metadata, attribute)",
    uses: /version/i,
  },
];
