// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits are texts of sources that have template strings
import type { Variant } from "./variant.js";

const sources = "../examples/remote-backend/src";
const transaction = `${sources}/remote-transaction.ts`;
const manager = `${sources}/remote-storage-manager.ts`;
const client = `${sources}/object-client.ts`;

const catalogues: readonly Variant[] = [
  {
    wrong: "reads its catalogue once, and then believes what it knows",
    file: transaction,
    from: "const content = await store.get(prefix + CATALOGUE);",
    to: `const known = (store.known ??= new Map());
         if (!known.has(prefix)) known.set(prefix, await store.get(prefix + CATALOGUE));
         const content = known.get(prefix);`,
    also: {
      from: "await this.store.put(this.prefix + CATALOGUE, formatCatalogue(this.nodes));",
      to: `const text = formatCatalogue(this.nodes);
           await this.store.put(this.prefix + CATALOGUE, text);
           this.store.known?.set(this.prefix, new TextEncoder().encode(text));`,
    },
    uses: /another process has (?:stored|removed)/,
  },
  {
    wrong: "takes a damaged catalogue for an empty one",
    file: transaction,
    from: ": parseCatalogue(content);",
    to: ": ((): Map<string, Node> => { try { return parseCatalogue(content); } catch { return new Map(); } })();",
    uses: /text file|empty file|random bytes|object is (?:cut|emptied|damaged|longer)/,
  },
  {
    wrong: "takes an empty catalogue for a missing one",
    file: transaction,
    from: "content === undefined ? new Map",
    to: "content === undefined || content.length === 0 ? new Map",
    uses: /empty file|emptied/,
  },
  {
    wrong: "puts the catalogue before the data",
    file: transaction,
    from: "return new RemoteTransaction(store, prefix, nodes);",
    to: `const waiting = new Map();
         const late = {
           get: async (key) => waiting.get(key) ?? store.get(key),
           list: (start) => store.list(start),
           delete: (key) => store.delete(key),
           async put(key, content) {
             if (!key.endsWith(CATALOGUE)) return void waiting.set(key, content.slice());
             await store.put(key, content);
             for (const [each, data] of waiting) await store.put(each, data);
             waiting.clear();
           },
         };
         return new RemoteTransaction(late, prefix, nodes);`,
    uses: /process that stops|failing disk/,
  },
  {
    wrong: "does not say that a catalogue could not be put",
    file: transaction,
    from: "formatCatalogue(this.nodes));",
    to: "formatCatalogue(this.nodes)).catch(() => undefined);",
    uses: /resolved, but its change is not there|every request is/,
  },
];

const removal: readonly Variant[] = [
  {
    wrong: "removes an object as soon as another takes its place",
    file: transaction,
    from: "const { id, growAxis } = this.#dataset(path);",
    to: `const { id, growAxis, object: old } = this.#dataset(path);
         await this.store.delete(this.prefix + old);`,
    uses: /(?:overwriting|appending|closing).*(?:process that stops|failing disk)/,
  },
  {
    wrong: "removes what a removed dataset had at once",
    file: transaction,
    from: "for (const each of [path, ...this.list(path)]) this.nodes.delete(each);",
    to: `for (const each of [path, ...this.list(path)]) {
           void this.store.delete(this.prefix + this.nodes.get(each)?.dataset?.object);
           this.nodes.delete(each);
         }`,
    uses: /removing a dataset.*(?:process that stops|failing disk)/,
  },
  {
    wrong: "removes what is left over before it commits",
    file: transaction,
    from: "    // Where this fails nothing is removed",
    to: "    await this.#removeUnnamed();\n    // Where this fails nothing is removed",
    uses: /process that stops|failing disk/,
  },
  {
    wrong: "removes nothing that is left over",
    file: transaction,
    from: "    await this.#removeUnnamed().catch(() => undefined);",
    to: "",
    uses: /nothing stays of/,
  },
  {
    wrong: "removes what it replaced, but nothing that a failed call left",
    file: transaction,
    from: "    private readonly nodes: Map<string, Node>,\n  ) {}",
    to: `    private readonly nodes: Map<string, Node>,
         ) { this.before = new Set([...nodes.values()].map(({ dataset }) => dataset?.object)); }`,
    also: { from: "if (OURS.test(name) && ", to: "if (this.before.has(name) && " },
    uses: /what is stored after the next change/,
  },
  {
    wrong: "removes its new objects where the answer to a commit does not come",
    file: transaction,
    from: "    await this.store.put(this.prefix + object, content);",
    to: `    (this.added ??= []).push(object);
         await this.store.put(this.prefix + object, content);`,
    also: {
      from: "formatCatalogue(this.nodes));",
      to: `formatCatalogue(this.nodes)).catch(async (error) => {
             for (const name of this.added ?? []) await this.store.delete(this.prefix + name);
             throw error;
           });`,
    },
    uses: /was lost/,
  },
  {
    wrong: "removes by a prefix that other files have too",
    file: transaction,
    from: "this.store.list(this.prefix)",
    to: 'this.store.list(this.prefix.replace(/[/]$/, ""))',
    also: { from: "OURS.test(name) && !named.has(name)", to: "name !== CATALOGUE && !named.has(name)" },
    uses: /touches what is stored of another/,
  },
  {
    wrong: "overwrites data objects",
    file: transaction,
    from: "growAxis, ...(await this.#put(array)) } });",
    to: "growAxis, ...(await this.#put(array, this.#dataset(path).object)) } });",
    also: {
      from: '#put(array: NDArray): Promise<Omit<StoredObject, "id" | "growAxis">> {\n    const content = encodeArray(array);\n    const object = crypto.randomUUID();',
      to: '#put(array: NDArray, object = crypto.randomUUID()): Promise<Omit<StoredObject, "id" | "growAxis">> {\n    const content = encodeArray(array);',
    },
    uses: /(?:overwriting|appending|closing).*(?:process that stops|failing disk)/,
  },
];

const keys: readonly Variant[] = [
  {
    wrong: "has one key for paths that differ in a separator",
    file: manager,
    from: "return `${encodeURIComponent(path)}/`;",
    to: 'return `${encodeURIComponent(path.replaceAll("/", "_"))}/`;',
    uses: /touches what is stored of another/,
  },
  {
    wrong: "has one key for paths that differ in case",
    file: manager,
    from: "return `${encodeURIComponent(path)}/`;",
    to: "return `${encodeURIComponent(path).toLowerCase()}/`;",
    uses: /touches what is stored of another/,
  },
  {
    wrong: "decodes what is encoded in a path",
    file: manager,
    from: "return `${encodeURIComponent(path)}/`;",
    to: "return `${encodeURIComponent(decodeURIComponent(path))}/`;",
    uses: /touches what is stored of another/,
  },
  {
    wrong: "gives all datasets one id",
    file: transaction,
    from: "const dataset = { id: crypto.randomUUID(), growAxis, ...(await this.#put(array)) };",
    to: 'const dataset = { id: "00000000-0000-4000-8000-000000000000", growAxis, ...(await this.#put(array)) };',
    uses: /stream/,
  },
  {
    wrong: "gives a dataset another id in every transaction",
    file: transaction,
    from: "dataset: { id, dtype, shape, maxShape, storedBytes: bytes } };",
    to: "dataset: { id: Symbol(), dtype, shape, maxShape, storedBytes: bytes } };",
    uses: /stream/,
  },
];

const reading: readonly Variant[] = [
  {
    wrong: "reads zeros where an object is missing",
    file: transaction,
    from: "if (content === undefined) throw new ObjectGone(`the object ${object} with its elements is missing`);",
    to: "if (content === undefined) return selectElements(decodeArray(dtype, shape, new Uint8Array(bytes)), selection);",
    uses: /object is removed/,
  },
  {
    wrong: "says that a dataset is missing where its object is cut",
    file: transaction,
    from: "throw new FileStorageException(`the object ${object} with its elements is damaged`);",
    to: 'throw Object.assign(new FileStorageException("damaged"), { code: "MISSING_DATASET" });',
    uses: /object is (?:cut|emptied|longer|damaged)/,
  },
  {
    wrong: "does not read again where another process has committed meanwhile",
    file: manager,
    from: "return againWhereGone(() => super._getData(path, options));",
    to: "return super._getData(path, options);",
    uses: /another process commits in the middle/,
  },
];

const requests: readonly Variant[] = [
  {
    wrong: "lets a denied request out as it comes",
    file: client,
    from: "if (REFUSED.has(status)) throw new FileStructureException(`${what}: no permission`, { cause });",
    to: "if (REFUSED.has(status)) throw cause;",
    also: {
      from: "if (cause instanceof FileStructureException || cause instanceof FileStorageException) throw cause;",
      to: "if (cause instanceof Error) throw cause;",
    },
    uses: /without permission/,
  },
  {
    wrong: "takes a denied request for a failure of the store",
    file: client,
    from: "new Set([401, 403])",
    to: "new Set([401])",
    uses: /without permission/,
  },
  {
    wrong: "takes a failure of the store for a denied request",
    file: client,
    from: "new Set([401, 403])",
    to: "new Set([401, 403, 503])",
    uses: /every request is failed/,
  },
  {
    wrong: "does not say why the store denied a request",
    file: client,
    from: "throw new FileStructureException(`${what}: no permission`, { cause });",
    to: "throw new FileStructureException(`${what}: no permission`);",
    uses: /without permission: .* with its cause/,
  },
  {
    wrong: "takes an object that the store does not give for one that is not there",
    file: client,
    from: "response.status === 404 ? undefined :",
    to: "!response.ok ? undefined :",
    also: { from: '(status === 404 && method === "GET")', to: '(method === "GET" && "key" in query)' },
    uses: /without permission|every request is failed|reading: a failing disk/,
  },
  {
    wrong: "takes every put for done",
    file: client,
    from: 'if (ok || (status === 404 && method === "GET"))',
    to: 'if (ok || method === "PUT" || (status === 404 && method === "GET"))',
    uses: /resolved, but its change is not there|neither the old nor the new|without permission/,
  },
  {
    wrong: "does not wait for the put of an object",
    file: transaction,
    from: "    await this.store.put(this.prefix + object, content);",
    to: "    void this.store.put(this.prefix + object, content).catch(() => undefined);",
    uses: /neither the old nor the new|process that stops|failing disk|missing|lost/,
  },
  {
    wrong: "lets the managers of a file not wait for each other",
    file: manager,
    from: "space: store });",
    to: "space: {} });",
    uses: /slow requests|two managers|concurrency|in turn|order|at once|m[123]\\./,
  },
];

/** Wrong remote backends: edits of the sources of `examples/remote-backend`. */
export const remoteVariants: readonly Variant[] = [
  ...catalogues,
  ...removal,
  ...keys,
  ...reading,
  ...requests,
];
