import { checkCallOptions, type OptionRule, type OptionRules, optionRules } from "@tvb-storage/files";
import { longOptionRules } from "@tvb-storage/files/internal";
import { DATA_TYPES, type DataType } from "./data-type.js";
import { isOption, type OptionName } from "./option-schemas.js";
import { SELECTION_EXAMPLE } from "./selection.js";
import type {
  AppendOptions,
  GetOptions,
  LayoutOptions,
  MetadataOptions,
  MetadataReadOptions,
  NodeOptions,
  RemoveMetadataOptions,
  StoreOptions,
  StreamOptions,
} from "./storage-manager.js";

// Checks of the options of every method, for all backends.

/** A rule that is checked by a schema. */
function schemaRule(expected: string, name: OptionName): OptionRule {
  return { expected, accepts: (value) => isOption(name, value) };
}

/** The options of each method of a `StorageManager`. */
export interface OptionsByMethod {
  node: NodeOptions;
  store: StoreOptions;
  append: AppendOptions;
  get: GetOptions;
  stream: StreamOptions;
  metadata: MetadataOptions;
  readMetadata: MetadataReadOptions;
  removeMetadata: RemoveMetadataOptions;
  list: NodeOptions & { depth?: number };
}

/** The rules of what a new dataset may be given. */
export function layoutOptionRules(): OptionRules<LayoutOptions & { dtype: DataType }> {
  return {
    dtype: schemaRule(`one of ${DATA_TYPES.join(", ")}`, "dtype"),
    chunks: schemaRule("a list of whole numbers of at least 1, one for each axis", "chunks"),
    compression: schemaRule('"gzip" or { gzip: 0 to 9, shuffle?: true or false }', "compression"),
    stringLength: optionRules.wholeFrom1,
  };
}

type Rules = { readonly [K in keyof OptionsByMethod]: OptionRules<OptionsByMethod[K]> };

function createRules(): Rules {
  const { boolean, text: where, signal, whole, wholeFrom1 } = optionRules;
  const field = schemaRule('the name of a field, such as "x" or "a.b"', "field");
  const layout = layoutOptionRules();
  // The entries of a selection are checked by resolveSelection, which can name the dataset.
  const selection: OptionRule = {
    ...optionRules.list,
    expected: `a list with an entry for each axis, ${SELECTION_EXAMPLE}`,
  };
  return {
    node: { where },
    store: { where, ...layout, ...longOptionRules },
    append: { where, ...layout, growDimension: whole, closeFile: boolean },
    get: { where, selection, field, ignoreErrors: boolean, closeFile: boolean, ...longOptionRules },
    stream: { where, selection, field, blockBytes: wholeFrom1, signal },
    metadata: { where, tvbSpecificMetadata: boolean },
    readMetadata: { where, skipUnreadable: boolean, onUnreadable: optionRules.function },
    removeMetadata: { where, tvbSpecificMetadata: boolean, checkExistence: boolean },
    list: { where, depth: schemaRule("a whole number of at least 0, or Infinity", "depth") },
  };
}

/** Created by the first call: what is created with the module, a bundler keeps in programs that never use it. */
let rules: Rules | undefined;

const CALLS: Readonly<Record<keyof OptionsByMethod, string>> = {
  node: "this call",
  store: "storeData",
  append: "appendData",
  get: "getData",
  stream: "streamData",
  metadata: "setMetadata",
  readMetadata: "getMetadata",
  removeMetadata: "removeMetadata",
  list: "listNodes",
};

/**
 * The options of a method, checked: a copy of their own properties, empty where none were given.
 *
 * @throws FileStructureException an unknown option, or a value that it cannot have.
 */
export function checkOptions<K extends keyof OptionsByMethod>(
  method: K,
  options: OptionsByMethod[K] | undefined,
): OptionsByMethod[K] {
  rules ??= createRules();
  const checked: Record<string, unknown> = checkCallOptions<OptionsByMethod[K]>(
    options,
    rules[method],
    CALLS[method],
  );
  for (const name of COPIED) if (name in checked) checked[name] = copyOf(checked[name]);
  return checked as OptionsByMethod[K]; // all options of all methods may be left out
}

/** Options that are lists or objects: a call uses them as they were when it was made, whenever its turn comes. */
const COPIED = ["selection", "chunks", "compression"];

function copyOf(value: unknown): unknown {
  const entry = (each: unknown): unknown =>
    typeof each === "object" && each !== null && !Array.isArray(each) ? { ...each } : each;
  return Array.isArray(value) ? value.map(entry) : entry(value);
}
