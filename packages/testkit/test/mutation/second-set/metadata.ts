import type { Variant } from "../variant.js";

const ABSTRACT = "core/src/abstract-storage-manager.ts";
const MANAGER = "core/src/transaction-storage-manager.ts";
const METADATA = "core/src/metadata.ts";

/** Mistakes of metadata and of the data version. */
export const metadataSet: readonly Variant[] = [
  {
    wrong: "drops the other keys when it sets metadata",
    file: MANAGER,
    from: "new Map(node?.attributes)",
    to: "new Map()",
    uses: /metadata/i,
  },
  {
    wrong: "drops the metadata of a dataset that is overwritten or appended to",
    file: "testkit/src/memory/memory-transaction.ts",
    from: "this.#nodes.set(path, { ...this.#node(path), dataset });",
    to: "this.#nodes.set(path, { attributes: new Map(), dataset });",
    uses: /Metadata|storeData|appendData/,
  },
  {
    wrong: "makes a scalar where setMetadata finds no node",
    file: METADATA,
    from: "dtype, shape: [1], data: allocate(",
    to: "dtype, shape: [], data: allocate(",
    uses: /setMetadata|shape/,
  },
  {
    wrong: "does not warn of the dataset that setMetadata makes",
    file: ABSTRACT,
    from: "this.#options.logger?.warn(placeholderWarning",
    to: "this.#options.logger?.debug(placeholderWarning",
    uses: /setMetadata|logger|warn/,
  },
  {
    wrong: "stores -0 in metadata as 0",
    file: METADATA,
    from: "return Number.isSafeInteger(value) && !Object.is(value, -0);",
    to: "return Number.isSafeInteger(value);",
    uses: /Metadata|-0/,
  },
  {
    wrong: "stores large whole numbers in metadata as integers that they exceed",
    file: METADATA,
    from: "return Number.isSafeInteger(value) && !Object.is(value, -0);",
    to: "return Number.isInteger(value) && !Object.is(value, -0);",
    uses: /Metadata|number/,
  },
  {
    wrong: "reads large integers of metadata as rounded numbers",
    file: METADATA,
    from: "return Number.isSafeInteger(number) ? number : value;",
    to: "return Number.isFinite(number) ? number : value;",
    uses: /Metadata|bigint/,
  },
  {
    wrong: "stores a DateTime in metadata without its microseconds",
    file: METADATA,
    from: "formatDateTime(date)",
    to: "formatDateTime(new Date(date))",
    uses: /DateTime|microsecond|Metadata/,
  },
  {
    wrong: "makes whole numbers of a Float64Array in metadata",
    file: METADATA,
    from: "Array.isArray(value) ? asStoredList(given) : given",
    to: "asStoredList(given)",
    uses: /Float64Array|float64|Metadata/,
  },
  {
    wrong: "reads a list of one value in metadata as the value",
    file: METADATA,
    from: "if (shape.length > 0 ||",
    to: "if (shape.some((length) => length !== 1) ||",
    uses: /Metadata|list|array/,
  },
  {
    wrong: "ignores tvbSpecificMetadata when it sets metadata",
    file: ABSTRACT,
    from: "encodeMetadata(metadata, tvbSpecificMetadata)",
    to: "encodeMetadata(metadata)",
    uses: /tvbSpecificMetadata/,
  },
  {
    wrong: "removes the key without the prefix along with the one that has it",
    file: MANAGER,
    from: "const attributes = new Map(node.attributes);\n",
    to: "const attributes = new Map(node.attributes);\n      attributes.delete(key);\n",
    uses: /removeMetadata|prefix|TVB_/,
  },
  {
    wrong: "uses a key without the prefix before the one that has it",
    file: METADATA,
    from: "Object.fromEntries([...plain, ...tvb])",
    to: "Object.fromEntries([...tvb, ...plain])",
    uses: /getMetadata|prefix|TVB_/,
  },
  {
    wrong: "removes TVB_ from keys wherever it occurs",
    file: METADATA,
    from: "isTvb ? name.slice(TVB_ATTRIBUTE_PREFIX.length) : name",
    to: 'isTvb ? name.replaceAll(TVB_ATTRIBUTE_PREFIX, "") : name',
    uses: /TVB_/,
  },
  {
    wrong: "sets the keys before one that it refuses",
    file: ABSTRACT,
    from: `      const attributes = encodeMetadata(metadata, tvbSpecificMetadata);
      checkCharacters(this.#options.supports, path, attributes);
      const isMade = await this._setAttributes(path, attributes);`,
    to: `      let isMade = false;
      for (const entry of Object.entries(metadata)) {
        const attributes = encodeMetadata(Object.fromEntries([entry]), tvbSpecificMetadata);
        checkCharacters(this.#options.supports, path, attributes);
        isMade = (await this._setAttributes(path, attributes)) || isMade;
      }`,
    uses: /metadata/i,
  },
  {
    wrong: "loses the key __proto__ of metadata",
    file: METADATA,
    from: "return Object.fromEntries([...plain, ...tvb]);",
    to: "const all: Metadata = {};\n  for (const [key, value] of [...plain, ...tvb]) all[key] = value;\n  return all;",
    uses: /__proto__/,
  },
  {
    wrong: "keeps the caller's typed array as metadata",
    file: MANAGER,
    from: "all.set(name, copyArray(value))",
    to: "all.set(name, value)",
    uses: /setMetadata/,
  },
  {
    wrong: "gives out its own arrays in getMetadata",
    file: MANAGER,
    from: "copies((await nodeAt(transaction, path)).attributes)",
    to: "new Map((await nodeAt(transaction, path)).attributes)",
    uses: /getMetadata/,
  },
  {
    wrong: "refuses a missing key with checkExistence and accepts it without",
    file: MANAGER,
    from: "else if (options.checkExistence !== true)",
    to: "else if (options.checkExistence === true)",
    uses: /checkExistence|removeMetadata/,
  },
  {
    wrong: "creates a file when metadata are removed from a missing one",
    file: MANAGER,
    from: "options: RemoveMetadataOptions): Promise<void> {\n    return this.#queue.change({ creates: false }",
    to: "options: RemoveMetadataOptions): Promise<void> {\n    return this.#queue.change({ creates: options.checkExistence === true }",
    uses: /removeMetadata|checkExistence/,
  },
  {
    wrong: "reports a missing file as a bad one where its data version is asked",
    file: ABSTRACT,
    from: 'if (state === "missing")',
    to: 'if (state === "missing" && path === "")',
    uses: /getFileDataVersion/,
  },
  {
    wrong: "reads the data version of the root whatever node is named",
    file: ABSTRACT,
    from: "decodeMetadata(await this.#versionAttributes(path))",
    to: 'decodeMetadata(await this.#versionAttributes("/"))',
    uses: /getFileDataVersion/,
  },
  {
    wrong: "finds a data version in what every object inherits",
    file: ABSTRACT,
    from: "Object.hasOwn(metadata, attribute) ? metadata[attribute] : undefined",
    to: "metadata[attribute]",
    uses: /getFileDataVersion|constructor/,
  },
  {
    wrong: "writes the default data version where dataVersion is 0",
    file: MANAGER,
    from: "const { space, dataVersion = DEFAULT_DATA_VERSION, storesBlocks = false } = options;",
    to: "const { space, storesBlocks = false } = options;\n    const dataVersion = options.dataVersion || DEFAULT_DATA_VERSION;",
    uses: /version/i,
  },
  {
    wrong: "stores the data version under a name without the prefix",
    file: "core/src/transaction-queue.ts",
    from: "encodeMetadata({ [DATA_VERSION_KEY]: dataVersion })",
    to: "encodeMetadata({ [DATA_VERSION_KEY]: dataVersion }, false)",
    uses: /Data_version|dataVersion|prefix/i,
  },
];
