// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the edits are texts of sources that have template strings
import type { EditedFile, Variant } from "../variant.js";
import { calls, manager, metadata, transaction } from "./sources.js";

// Metadata: its values, its keys, and the calls.

/** Values of metadata go through `expression` of `value`, an array. */
function setting(expression: string): EditedFile {
  const from = "this.#nodes.set(path, { ...this.#node(path), attributes });";
  const to = `const changed = new Map([...attributes].map(([name, value]) => [name, ${expression}]));
    this.#nodes.set(path, { ...this.#node(path), attributes: changed });`;
  return { file: transaction, from, to };
}

export const attributesVariants: readonly Variant[] = [
  {
    wrong: "ignores tvbSpecificMetadata where it sets metadata",
    file: calls,
    from: "encodeMetadata(metadata, tvbSpecificMetadata)",
    to: "encodeMetadata(metadata, tvbSpecificMetadata || true)",
    uses: /tvbSpecificMetadata|prefix|TVB_/is,
  },
  {
    wrong: "ignores tvbSpecificMetadata where it removes metadata",
    file: manager,
    from: "attributeName(key, options.tvbSpecificMetadata)",
    to: "attributeName(key)",
    uses: /tvbSpecificMetadata|prefix|TVB_|removeMetadata/is,
  },
  {
    wrong: "removes x too where TVB_x is removed",
    file: manager,
    from: "if (attributes.delete(attributeName(key, options.tvbSpecificMetadata)))",
    to: "attributes.delete(options.tvbSpecificMetadata === false ? attributeName(key) : key);\n      if (attributes.delete(attributeName(key, options.tvbSpecificMetadata)))",
    uses: /removeMetadata|TVB_|prefix/is,
  },
  {
    wrong: "gives the real part of complex metadata",
    file: metadata,
    from: 'return dtype === "complex64" || dtype === "complex128" ? stored : Number(value);',
    to: 'return dtype === "complex64" ? stored : Number(value);',
    uses: /complex/is,
  },
  {
    wrong: "loses the imaginary parts of complex arrays in metadata",
    ...setting(
      'value.dtype === "complex128" && value.shape.length > 0 ? { ...value, data: value.data.map((part, i) => (i % 2 === 0 ? part : 0)) } : value',
    ),
    uses: /complex/is,
  },
  {
    wrong: "stores lists of whole numbers as float64",
    file: metadata,
    from: 'if (dtype !== "float64" || array.data.length === 0 || !array.data.every(isWhole)) return array;',
    to: 'if (dtype !== "float64" || array.data.length < 10 ** 9 || !array.data.every(isWhole)) return array;',
    uses: /metadata/is,
  },
  {
    wrong: "stores an empty list as int64",
    file: metadata,
    from: "|| array.data.length === 0 ||",
    to: "||",
    uses: /metadata.*empty|empty.*metadata|setMetadata|metadata/is,
  },
  {
    wrong: "stores a Float64Array of whole numbers as int64",
    file: metadata,
    from: "const array = Array.isArray(value) ? asStoredList(given) : given;",
    to: "const array = asStoredList(given);",
    uses: /metadata/is,
  },
  {
    wrong: "stores null as a word",
    file: metadata,
    from: 'if (value === null) return scalar("");',
    to: 'if (value === null) return scalar("None");',
    uses: /null|metadata/is,
  },
  {
    wrong: "cuts dates to seconds",
    file: metadata,
    from: "formatDateTime(date)",
    to: "formatDateTime(new Date(Math.floor(date.getTime() / 1000) * 1000))",
    uses: /date/is,
  },
  {
    wrong: "loses the key __proto__",
    file: metadata,
    from: "return Object.fromEntries([...plain, ...tvb]);",
    to: "const all: Metadata = {};\n  for (const [key, value] of [...plain, ...tvb]) all[key] = value;\n  return all;",
    uses: /__proto__|key/is,
  },
  {
    wrong: "takes the prefix off a key that is nothing else",
    file: metadata,
    from: "name.startsWith(TVB_ATTRIBUTE_PREFIX) && name.length > TVB_ATTRIBUTE_PREFIX.length;",
    to: "name.startsWith(TVB_ATTRIBUTE_PREFIX);",
    uses: /TVB_|prefix/is,
  },
  {
    wrong: "takes every prefix off a key",
    file: metadata,
    from: "const key = isTvb ? name.slice(TVB_ATTRIBUTE_PREFIX.length) : name;",
    to: 'const key = isTvb ? name.replaceAll(TVB_ATTRIBUTE_PREFIX, "") : name;',
    uses: /TVB_|prefix/is,
  },
  {
    wrong: "sets the keys before the one that it refuses",
    file: calls,
    from: "      const attributes = encodeMetadata(metadata, tvbSpecificMetadata);",
    to: `      try {
        encodeMetadata(metadata, tvbSpecificMetadata);
      } catch {
        for (const [key, value] of Object.entries(metadata))
          await this._setAttributes(path, encodeMetadata({ [key]: value }, tvbSpecificMetadata));
      }
      const attributes = encodeMetadata(metadata, tvbSpecificMetadata);`,
    uses: /metadata/is,
  },
  {
    wrong: "keeps the type of the metadata that it replaces",
    file: manager,
    from: "for (const [name, value] of attributes) all.set(name, copyArray(value));",
    to: `for (const [name, value] of attributes) all.set(name, copyArray(value));
      for (const [name, value] of attributes)
        if (value.dtype === "float64" && node?.attributes.get(name)?.dtype === "int64" && value.data.every(Number.isFinite))
          all.set(name, { ...value, dtype: "int64", data: BigInt64Array.from(value.data, (one) => BigInt(Math.trunc(one))) });`,
    uses: /metadata/is,
  },
  {
    wrong: "does not warn of a node that it made for metadata",
    file: calls,
    from: "if (isMade) this.#options.logger?.warn(placeholderWarning(this.path, path));",
    to: "if (isMade) placeholderWarning(this.path, path);",
    uses: /warn|logger/is,
  },
  {
    wrong: "takes the data version 0 for none",
    file: manager,
    from: "const { space, dataVersion = DEFAULT_DATA_VERSION, storesBlocks = false } = options;",
    to: "const { space, storesBlocks = false } = options;\n    const dataVersion = options.dataVersion || DEFAULT_DATA_VERSION;",
    uses: /version/is,
  },
  {
    wrong: "shares the shape of metadata arrays with the caller",
    file: manager,
    from: "[name, copyArray(value)]",
    to: "[name, { ...value, data: value.data.slice() } as NDArray]",
    uses: /metadata/is,
  },
  {
    wrong: "cuts texts of metadata at 65,535 bytes",
    ...setting(
      'value.dtype === "string" ? { ...value, data: value.data.map((text) => text.slice(0, 65_535)) } : value',
    ),
    uses: /metadata/is,
  },
  {
    wrong: "gives a metadata array of one element as a scalar",
    ...setting("value.shape.length === 1 && value.shape[0] === 1 ? { ...value, shape: [] } : value"),
    uses: /metadata/is,
  },
  {
    wrong: "flattens metadata of two axes",
    ...setting("value.shape.length > 1 ? { ...value, shape: [value.data.length] } : value"),
    uses: /metadata/is,
  },
  {
    wrong: "widens float32 arrays of metadata to float64",
    ...setting(
      'value.dtype === "float32" && value.shape.length > 0 ? { dtype: "float64", shape: value.shape, data: Float64Array.from(value.data) } : value',
    ),
    uses: /metadata|float32/is,
  },
  {
    wrong: "loses metadata of the root when a dataset is removed",
    file: transaction,
    from: "for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);",
    to: `for (const each of [path, ...this.list(path)]) this.#nodes.delete(each);
    const root = this.#node("/").attributes;
    this.#nodes.set("/", { attributes: new Map([...root].filter(([name]) => name === "TVB_Data_version")) });`,
    uses: /metadata|remov/is,
  },
  {
    wrong: "refuses to set no keys",
    file: manager,
    from: "const all = new Map(node?.attributes);",
    to: 'if (attributes.size === 0) throw new FileStructureException("there is no metadata to set");\n      const all = new Map(node?.attributes);',
    uses: /metadata/is,
  },
];
